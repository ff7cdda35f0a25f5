"""What the door hears, to be passed on live."""
