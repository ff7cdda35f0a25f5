"""The doors of the monitor."""
