"""The board: participants, listings and their states."""
