"""What the monitor says to the others."""
