"""How the board is kept: tables, the aggregates in them, and the read side."""
