"""Deciding checks: sequential looks at replications, with intervals that stay valid however many looks there are.

Replications come in batches, and after each batch every open check is looked at (`scenarios.looks`).

A claim asserts that *all* its checks are true; an intersection of tests needs no further correction (Berger 1982,
doi:10.1080/00401706.1982.10487790). Where one of several contrasts is enough (a peak may lie at any inner
variant), the confidence is divided among them too.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from scipy.special import stdtrit

from scenarios.claim_checks import Aim, Contrast, Groups, Label
from scenarios.looks import RISK
from scenarios.statistics import spread, without_nan

BATCH = 12  # replications
MOST = 60
FEWEST = 3  # numbers without which nothing is decided


class Status(IntEnum):
    """Three values of logic: all of several is the least, any is the greatest."""

    FALSE = 0
    UNDECIDED = 1
    TRUE = 2

    @property
    def word(self) -> str:
        """The word for it."""
        return self.name.lower()


@dataclass(frozen=True)
class Finding:
    """What replications say about one contrast.

    Attributes
    ----------
    label : Label
        Which variants it is of.
    mean, low, high : float
        Mean over replications, and its interval at the look that decided (95 % over all looks).
    effect_size : float
        Mean over standard deviation (Cohen's d_z for paired differences); NaN where nothing varies.
    aim, limit : Aim, float
        Where the mean must lie.
    n, left_out : int
        Replications used, and those with nothing to measure.
    status : Status
    """

    label: Label
    mean: float
    low: float
    high: float
    effect_size: float
    aim: Aim
    limit: float
    n: int
    left_out: int
    status: Status

    @property
    def clearance(self) -> float:
        """How far the mean is on the right side of the limit; negative on the wrong one."""
        if self.aim == "within":
            return self.limit - abs(self.mean)
        return self.mean - self.limit if self.aim in ("above", "not below") else self.limit - self.mean

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        numbers = without_nan({name: getattr(self, name) for name in ("mean", "low", "high", "effect_size")})
        return asdict(self) | numbers | {"label": str(self.label), "status": self.status.word}


def decide(groups: Groups, looks: int, precision: float) -> tuple[Status, list[Finding]]:
    """Return whether all contrasts of at least one group come out, and the findings of the group that shows it best."""
    risk = RISK / looks / len(groups)
    found = [[find(contrast, risk, precision) for contrast in group] for group in groups]
    statuses = [min(one.status for one in group) for group in found]
    best = max(range(len(found)), key=lambda g: statuses[g])
    return statuses[best], found[best]


def find(contrast: Contrast, risk: float, precision: float) -> Finding:
    """Return the interval of a contrast's mean and what it decides."""
    there = contrast.values[np.isfinite(contrast.values)]
    left_out = len(contrast.values) - len(there)
    told = (contrast.aim, contrast.limit, len(there), left_out)
    if len(there) < max(FEWEST, left_out):  # nothing to measure in most replications
        return Finding(contrast.label, np.nan, np.nan, np.nan, np.nan, *told, Status.UNDECIDED)
    mean, deviation = float(there.mean()), float(spread(there))
    half = float(stdtrit(len(there) - 1, 1 - risk / 2)) * deviation / np.sqrt(len(there))
    low, high = mean - half, mean + half
    size = mean / deviation if deviation > 0 else np.nan
    return Finding(contrast.label, mean, low, high, size, *told, status(low, high, contrast, precision))


def status(low: float, high: float, contrast: Contrast, precision: float) -> Status:
    """Say what an interval decides.

    Above a limit is true when all of the interval is; false when none of it is as much as `precision`, the
    smallest difference that matters, above the limit. 'Not below' is false only when all of it is below.
    """
    limit = contrast.limit
    if contrast.aim == "above":
        return _logic(low > limit, high <= limit or high < limit + precision)
    if contrast.aim == "below":
        return _logic(high < limit, low >= limit or low > limit - precision)
    if contrast.aim == "within":
        return _logic(-limit <= low and high <= limit, low > limit or high < -limit)
    against = high < limit if contrast.aim == "not below" else low > limit
    return Status.FALSE if against else Status.TRUE


def _logic(true: bool, false: bool) -> Status:
    return Status.TRUE if true else Status.FALSE if false else Status.UNDECIDED


def main_of(findings: Sequence[Finding]) -> Finding:
    """Return the finding that most endangers its check; the small steps of a trend only must not contradict it."""
    deciding = [one for one in findings if not one.aim.startswith("not")]
    return min(deciding, key=lambda one: (one.status, one.clearance))
