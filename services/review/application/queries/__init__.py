"""What review can be asked."""
