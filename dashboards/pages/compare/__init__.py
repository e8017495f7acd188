"""The page "Compare": one market under three regimes, side by side and in step."""
