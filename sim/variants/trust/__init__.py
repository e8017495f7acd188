"""Other rules for `trust`."""
