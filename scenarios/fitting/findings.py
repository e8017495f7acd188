"""What a fit says: each quantity's credible interval, each target met or missed, and by how much."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.fitting.posterior import Fit
from scenarios.fitting.targets import Aim
from scenarios.formats import number
from scenarios.sentences import unit
from scenarios.statistics import without_nan
from scenarios.store import SCHEMA
from scenarios.variation import find
from sim.version import MODEL_VERSION

LOW, HIGH = 0.05, 0.95  # ends of all intervals: 90 %
NO_NARROWER = 0.8  # of the prior's interval; by chance alone, sixty points seldom fall below 0.9
PER_CENT = "90 %"


@dataclass(frozen=True)
class QuantityFinding:
    """What the targets say about one quantity: median and 90 % credible interval, and the nearest point's value.

    `width` is the interval's width as a share of the prior's; `told` is whether it is below 0.8.
    """

    quantity: str
    unit: str
    prior_low: float
    prior_high: float
    median: float
    low: float
    high: float
    best: float
    width: float
    told: bool


@dataclass(frozen=True)
class TargetFinding:
    """One target: observed, and the median and 90 % interval of fresh runs at points of the posterior.

    `met` is whether the observed value lies within; `missed_by` is how far it lies outside, with its sign.
    """

    target: Aim
    median: float
    low: float
    high: float
    met: bool
    missed_by: float


def weighted_quantile(values: NDArray, weights: NDArray, share: float) -> float:
    """Return the smallest of `values` with at least `share` of the weight at or below it."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    return float(values[order][min(int(np.searchsorted(below, share * below[-1])), len(values) - 1)])


def quantities_of(fit: Fit) -> list[QuantityFinding]:
    """Return what came out for each quantity, in the order of the file."""
    points, weights = fit.posterior.points, fit.posterior.weights
    best = points[nearest_row(fit)]
    found = []
    for column, (name, (start, end)) in enumerate(fit.problem.ends.items()):
        low, median, high = (weighted_quantile(points[:, column], weights, share) for share in (LOW, 0.5, HIGH))
        width = (high - low) / ((HIGH - LOW) * (end - start))
        told = width < NO_NARROWER
        found.append(
            QuantityFinding(name, unit(find(name)[2]), start, end, median, low, high, float(best[column]), width, told)
        )
    return found


def targets_of(fit: Fit) -> list[TargetFinding]:
    """Return what came out for each target, in the order of the file."""
    found = []
    for column, aim in enumerate(fit.problem.aims):
        runs = fit.predicted[:, column]
        runs = runs[np.isfinite(runs)]
        even = np.ones(len(runs))
        low, median, high = (
            weighted_quantile(runs, even, share) if len(runs) else math.nan for share in (LOW, 0.5, HIGH)
        )
        missed = max(aim.observed - high, 0.0) + min(aim.observed - low, 0.0)
        found.append(TargetFinding(aim, median, low, high, bool(low <= aim.observed <= high), missed))
    return found


def nearest_row(fit: Fit) -> int:
    """Return the row of the posterior's point nearest to what was observed."""
    return int(np.argmin(fit.posterior.distances))


def effective_points(fit: Fit) -> float:
    """Return how many points of equal weight the posterior is worth (Kish 1965): 1 / sum of squared weights."""
    return 1 / math.fsum(fit.posterior.weights**2)


def answer(fit: Fit) -> str:
    """Return in a few sentences what came out."""
    targets = targets_of(fit)
    parts = [
        f"{_met([one for one in targets if one.target.fitted])} fitted targets and "
        f"{_met([one for one in targets if not one.target.fitted])} targets kept for checking are met "
        f"(the observed value lies in the {PER_CENT} interval of fresh runs)."
    ]
    missed = [one for one in targets if one.target.fitted and not one.met]
    if missed:
        said = "; ".join(f"{_called(one)} observed {number(one.target.observed)}, {reached(one)}" for one in missed)
        parts.append(f"Out of reach: {said}.")
    return " ".join([*parts, _untold(fit)])


def _met(targets: list[TargetFinding]) -> str:
    return f"{sum(one.met for one in targets)} of {len(targets)}"


def _called(one: TargetFinding) -> str:
    return f"{one.target.name} ({one.target.window})"


def reached(one: TargetFinding) -> str:
    """Return in words how near the runs come."""
    return f"runs give {number(one.low)} to {number(one.high)}"


def _untold(fit: Fit) -> str:
    untold = [one.quantity for one in quantities_of(fit) if not one.told]
    if not untold:
        return "Each quantity's interval is narrower than its prior's."
    return f"These targets do not tell {', '.join(untold)}: no narrower than the prior."


def record(fit: Fit) -> dict[str, Any]:
    """Return the fit for JSON."""
    problem = fit.problem
    return {
        "valuenet": "fit",
        "schema": SCHEMA,
        "model_version": MODEL_VERSION,
        "name": problem.name,
        "title": problem.title,
        "scenario": problem.scenario.name,
        "seed": fit.seed,
        "runs": fit.runs,
        "answer": answer(fit),
        "points": len(fit.posterior.points),
        "effective_points": effective_points(fit),
        "nearest": float(fit.posterior.distances.min()),
        "populations": [{"allowed": one.allowed, "tried": one.tried} for one in fit.populations],
        "quantities": [dict(vars(one)) for one in quantities_of(fit)],
        "targets": [_target(one) for one in targets_of(fit)],
    }


def _target(one: TargetFinding) -> dict[str, Any]:
    aim = one.target
    numbers = {key: getattr(one, key) for key in ("median", "low", "high", "missed_by")}
    return {
        "name": aim.name,
        "window": aim.window,
        "first": aim.periods.first,
        "last": aim.periods.last,
        "use": "fit" if aim.fitted else "check",
        "unit": aim.unit,
        "meaning": aim.meaning,
        "observed": aim.observed,
        "error": aim.error,
        "met": one.met,
    } | without_nan(numbers)
