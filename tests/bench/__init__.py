"""Sizes, medians and ratios of a book: ``python -m tests.bench``; see :mod:`tests.bench.__main__`."""
