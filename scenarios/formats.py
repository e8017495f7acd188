"""Numbers as people read them: no more digits than they deserve."""

import math
from collections.abc import Callable

from numpy.typing import NDArray

from scenarios.effects import Superiority
from scenarios.statistics import Estimate, Paired, estimate

NOTHING = "\N{EN DASH}"
MOST_DIGITS = 3  # decimals


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with `digits` decimals, none from 100 up; a dash where there is no number."""
    if value is None or value != value:
        return NOTHING
    places = digits if abs(value) < 100 else 0
    return f"{round(value, places) + 0.0:.{places}f}"


def signed(value: float | None, digits: int = 2) -> str:
    """Return a number with its sign."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 and float(text) > 0 else text


def interval(value: Estimate, digits: int = 2) -> str:
    """Return mean (low to high)."""
    return _spread(value.mean, value, digits, number)


def centre(value: Estimate, digits: int = 2) -> str:
    """Return the mean alone."""
    return number(value.mean, digits)


def change(value: Paired, digits: int = 2) -> str:
    """Return +difference (low to high)."""
    return _spread(value.difference, value, digits, signed)


def part(value: Estimate, digits: int = 2) -> str:
    """Return +mean (low to high)."""
    return _spread(value.mean, value, digits, signed)


def _spread(middle: float, value: Estimate | Paired, digits: int, write: Callable[[float, int], str]) -> str:
    """Write an interval, with more digits where it is narrow; the middle alone where there is none."""
    if value.low != value.low:
        return write(middle, digits)
    half = (value.high - value.low) / 2
    places = max(digits, min(math.ceil(-math.log10(half)), MOST_DIGITS)) if half > 0 else digits
    return f"{write(middle, places)} ({write(value.low, places)} to {write(value.high, places)})"


def superiority(value: Superiority) -> str:
    """Return A12 (low to high)."""
    if value.low != value.low:
        return number(value.a12)
    return f"{number(value.a12)} ({number(value.low)} to {number(value.high)})"


def p(value: float) -> str:
    """Return a p value with three decimals, none so small that it would read as 0."""
    return "< 0.001" if value < 0.001 else number(value, MOST_DIGITS)


def mean(values: NDArray) -> str:
    """Return the mean of replications that had something to measure."""
    return number(estimate(values).mean)


def percent(share: float) -> str:
    """Return a share as a whole percentage."""
    return f"{100 * share:.0f} %"


FILTERS: dict[str, Callable] = {
    "number": number,
    "signed": signed,
    "interval": interval,
    "centre": centre,
    "change": change,
    "part": part,
    "mean": mean,
    "p": p,
    "superiority": superiority,
    "percent": percent,
}
