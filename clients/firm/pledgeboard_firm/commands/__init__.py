"""One module for each thing a firm asks for."""
