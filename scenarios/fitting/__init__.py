"""Fitting a market to data: which values of its quantities give patterns like those observed (`docs/fitting.md`)."""
