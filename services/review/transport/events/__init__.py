"""What review hears."""
