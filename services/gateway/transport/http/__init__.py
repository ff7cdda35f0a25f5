"""What the gateway answers itself, and what it passes on."""
