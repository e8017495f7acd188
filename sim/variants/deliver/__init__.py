"""Other rules for `deliver`."""
