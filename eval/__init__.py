"""QA sets, metrics, report."""
