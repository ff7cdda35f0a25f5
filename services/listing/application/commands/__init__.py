"""What users, neighbours and the clock ask the board to do."""
