"""What the board says to the outside world."""
