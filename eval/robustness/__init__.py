"""The same questions written otherwise: suites that make them (writing, words), and the run that compares answers."""
