"""`pledgeboard`, the operators' command line: a client of the public interface with the user's own rights."""
