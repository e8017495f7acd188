"""The page 'Claims lab': what management writers say, each an experiment to predict, run and look into."""
