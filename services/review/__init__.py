"""Verification of listings against holdings, and the register of reference loads."""
