"""Acts: a session opened, renewed, closed; a participant registered."""
