"""What monitoring decides: the state of the book, its valuation, indicators and alerts. No technology."""
