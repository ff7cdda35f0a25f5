"""Nouns and rules of verification and of the register of reference loads: plain Python."""
