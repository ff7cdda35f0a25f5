"""Nouns and rules of the board: participants, listings, their versions and states, and the units they hold."""
