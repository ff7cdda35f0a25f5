"""The interface of the board over HTTP."""
