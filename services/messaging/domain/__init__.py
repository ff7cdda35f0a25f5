"""Notifications and their kinds."""
