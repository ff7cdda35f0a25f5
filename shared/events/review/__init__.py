"""What review says, by version."""
