"""Verbs and questions of the monitor: one use case, one file."""
