"""Other rules for `choose`."""
