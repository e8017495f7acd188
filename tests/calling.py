"""Calling a rule's inner function from a test."""

from collections.abc import Callable

import numba


def from_python(function: Callable) -> Callable:
    """Return `function`, which is only built into compiled callers, as one that Python can call."""
    return numba.njit(lambda *arguments: function(*arguments))
