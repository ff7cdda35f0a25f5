"""The monitor's tables and what is read and written of them."""
