"""How large, how sure, how much of it luck: plain functions of arrays of replications.

Replications of two scenarios are pairs: both have the same seed, hence the same luck. What each figure means, and
when it misleads, stands in `docs/statistics.md`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, fdtri, logit, stdtr, stdtrit

from scenarios.statistics import CONFIDENCE, ROUNDING, Paired, complete_pairs

RISK = 1 - CONFIDENCE
FEWEST = 3  # pairs from which the variance of A12 can be estimated


@dataclass(frozen=True)
class Superiority:
    """A12: how likely a run of another scenario gives more than a run of the baseline, 0 to 1, with its 95 % interval.

    A tie counts half. NaN bounds where there are fewer than three pairs, all NaN with fewer than two.
    """

    a12: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True)
class SeedShare:
    """Share of a measure's variance that is due to the seed and not to the design point, 0 to 1, with a 95 % interval.

    NaN where there are fewer than two points or two replications, or where nothing varies.
    """

    share: float
    low: float
    high: float
    points: int
    replications: int


def superiority(other: ArrayLike, baseline: ArrayLike) -> Superiority:
    """Return A12 = P(other > baseline) + P(other = baseline) / 2 of two runs with seeds of their own.

    Vargha & Delaney (2000), doi:10.3102/10769986025002101. The two runs of one seed share their luck, so they are
    left out of the comparisons: over the n (n - 1) others the estimate has no bias, however strong the pairing
    (over all n * n it differs by at most 1/n). The variance is the jackknife's for U statistics over pairs
    (Arvesen 1969, doi:10.1214/aoms/1177697287; for areas under curves of clustered data Obuchowski 1997,
    doi:10.2307/2533958); the interval is Student's for logit A12. Where every comparison came out alike there is no
    variance: then the bound is that of Clopper and Pearson for the floor(n/2) comparisons that share no run.

    Parameters
    ----------
    other, baseline : array_like, shape (replications,)
        One measure over the same seeds, in the same order; NaN where a replication had nothing to measure.
    """
    a, b = complete_pairs(other, baseline)
    n = len(a)
    if n < 2:
        return Superiority(np.nan, np.nan, np.nan, n)
    above, below = _placements(*_levels(a, b))
    estimate = float(above.mean())
    if n < FEWEST:
        return Superiority(estimate, np.nan, np.nan, n)
    if estimate in (0.0, 1.0):
        bound = (RISK / 2) ** (1 / (n // 2))
        return Superiority(estimate, *((bound, 1.0) if estimate else (0.0, 1 - bound)), n)
    squares = float(((above + below - 2 * estimate) ** 2).sum())
    deviation = np.sqrt(squares * (n - 1) / n) / (n - 2)
    half = float(stdtrit(n - 1, 1 - RISK / 2)) * deviation / (estimate * (1 - estimate))
    return Superiority(estimate, float(expit(logit(estimate) - half)), float(expit(logit(estimate) + half)), n)


def _placements(a: NDArray, b: NDArray) -> tuple[NDArray, NDArray]:
    """Return for each seed the share of the other seeds' `b` below its `a`, and of their `a` above its `b`."""
    own = (a > b) + (a == b) / 2
    above = _middle(np.sort(b), a) - own
    below = len(a) - _middle(np.sort(a), b) - own
    return above / (len(a) - 1), below / (len(a) - 1)


def _middle(ordered: NDArray, values: NDArray) -> NDArray:
    """Return how many of `ordered` are below each value; ties count half."""
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2


def _levels(a: NDArray, b: NDArray) -> tuple[NDArray, NDArray]:
    """Return ranks in which numbers that only rounding sets apart are ties."""
    pooled = np.concatenate([a, b])
    order = np.argsort(pooled, kind="stable")
    steps = np.diff(pooled[order]) > ROUNDING * np.abs(pooled).max(initial=0.0)
    levels = np.empty(len(pooled), int)
    levels[order] = np.concatenate([[0], np.cumsum(steps)])
    return levels[: len(a)], levels[len(a) :]


def p_value(change: Paired) -> float:
    """Return Student's two-sided p of "no difference"; 0 or 1 where pairs do not vary; NaN with fewer than two."""
    if change.pairs < 2:
        return np.nan
    if change.effect_size is None:
        return float(change.difference == 0)
    return 2 * float(stdtr(change.pairs - 1, -abs(change.effect_size) * np.sqrt(change.pairs)))


