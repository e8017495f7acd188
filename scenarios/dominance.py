"""Stochastic dominance: whether one scenario is better for everybody who likes more, or who fears losses.

First order: at every amount, no more runs of the dominant one stay at or below it; then whoever likes more prefers it.
Second order: the same of the areas under the distribution functions; then whoever also dislikes risk prefers it
(Hadar & Russell 1969; Hanoch & Levy 1969, doi:10.2307/2296431). How sure that is, is told by resampling replications,
both scenarios of a seed together (bootstrap; Efron 1979, doi:10.1214/aos/1176344552).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenarios.statistics import ROUNDING, complete_pairs

RESAMPLES = 1000
ROOM = 100_000  # numbers drawn at a time
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

    def excesses(counts: NDArray) -> NDArray:
        return _excesses(np.concatenate([counts, -counts], axis=1)[:, order], gaps, rounding)

    found = excesses(np.ones((1, n), int))
    same = sum((_sign(excesses(drawn)) == _sign(found)).sum(axis=1) for drawn in _resamples(n))
    first, second = (
        Dominance(int(sign), float(here.min()) / n, float(share) / RESAMPLES)
        for sign, here, share in zip(_sign(found)[:, 0], found[:, 0], np.asarray(same), strict=True)
    )
    return first, second


def _resamples(n: int) -> Iterator[NDArray]:
    """Yield how often each of `n` replications is drawn, shape (resamples, n): some resamples at a time."""
    stream = np.random.PCG64(STREAM)  # its raw numbers are the same in all versions of NumPy
    at_a_time = max(ROOM // n, 1)
    for begun in range(0, RESAMPLES, at_a_time):
        rows = min(at_a_time, RESAMPLES - begun)
        drawn = (stream.random_raw(rows * n) % n).astype(int).reshape(rows, n)
        places = (drawn + n * np.arange(rows)[:, np.newaxis]).ravel()
        yield np.bincount(places, minlength=rows * n).reshape(rows, n)


def _excesses(steps: NDArray, gaps: NDArray, rounding: float) -> NDArray:
    """Return by how much one side's function exceeds the other's, and the other way round: shape (orders, rows, 2).

    Each row of `steps` holds what the numbers in rising order add to the difference of the distribution functions,
    in runs.
    """
    above = np.cumsum(steps, axis=1)[:, :-1]
    area = np.cumsum(above * gaps, axis=1)
    area[np.abs(area) <= rounding * steps.shape[1]] = 0.0
    return np.array([np.stack([_top(function), _top(-function)], axis=1) for function in (above[:, gaps > 0], area)])


def _top(functions: NDArray) -> NDArray:
    return functions.max(axis=1, initial=0) + 0.0  # never -0.0


def _sign(excesses: NDArray) -> NDArray:
    """Return who dominates: the side whose function never exceeds the other's, which does."""
    other, baseline = excesses[..., 0] > 0, excesses[..., 1] > 0
    return (~other & baseline).astype(int) - (~baseline & other)
