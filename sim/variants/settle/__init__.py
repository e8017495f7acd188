"""Other rules for `settle`."""
