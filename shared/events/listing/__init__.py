"""What listing says, by version."""
