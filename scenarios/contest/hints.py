"""Which knobs matter, and which to turn: what the thousand tell, and what comes of it when it is tried.

Over all of them, a knob matters as far as its rank correlation with the measure goes (Spearman). For one strategy, a
smooth surface through the thousand (cubic radial basis functions; Wendland 2004, Scattered Data Approximation,
doi:10.1017/CBO9780511617539) guesses which knobs to turn. Each guess is then played on the same seeds, and what it
changed is measured. (Of 42 strategies the best guess held 0.91 to 1.00 of what the best turn of any knob would gain,
by market; 90 to 98 % of them gained. A linear model of the nearest strategies was worse.)
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.stats import spearmanr

from scenarios.contest.field import Field, on_step, the_thousand
from scenarios.contest.game import KNOBS, MARKETS, MEASURES, Knobs, Tick, nothing, results_of
from scenarios.statistics import Paired, paired
from sim.sections import Strategy

SMOOTHING = 1.0  # the thousand hold chance: the surface need not go through every point
STEP = 0.25  # of a knob's range
HINTS = 3


class Hint(NamedTuple):
    """One knob to turn: from where, to where."""

    knob: str
    before: float
    after: float


class Tried(NamedTuple):
    """A hint that was played: how much the measure changed, seed by seed."""

    hint: Hint
    change: Paired


def whole(knobs: Knobs) -> dict[str, float]:
    """Return a value for every knob: what is not given is as by default."""
    return {name: float(knobs.get(name, Strategy.model_fields[name].default)) for name in KNOBS}


def correlations(field: Field, measure: str) -> dict[str, float]:
    """Return the rank correlation of each knob with a measure over the thousand, the strongest first."""
    units, values = _units(the_thousand()), _values(field, measure)
    found = {name: float(spearmanr(units[:, k], values).statistic) for k, name in enumerate(KNOBS)}
    return dict(sorted(found.items(), key=lambda item: -abs(item[1])))


def hints(knobs: Knobs, field: Field, measure: str) -> list[Hint]:
    """Return the turns of one knob by a quarter of its range that most likely raise a measure; each knob once."""
    mine = whole(knobs)
    here, names = _units([mine])[0], list(KNOBS)
    turns = [(k, float(np.clip(here[k] + step, 0.0, 1.0))) for k in range(len(names)) for step in (-STEP, STEP)]
    there = np.array([[there if n == k else value for n, value in enumerate(here)] for k, there in turns])
    surface = _surface(field, measure)
    gains = surface(there) - surface(here[None])
    best: dict[str, Hint] = {}
    for n in np.argsort(-gains, kind="stable").tolist():
        name, share = names[turns[n][0]], turns[n][1]
        if gains[n] > 0 and name not in best and len(best) < HINTS:
            best[name] = Hint(name, mine[name], _at(name, share))
    return list(best.values())


@lru_cache(len(MARKETS) * len(MEASURES))
def _surface(field: Field, measure: str) -> RBFInterpolator:
    """Return a smooth surface over the unit cube through what the thousand got."""
    return RBFInterpolator(_units(the_thousand()), _values(field, measure), smoothing=SMOOTHING, kernel="cubic")


def try_hints(
    name: str, knobs: Knobs, result: NDArray, found: list[Hint], measure: str, tick: Tick = nothing
) -> list[Tried]:
    """Play each hint on the market and measure what it changes; the most useful first. `result` is without any."""
    turned = results_of(name, [{**knobs, hint.knob: hint.after} for hint in found], tick)
    column = MEASURES.index(measure)
    before = result[:, column].astype(float)
    tried = [Tried(hint, paired(one[:, column].astype(float), before)) for hint, one in zip(found, turned, strict=True)]
    return sorted(tried, key=lambda one: -one.change.difference)


def _units(strategies: Sequence[Mapping[str, float]]) -> NDArray:
    """Return strategies as points in the unit cube of what the knobs may be."""
    rows = [[(one[name] - knob.low) / (knob.high - knob.low) for name, knob in KNOBS.items()] for one in strategies]
    return np.array(rows)


def _values(field: Field, measure: str) -> NDArray:
    return field.results[:, :, MEASURES.index(measure)].astype(float).mean(axis=1)


def _at(name: str, share: float) -> float:
    knob = KNOBS[name]
    return on_step(name, [knob.low + share * (knob.high - knob.low)])[0]
