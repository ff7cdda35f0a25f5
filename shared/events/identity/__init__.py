"""What identity says, by version."""
