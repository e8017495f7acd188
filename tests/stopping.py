"""Rules that say how many replications are enough, on simulated differences: `python -m tests.stopping`.

Prints the table of docs/statistics.md: how often the mean is within the precision, and how many replications that took.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from scenarios.precision import settle
from scenarios.statistics import paired

MOST, SERIES = 1000, 3000
PRECISIONS = (0.6, 0.4, 0.3, 0.2, 0.12)  # in standard deviations
SHAPE = 0.6  # of the lognormal distribution


def ours(values: NDArray, precision: float) -> int:
    done = 0

    def run_until(n: int) -> list:
        nonlocal done
        done = n
        return [paired(values[:n], np.zeros(n))]

    settle(run_until, precision, MOST)
    return done


def hoad(values: NDArray, precision: float, begin: int = 12, ahead: int = 5) -> int:
    """Stop when the half width holds for `ahead` more replications, in proportion from 100 replications on."""
    n = np.arange(begin, MOST + 1)
    sums, squares = np.cumsum(values)[begin - 1 :], np.cumsum(values**2)[begin - 1 :]
    half = stdtrit(n - 1, 0.975) * np.sqrt((squares - sums**2 / n) / (n - 1) / n)
    held = 0
    for count, narrow in zip(n.tolist(), half <= precision, strict=True):
        held = held + 1 if narrow else 0
        since = count + 1 - held
        if held > (ahead if since <= 100 else ahead * since // 100):
            return count
    return MOST


def bonferroni(values: NDArray, precision: float) -> int:
    """Look at 12, 18, 27, ... replications, the risk divided among the looks."""
    looks = [12]
    while looks[-1] < MOST:
        looks.append(min(int(np.ceil(1.5 * looks[-1])), MOST))
    for n in looks:
        half = stdtrit(n - 1, 1 - 0.025 / len(looks)) * values[:n].std(ddof=1) / np.sqrt(n)
        if half <= precision:
            return n
    return MOST


def normal(generator: np.random.Generator) -> NDArray:
    return generator.normal(size=MOST)


def lognormal(generator: np.random.Generator) -> NDArray:
    square = np.exp(SHAPE**2)
    return (generator.lognormal(0, SHAPE, MOST) - np.sqrt(square)) / np.sqrt((square - 1) * square)


def tried(
    rule: Callable[[NDArray, float], int], draw: Callable[[np.random.Generator], NDArray], precision: float
) -> str:
    generator = np.random.default_rng(7)
    numbers, within = [], []
    for _ in range(SERIES):
        values = draw(generator)
        numbers.append(rule(values, precision))
        within.append(abs(values[: numbers[-1]].mean()) <= precision)
    return f"{100 * np.mean(within):.1f} %, {np.mean(numbers):.0f}"


if __name__ == "__main__":
    for precision in PRECISIONS:
        columns = [tried(rule, draw, precision) for draw in (normal, lognormal) for rule in (ours, hoad, bonferroni)]
        print(f"| {(1.96 / precision) ** 2:.0f} | {' | '.join(columns)} |", flush=True)
