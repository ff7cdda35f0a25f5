"""The only door for clients: authenticates, authorises, passes on, composes."""
