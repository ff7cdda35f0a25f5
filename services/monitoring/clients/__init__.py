"""Whom the monitor asks and waits for."""
