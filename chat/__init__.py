"""Question to Answer."""
