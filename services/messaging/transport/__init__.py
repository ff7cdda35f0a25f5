"""How events, requests and readers arrive."""
