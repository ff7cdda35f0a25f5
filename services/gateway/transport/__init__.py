"""How calls arrive at the door."""
