"""Other rules for `offer`."""
