"""How review is reached: over HTTP, by events, by the clock."""
