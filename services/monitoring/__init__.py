"""The monitor: firms' submissions, the book they add up to, its indicators and alerts. For the regulator alone."""
