"""What messaging hears of the board and of review."""
