"""Paired statistics of replications: plain functions of arrays, one replication per row.

Replications are independent draws of the same market, so intervals are Student's (exact for normal means).
A comparison pairs replication r of one scenario with replication r of the other: both have the same seed,
hence the same people and the same luck (common random numbers; Law 2015, Simulation Modeling and Analysis,
section 11.2). A NaN means that a replication had nothing to measure; it is left out and counted.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95
ROUNDING = 1e-12  # spread below this share of the numbers' size is the rounding of floats, not variation


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval: NaN bounds where fewer than two replications had something to measure."""

    mean: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int | None]:
        """Return the numbers for JSON: None for NaN."""
        return without_nan(asdict(self))


@dataclass(frozen=True)
class Paired:
    """How another scenario differs from a baseline over pairs of replications with the same seed.

    Attributes
    ----------
    difference, low, high : float
        Mean of other minus baseline, and its 95 % t interval; in the measure's unit.
    effect_size : float or None
        Cohen's d_z, mean over standard deviation of the paired differences (Cohen 1988; Lakens 2013,
        doi:10.3389/fpsyg.2013.00863); None where the differences do not vary. The pairing makes it larger
        than a d of two independent groups.
    pairs, left_out : int
        Pairs used, and pairs left out because a side had nothing to measure.
    variance_ratio : float or None
        Variance of the difference with pairing, as a share of what it would be without: below 1 the
        common random numbers gained something. None where neither side varies.
    """

    difference: float
    low: float
    high: float
    effect_size: float | None
    pairs: int
    left_out: int
    variance_ratio: float | None

    @property
    def sign(self) -> int:
        """+1 or -1 where the interval excludes 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def to_dict(self) -> dict[str, float | int | None]:
        """Return the numbers for JSON: None for NaN."""
        return without_nan(asdict(self))


def without_nan(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers as JSON can hold them: None for NaN."""
    return {name: None if number != number else number for name, number in numbers.items()}


def intervals(values: NDArray, confidence: float = CONFIDENCE) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Return (mean, low, high, n) over axis 0, leaving out NaN; low and high are the t interval, 95 % by default."""
    there = np.isfinite(values)
    n = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=0) / n
        half = np.asarray(stdtrit(n - 1, (1 + confidence) / 2)) * spread(values) / np.sqrt(n)
    return mean, mean - half, mean + half, n


def spread(values: NDArray) -> NDArray:
    """Return the sample standard deviation over axis 0, leaving out NaN; exactly 0 where only rounding differs."""
    there = np.isfinite(values)
    known = np.where(there, values, 0.0)
    n = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.where(there, (values - known.sum(axis=0) / n) ** 2, 0.0).sum(axis=0)
        deviation = np.sqrt(squares / (n - 1))
    return np.where(deviation <= ROUNDING * np.abs(known).max(axis=0, initial=0.0), 0.0, deviation)


def estimate(values: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean of replications, shape (replications,), with its interval, 95 % by default."""
    mean, low, high, n = intervals(np.asarray(values, float), confidence)
    return Estimate(float(mean), float(low), float(high), int(n))


def paired(other: ArrayLike, baseline: ArrayLike, confidence: float = CONFIDENCE) -> Paired:
    """Compare two scenarios over the same seeds, in the same order.

    Parameters
    ----------
    other, baseline : array_like, shape (replications,)
        One measure of each scenario; NaN where a replication had nothing to measure.
    confidence : float
        Of the interval, 0 .. 1.

    Raises
    ------
    ValueError
        If the two have different lengths: then they are not pairs.
    """
    a, b = complete_pairs(other, baseline)
    difference = _free_of_rounding(a - b, a, b)
    mean, low, high, n = intervals(difference, confidence)
    deviation, apart = float(spread(difference)), float(spread(a) ** 2 + spread(b) ** 2)
    return Paired(
        float(mean),
        float(low),
        float(high),
        float(mean) / deviation if deviation > 0 else None,
        int(n),
        int(np.size(other) - n),
        deviation**2 / apart if apart > 0 else None,
    )


def complete_pairs(other: ArrayLike, baseline: ArrayLike) -> tuple[NDArray, NDArray]:
    """Return the replications in which both sides had something to measure; ValueError where they are not pairs."""
    a, b = np.asarray(other, float), np.asarray(baseline, float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"paired replications need two rows of one length, not {a.shape} and {b.shape}")
    both = np.isfinite(a) & np.isfinite(b)
    return a[both], b[both]


def _free_of_rounding(difference: NDArray, a: NDArray, b: NDArray) -> NDArray:
    """Replace differences that vary by less than the rounding of the two sides by their mean."""
    size = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
    if len(difference) and np.ptp(difference) <= ROUNDING * size:
        return np.full_like(difference, difference[0])
    return difference
