"""What review can be asked to do."""
