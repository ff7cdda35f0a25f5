"""Tells people what happened to what is theirs: the notification inbox of every user."""
