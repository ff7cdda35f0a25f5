"""What reference says, by version."""
