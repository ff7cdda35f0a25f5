"""What messaging says, by version."""
