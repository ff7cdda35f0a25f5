"""What the board hears."""
