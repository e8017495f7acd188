"""How many replications: as many as make a difference known to within a precision.

Stein's two stages (1945, doi:10.1214/aoms/1177731088). A first stage of 20 replications tells how much each scenario's
paired difference varies; from it follows how many are needed. They are run, and then more as long as a 95 % interval
is still wider than asked for. Only variances are looked at on the way, never the differences themselves, and of
normal differences these are independent of each other: so looking costs no confidence, unlike in the decisions of
claims, which stop on what the differences say. Each mean is within the precision of the truth with a probability of
at least 95 %, exactly for normal differences: Stein's number alone gives that, and more replications give more.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.outcome import Outcome, Tick, joined, observe
from scenarios.scenario import Scenario, ScenarioError
from scenarios.statistics import Paired, paired, without_nan

STAGE = 20  # replications of the first stage
MEASURE = "value_total"
MANY = 10**12  # more replications than anybody runs


@dataclass(frozen=True)
class Precision:
    """What was asked for and what came out.

    Attributes
    ----------
    asked : float
        Largest half width of the 95 % interval of any scenario's difference in total value from the baseline,
        in EUR per customer and period.
    half_width : float
        The largest there is.
    needed : int
        Replications that were needed; where there are fewer, an estimate from those there are.
    most : int
        Replications allowed.
    """

    asked: float
    half_width: float
    needed: int
    most: int

    @property
    def reached(self) -> bool:
        """Whether the needed replications were allowed and the intervals are as narrow as asked for."""
        return self.needed <= self.most and self.half_width <= self.asked

    def say(self) -> str:
        """Say in one sentence what came out."""
        if self.reached:
            return (
                f"The precision of {self.asked:g} EUR is reached with {self.needed} replications "
                f"(widest interval of {MEASURE}: +/- {self.half_width:.2g})."
            )
        now = "narrow enough, but not surely so" if self.half_width <= self.asked else "too wide"
        return (
            f"The precision of {self.asked:g} EUR is not reached with {self.most} replications "
            f"(widest interval of {MEASURE}: +/- {self.half_width:.2g}, {now}); about {self.needed} are needed."
        )


def precision_record(found: Precision | None, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return for JSON which precision was asked for, and which there is."""
    width = {"half_width": half_width(changes(outcomes))}
    if found is None:
        return {"asked": None, "status": "not asked", "needed": None} | without_nan(width)
    status = "reached" if found.reached else "not reached"
    return {"asked": found.asked, "status": status, "needed": found.needed} | without_nan(width)


def check_precision(precision: float | None) -> None:
    """Refuse what is no precision, in one sentence."""
    if precision is not None and not 0 < precision < math.inf:
        raise ScenarioError(f"precision: {precision} is not allowed; it is a number of EUR above 0")


def changes(outcomes: Sequence[Outcome]) -> list[Paired]:
    """Return how each scenario's total value differs from that of the first."""
    return [paired(other.results[MEASURE], outcomes[0].results[MEASURE]) for other in outcomes[1:]]


def half_width(found: Sequence[Paired]) -> float:
    """Return half the width of the widest 95 % interval; NaN where one has none."""
    return float(np.max([(change.high - change.low) / 2 for change in found]))


def enough(found: Sequence[Paired], precision: float, pairs: int) -> int:
    """Return how many replications give `precision` if differences go on varying as in the first `pairs`.

    With h the half width of `pairs`, n = pairs (h / precision)^2, rounded up: Stein's number where `pairs` are the
    first stage, as pairs h^2 = t^2 s^2. Never less than `pairs`.
    """
    ratio = half_width(found) / precision
    wanted = pairs * ratio * ratio  # not a power: that of a huge ratio would be an error instead of infinity
    return max(pairs, math.ceil(wanted) if wanted < MANY else MANY)


def settle(run_until: Callable[[int], Sequence[Paired]], precision: float, most: int) -> Precision:
    """Run until differences are known to within `precision`, or `most` replications are done.

    `run_until(n)` sees to it that n replications are done, and returns the paired differences over all of them.
    """
    done = min(STAGE, most)
    found = run_until(done)
    stein = target = enough(found, precision, done)
    while done < min(target, most):
        done = min(target, most)
        found = run_until(done)
        narrow = half_width(found) <= precision
        target = max(stein, done if narrow else max(enough(found, precision, done), done + 1))
    return Precision(precision, half_width(found), target, most)


def replicate(
    scenarios: Sequence[Scenario], seed: int, most: int, precision: float, workers: int, tick: Tick
) -> tuple[tuple[Outcome, ...], Precision]:
    """Run every scenario over the seeds `seed`, `seed + 1`, ..., as many as `precision` needs, at most `most`.

    Nothing is run twice, and the outcomes are to the bit those of that number of replications in one go.
    """
    outcomes: list[Outcome] = []

    def run_until(n: int) -> list[Paired]:
        done = len(outcomes[0].results[MEASURE]) if outcomes else 0
        new = [observe(scenario, range(seed + done, seed + n), workers, tick) for scenario in scenarios]
        outcomes[:] = map(joined, outcomes, new) if outcomes else new
        return changes(outcomes)

    reached = settle(run_until, precision, most)
    return tuple(outcomes), reached
