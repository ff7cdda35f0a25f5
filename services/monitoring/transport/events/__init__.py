"""What the monitor hears."""
