"""How review's state is kept."""
