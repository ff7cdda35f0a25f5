"""A small service on the chassis, as processes of its own, for tests that kill, freeze and restart."""
