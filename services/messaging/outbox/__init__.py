"""What messaging says."""
