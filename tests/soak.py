"""How often a promise is tried: a few times in `make test`, at its full figure in `make soak`."""

import os

SOAK = bool(os.environ.get("VALUENET_SOAK"))


def times(small: int, full: int) -> int:
    """Return how often to try: `small`, or `full` in a soak."""
    return full if SOAK else small
