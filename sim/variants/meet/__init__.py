"""Other rules for `meet`."""
