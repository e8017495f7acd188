"""Other rules for `talk`."""
