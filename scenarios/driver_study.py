"""A study of what drives a market: all measures from the same runs, of every quantity, then of the strongest.

Elementary effects screen every quantity; the union of the strongest of each measure then shares the variance. Points
follow from the seed; values are kept point by point, so that an interrupted study goes on where it stopped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.driver_plans import every_axis
from scenarios.drivers import evaluate
from scenarios.scenario import Scenario, ScenarioError
from scenarios.sensitivity import Effects, Problem, Shares, axis_of, morris, problem, saltelli, sobol, trajectories
from scenarios.statistics import ROUNDING

DIGITS = 4  # significant ones that are kept
CHUNK = 256  # points between two times of keeping


@dataclass(frozen=True)
class Design:
    """How large a study is.

    Attributes
    ----------
    measures : tuple of str
    trajectories, strongest, points : int
        Of the screening; quantities taken on of each measure; base points of the decomposition, a power of two.
    replications, seed : int
        Each point is the mean of so many runs, on the seeds from `seed` on.
    scale : tuple of str
        Screened, but not decomposed: what the scale of all amounts is, and so explains most of any of them.
    """

    measures: tuple[str, ...]
    trajectories: int = 20
    strongest: int = 10
    points: int = 512
    replications: int = 2
    seed: int = 1
    scale: tuple[str, ...] = ("value",)


@dataclass(frozen=True)
class Screening:
    """The elementary effects on each measure that varies, the share of luck, and how many trajectories they rest on."""

    effects: dict[str, Effects]
    luck: dict[str, float]
    trajectories: dict[str, int]


@dataclass(frozen=True)
class Decomposition:
    """The shares of the variance of each measure that varies, and how many base points they rest on."""

    shares: dict[str, Shares]
    points: dict[str, int]


def study(scenario: Scenario, design: Design, kept: dict[str, Any], keep: Callable[[], None], workers: int = 2) -> None:
    """Run what is missing of a study.

    Parameters
    ----------
    kept : dict
        What was found so far; it grows. `screening`: means of each point; `spread`: standard deviations between the
        seeds; `strongest`: the quantities taken on; `decomposition`: means of each point.
    keep : callable
        Called whenever something has been added.
    """
    every = problem(every_axis(scenario))
    if kept.setdefault("axes", _axes(every)) != _axes(every):
        raise ScenarioError(f"{scenario.name}: its quantities are no longer those of what was kept; begin anew")
    points = trajectories(every, design.trajectories, design.seed)
    _fill(scenario, every, points, design, (kept, "screening", workers), keep)
    if "strongest" not in kept:
        kept["strongest"] = strongest(screening_of(kept, design), design)
    left = problem_of(kept, kept["strongest"])
    _fill(scenario, left, saltelli(left, design.points, design.seed), design, (kept, "decomposition", workers), keep)


def _axes(of: Problem) -> list[list[Any]]:
    """Return names and bounds as JSON has them."""
    return [[name, *map(float, ends)] for name, ends in zip(of["names"], of["bounds"], strict=True)]


def problem_of(kept: dict[str, Any], names: Sequence[str]) -> Problem:
    """Return the problem of some of the quantities of a study, in their order."""
    return problem([axis_of(f"{name}={low!r}:{high!r}") for name, low, high in kept["axes"] if name in names])


def _fill(
    scenario: Scenario,
    of: Problem,
    points: NDArray,
    design: Design,
    place: tuple[dict[str, Any], str, int],
    keep: Callable[[], None],
) -> None:
    """Run the points whose values are not kept yet."""
    kept, stage, workers = place
    values = kept.setdefault(stage, [])
    seeds = range(design.seed, design.seed + design.replications)
    for first in range(len(values), len(points), CHUNK):
        found = evaluate(
            scenario, of["names"], points[first : first + CHUNK], seeds, design.measures, workers, lambda: None
        )
        values += plain(found.mean(axis=1))
        if stage == "screening":
            kept["spread"] = kept.get("spread", []) + plain(found.std(axis=1, ddof=1))
        keep()


def plain(values: NDArray) -> list[list[float | None]]:
    """Return values as they are kept: few digits, nothing for what could not be measured."""
    return [[None if one != one else float(f"{one:.{DIGITS}g}") for one in row] for row in values.tolist()]


def screening_of(kept: dict[str, Any], design: Design) -> Screening:
    """Return what the screening of a study says, of all whole trajectories that are kept.

    A trajectory on which a measure is missing somewhere (nobody deals) is left out for this measure.
    """
    every = problem_of(kept, [name for name, _, _ in kept["axes"]])
    length = every["num_vars"] + 1
    points = trajectories(every, design.trajectories, design.seed).reshape(-1, length, length - 1)
    values, spread = (_blocks(kept.get(name, []), length, len(design.measures)) for name in ("screening", "spread"))
    found = Screening({}, {}, {})
    for m, measure in enumerate(design.measures):
        there = np.isfinite(values[:, :, m]).all(axis=1)
        y = values[there, :, m].ravel()
        if varies(y):
            found.effects[measure] = morris(every, points[: len(values)][there].reshape(-1, length - 1), y, design.seed)
            luck = (spread[there, :, m] ** 2).mean() / design.replications
            found.luck[measure] = float(luck / y.var(ddof=1))
            found.trajectories[measure] = int(there.sum())
    return found


def decomposition_of(kept: dict[str, Any], design: Design) -> Decomposition:
    """Return what the decomposition of a study says, of all whole blocks of points that are kept.

    A block in which a measure is missing somewhere (nobody deals) is left out for this measure.
    """
    left = problem_of(kept, kept["strongest"])
    values = _blocks(kept.get("decomposition", []), left["num_vars"] + 2, len(design.measures))
    found = Decomposition({}, {})
    for m, measure in enumerate(design.measures):
        there = np.isfinite(values[:, :, m]).all(axis=1)
        y = values[there, :, m].ravel()
        if varies(y):
            found.shares[measure] = sobol(left, y, design.seed)
            found.points[measure] = int(there.sum())
    return found


def _blocks(rows: Sequence[Sequence[float | None]], length: int, measures: int) -> NDArray:
    """Return kept values as whole blocks, shape (blocks, length, measures)."""
    values = np.array(rows[: len(rows) // length * length], float)  # None becomes NaN
    return values.reshape(-1, length, measures)


def varies(y: NDArray) -> bool:
    """Return whether there is any variation to explain."""
    return y.size > 0 and bool(np.ptp(y) > ROUNDING * np.abs(y).max())


def strongest(found: Screening, design: Design) -> list[str]:
    """Return the quantities that are among the strongest for any measure, in the order of their names."""
    names = set()
    for effects in found.effects.values():
        star = effects.mu_star
        ranked = [star.names[i] for i in star.descending() if star.values[i] > 0 and star.names[i] not in design.scale]
        names |= set(ranked[: design.strongest])
    return sorted(names)
