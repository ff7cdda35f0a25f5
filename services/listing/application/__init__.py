"""Verbs and questions of the board: one use case, one file."""
