"""What messaging does, verb by verb."""
