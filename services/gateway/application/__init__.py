"""What the gateway does, verb by verb."""
