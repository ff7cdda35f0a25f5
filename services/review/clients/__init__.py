"""What review asks of neighbours and waits for."""
