"""What firms' records, reference data, the clock and users make the monitor do."""
