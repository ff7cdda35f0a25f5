"""What review says, in the public language."""
