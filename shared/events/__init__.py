"""What the services say to one another: the envelope, the registry of topics and the event classes.

Nothing here knows how a service runs; every service's translators speak this language and no other.
"""
