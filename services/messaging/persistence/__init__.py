"""The schema `messaging`."""
