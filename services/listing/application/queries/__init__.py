"""What people ask the board without changing anything."""
