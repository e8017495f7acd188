"""Other rules for `change`."""
