"""Acts of the inbox."""
