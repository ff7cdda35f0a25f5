"""Questions about the inbox."""
