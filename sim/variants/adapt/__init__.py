"""Other rules for `adapt`."""
