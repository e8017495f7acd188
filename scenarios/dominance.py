"""Stochastic dominance: whether one scenario is better for everybody who likes more, or who fears losses.

First order: at every amount, no more runs of the dominant one stay at or below it; then whoever likes more prefers it.
Second order: the same of the areas under the distribution functions; then whoever also dislikes risk prefers it
(Hadar & Russell 1969; Hanoch & Levy 1969, doi:10.2307/2296431). How sure that is, is told by resampling replications,
both scenarios of a seed together (bootstrap; Efron 1979, doi:10.1214/aos/1176344552).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenarios.statistics import ROUNDING, complete_pairs

RESAMPLES = 1000
STREAM = 1  # of the resampling: the same replications give the same share


@dataclass(frozen=True)
class Dominance:
    """Which of two scenarios dominates in one order, and how surely.

    Attributes
    ----------
    sign : int
        +1 where the other scenario dominates the baseline, -1 where it is dominated, 0 where neither does.
    violation : float
        How far the one that comes nearer is from dominating: the largest distance by which its distribution
        function (first order, a share) or the area under it (second order, in the measure's unit) is above.
        0 where one dominates, and where the two are the same; NaN without any pair.
    share : float
        Share of the resamples with the same answer, 0 to 1; NaN without any pair.
    """

    sign: int
    violation: float
    share: float


def dominance(other: ArrayLike, baseline: ArrayLike) -> tuple[Dominance, Dominance]:
    """Return first- and second-order dominance in a measure of which more is better.

    Parameters
    ----------
    other, baseline : array_like, shape (replications,)
        The measure over the same seeds, in the same order; pairs with a NaN are left out.
    """
    a, b = complete_pairs(other, baseline)
    n = len(a)
    if n == 0:
        return Dominance(0, np.nan, np.nan), Dominance(0, np.nan, np.nan)
    pooled = np.concatenate([a, b])
    order = np.argsort(pooled, kind="stable")
    rounding = ROUNDING * float(np.abs(pooled).max())
    gaps = np.diff(pooled[order])
    gaps = np.where(gaps <= rounding, 0.0, gaps)  # what only rounding sets apart is a tie

    def excesses(counts: NDArray) -> list[tuple[float, float]]:
        return _excesses(np.concatenate([counts, -counts])[order], gaps, rounding)

    found = excesses(np.ones(n, int))
    same = np.zeros(2)
    stream = np.random.PCG64(STREAM)  # its raw numbers are the same in all versions of NumPy
    for _ in range(RESAMPLES):
        drawn = np.bincount((stream.random_raw(n) % n).astype(int), minlength=n)
        same += [_sign(*one) == _sign(*whole) for one, whole in zip(excesses(drawn), found, strict=True)]
    first, second = (
        Dominance(_sign(*one), min(one) / n, float(share) / RESAMPLES)
        for one, share in zip(found, same, strict=True)
    )
    return first, second


def _excesses(steps: NDArray, gaps: NDArray, rounding: float) -> list[tuple[float, float]]:
    """Return for each order by how much the one side's function exceeds the other's, and the other way round.

    `steps` are what the numbers in rising order add to the difference of the distribution functions, in runs.
    """
    above = np.cumsum(steps)[:-1]
    area = np.cumsum(above * gaps)
    area[np.abs(area) <= rounding * len(steps)] = 0.0
    return [(_top(function), _top(-function)) for function in (above[gaps > 0], area)]


def _top(function: NDArray) -> float:
    return float(function.max(initial=0))


def _sign(other: float, baseline: float) -> int:
    return int(other == 0 < baseline) - int(baseline == 0 < other)
