"""The neighbours, the identity provider and the shared memory, as ports ask for them."""
