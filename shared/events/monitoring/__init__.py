"""What monitoring says, by version."""