def holm(p_values: ArrayLike) -> NDArray:
    """Return p values adjusted for a family of tests, so that any false alarm in all of it has the risk one looks at.

    Holm (1979), Scand J Stat 6:65-70: the k-th smallest of m is multiplied by m - k + 1, and none is below the one
    before it. Valid however the tests depend on each other. NaN is no test: it stays NaN and does not count.
    """
    p = np.asarray(p_values, float)
    adjusted = np.full(p.shape, np.nan)
    there = np.flatnonzero(~np.isnan(p))
    order = there[np.argsort(p[there], kind="stable")]
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1.0)
    return adjusted


def seed_share(values: ArrayLike) -> SeedShare:
    """Return the seeds' share of the variance where each point has seeds of its own.

    By the law of total variance, Var = E[Var(. | point)] + Var(E[. | point]); both parts are estimated without bias
    from the mean squares of a one-way analysis of variance. The share is 1 - the intraclass correlation, with its
    exact interval of F (Searle 1971, Linear Models, section 9.9). A negative part of the points counts as 0.

    Parameters
    ----------
    values : array_like, shape (points, replications)
        Points stand for what else one might have set. Replications with a NaN at any point are left out.
    """
    table = _complete(values)
    points, n = table.shape
    if min(points, n) < 2 or _settled(table):
        return _degenerate(table)
    between, seeds, rest = _mean_squares(table)
    within = (seeds + (points - 1) * rest) / points
    agreement = (between - within) / (between + (n - 1) * within)
    high, low = (between / within / fdtri(points - 1, points * (n - 1), q) for q in (RISK / 2, 1 - RISK / 2))
    return _share(table, agreement, (low - 1) / (low + n - 1), (high - 1) / (high + n - 1))


def seed_share_paired(values: ArrayLike) -> SeedShare:
    """Return the seeds' share of the variance where all points have the same seeds, as in `compare`.

    Shared luck moves all points together and is in no difference between them: a one-way analysis would take too
    much from the points' part. Here seeds are a second way, and the share is 1 - the intraclass correlation of
    absolute agreement, ICC(A,1), with its interval by Satterthwaite's approximation (McGraw & Wong 1996,
    doi:10.1037/1082-989X.1.1.30; it is ICC(2,1) of Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420).

    Parameters
    ----------
    values : array_like, shape (points, replications)
        Column r of every point has the same seed. Columns with a NaN are left out.
    """
    table = _complete(values)
    points, n = table.shape
    if min(points, n) < 2 or _settled(table):
        return _degenerate(table)
    between, seeds, rest = _mean_squares(table)
    noise = n * seeds + (n * points - n - points) * rest
    agreement = points * (between - rest) / (points * between + noise)
    known = min(max(agreement, 0.0), 1.0)
    a, b = n * known * seeds, (points * (1 - known) + n * known * (points - 1)) * rest
    freedom = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / ((points - 1) * (n - 1)))
    f, g = fdtri(points - 1, freedom, 1 - RISK / 2), fdtri(freedom, points - 1, 1 - RISK / 2)
    low = points * (between - f * rest) / (f * noise + points * between)
    high = points * (g * between - rest) / (noise + points * g * between)
    return _share(table, agreement, low, high)


def _complete(values: ArrayLike) -> NDArray:
    table = np.asarray(values, float)
    if table.ndim != 2:
        raise ValueError(f"a seed share needs (points, replications), not {table.shape}")
    return table[:, np.isfinite(table).all(axis=0)]


def _settled(table: NDArray) -> bool:
    """Whether the replications of each point differ by no more than rounding: there is nothing to estimate from."""
    return bool((np.ptp(table, axis=1) <= ROUNDING * np.abs(table).max()).all())


def _degenerate(table: NDArray) -> SeedShare:
    """Return 0 where only the points differ, NaN where nothing does or where there is too little."""
    points, n = table.shape
    if min(points, n) < 2 or np.ptp(table) <= ROUNDING * np.abs(table).max():
        return SeedShare(np.nan, np.nan, np.nan, points, n)
    return SeedShare(0.0, 0.0, 0.0, points, n)


def _mean_squares(table: NDArray) -> tuple[float, float, float]:
    """Return the mean squares of points, of seeds and of the rest of a two-way table without repetition."""
    points, n = table.shape
    deviations = table - table.mean()
    rows, columns = deviations.mean(axis=1, keepdims=True), deviations.mean(axis=0, keepdims=True)
    rest = float(((deviations - rows - columns) ** 2).sum()) / ((points - 1) * (n - 1))
    return n * float((rows**2).sum()) / (points - 1), points * float((columns**2).sum()) / (n - 1), rest


def _share(table: NDArray, agreement: float, low: float, high: float) -> SeedShare:
    """Turn an intraclass correlation and its bounds into the share that is not the points'."""
    share, least, most = (float(np.clip(1 - part, 0.0, 1.0)) for part in (agreement, high, low))
    return SeedShare(share, least, most, *table.shape)
