"""What the regulator asks."""
