"""Verbs: one use case, one file."""
