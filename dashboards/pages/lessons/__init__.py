"""The page 'Lessons': a prediction first, then the run, then one against the other; its lessons are data files."""
