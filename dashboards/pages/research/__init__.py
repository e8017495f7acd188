"""The page 'Research': an experiment of many runs, from its design to its results."""
