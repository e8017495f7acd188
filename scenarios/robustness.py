"""Which conclusions are findings and which are artefacts: everything again, under other rules and other constants.

A conclusion is a verdict on a claim, or that a regime has a region of its own on a strategy map. It is tried again
with one thing changed at a time: another rule of trust or of choice, or one constant 20 % smaller or larger.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.claim_runs import Change
from scenarios.claim_verdicts import FAILS, HOLDS, HOLDS_WHERE, UNDECIDED
from scenarios.maps import StrategyMap
from scenarios.regions import largest
from scenarios.scenario import Scenario
from scenarios.sentences import limits
from scenarios.variation import find, value_of, vary
from sim.config import Market

FINDING, MOSTLY, ARTEFACT, OPEN = "finding", "mostly", "artefact", "open"
LABELS = (FINDING, MOSTLY, ARTEFACT, OPEN)
FEW = 0.1  # share of the constants' tries: if more of them turn a conclusion round, it is an artefact of these
WHOLE = 0.9  # share of a regime's cells that its largest piece holds, for a region of its own
SUPPORTED = (HOLDS, HOLDS_WHERE)
AS_IT_IS = "as it is"

Kept = dict[str, dict[str, Any]]  # by part and try
Attempt = Callable[[str], Any]  # given the part, it returns what comes out


def another_rule(place: str, name: str) -> Change:
    """Return what puts another rule at one place of a market's schedule: ('trust', 'recent')."""

    def change(scenario: Scenario) -> Scenario:
        rules = scenario.market.rules.model_dump() | {f"{place}_rule": name}
        return replace(scenario, market=Market.model_validate(scenario.market.model_dump() | {"rules": rules}))

    return change


def another_value(name: str, factor: float) -> Change:
    """Return what multiplies a quantity of a market, within what it may be."""
    low, high = limits(find(name)[2]) or (-math.inf, math.inf)

    def change(scenario: Scenario) -> Scenario:
        return vary(scenario, name, min(max(value_of(scenario.market, name) * factor, low), high))

    return change


def try_all(kept: Kept, parts: Mapping[str, Mapping[str, Attempt]], keep: Callable[[str, str], None]) -> None:
    """Try what has not been tried yet, all parts of one try before the next.

    Parameters
    ----------
    kept : dict
        What came out so far, by part and try; it grows.
    parts : mapping
        The tries of each part, by name.
    keep : callable
        Called with part and try after each.
    """
    for name in dict.fromkeys(name for attempts in parts.values() for name in attempts):
        for part, attempts in parts.items():
            if name in attempts and name not in kept.setdefault(part, {}):
                kept[part][name] = attempts[name](part)
                keep(part, name)


@dataclass(frozen=True)
class Conclusion:
    """A conclusion as it is, and the tries under which something else comes out.

    Attributes
    ----------
    verdict : str
        Under the standard rules and constants.
    rules, constants : dict of str to str
        What comes out instead, by the try.
    tries : int
        How many constants' tries there are.
    """

    verdict: str
    rules: Mapping[str, str]
    constants: Mapping[str, str]
    tries: int

    @property
    def label(self) -> str:
        """A finding changes under nothing; an artefact turns round under a rule, or under more than few constants.

        What a try only leaves undecided has not turned round. What is undecided as it is concludes nothing.
        """
        if self.verdict == UNDECIDED:
            return OPEN
        if turned(self.rules) or len(turned(self.constants)) > FEW * self.tries:
            return ARTEFACT
        return MOSTLY if self.rules or self.constants else FINDING


def turned(changed: Mapping[str, str]) -> list[str]:
    """Return the tries under which a conclusion is the opposite of what it is, not only undecided."""
    return [name for name, verdict in changed.items() if verdict != UNDECIDED]


def conclude(verdicts: Mapping[str, str], rules: Collection[str]) -> Conclusion:
    """Weigh a conclusion's verdicts by try, against that of `AS_IT_IS`; `rules` are the tries with another rule."""
    base = verdicts[AS_IT_IS]
    changed = {name: one for name, one in verdicts.items() if side(one) != side(base)}
    return Conclusion(
        base,
        {name: one for name, one in changed.items() if name in rules},
        {name: one for name, one in changed.items() if name not in rules},
        len(verdicts.keys() - set(rules) - {AS_IT_IS}),
    )


def side(verdict: str) -> str:
    """Return the side a verdict is on: holding everywhere and holding somewhere are one."""
    return HOLDS if verdict in SUPPORTED else verdict


def letters(found: StrategyMap, initials: Sequence[str]) -> list[str]:
    """Return the winner of each cell as a letter, rows ascending; a small letter where the cell is contested."""
    rows = zip(found.winners().tolist(), found.contested().tolist(), strict=True)
    return [
        "".join(initials[s].lower() if unsure else initials[s] for s, unsure in zip(*row, strict=True)) for row in rows
    ]


def cells_of(rows: Sequence[str]) -> NDArray:
    """Return the letters of a map as an array, shape (rows, columns)."""
    return np.array([list(row) for row in rows])


def stay(rows: Sequence[str], others: Sequence[str]) -> tuple[float, float]:
    """Return the share of cells whose winner is the same on two maps: of all, and of those sure on both."""
    one, other = cells_of(rows), cells_of(others)
    same = np.char.upper(one) == np.char.upper(other)
    sure = np.char.isupper(one) & np.char.isupper(other)
    return float(same.mean()), float(same[sure].mean()) if sure.any() else float("nan")


def region(rows: Sequence[str], initial: str) -> str:
    """Say whether a regime has a region of its own: it surely wins somewhere, and what it wins hangs together."""
    cells = cells_of(rows)
    own = np.char.upper(cells) == initial
    if not own.any():
        return FAILS
    if not (cells == initial).any():
        return UNDECIDED
    return HOLDS if largest(own) >= WHOLE * own.sum() else FAILS
