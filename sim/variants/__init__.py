"""Other rules than the standard ones, a file each, by the name of the rule they stand for (`sim.rulebook`)."""
