"""Where a call arrives: HTTP, events, the clock."""
