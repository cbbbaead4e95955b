"""Figures, each beside those of its peers: `python -m tests.bench.lint`, `python -m tests.bench.formulas`."""
