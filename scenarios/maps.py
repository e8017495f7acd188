"""The strategy map: which scenario creates the most value where, over two quantities, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.formats import percent
from scenarios.outcome import fingerprint
from scenarios.pairing import Progress, best_record, check_pairing, labels, measured, ticker
from scenarios.reasons import Best, best, listed, roles_in
from scenarios.scenario import Scenario, ScenarioError
from scenarios.statistics import intervals
from scenarios.variation import axis, find, vary
from sim.version import MODEL_VERSION

LARGEST = 64  # cells along an axis
SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))
CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Region:
    """Where one scenario is the best: its share of all cells, and in how many connected pieces.

    `pieces` joins cells that share a side or a corner, `pieces_by_side` only those that share a side;
    `contested` is the share of its own cells in which its lead is not sure.
    """

    scenario: int
    share: float
    pieces: int
    pieces_by_side: int
    contested: float


@dataclass(frozen=True)
class StrategyMap:
    """Total value of several scenarios over a grid of markets, each cell on the same seeds.

    Attributes
    ----------
    scenarios : tuple of Scenario
    x, y : str
        Names of the quantities along the axes.
    xs, ys : ndarray, shape (columns,), (rows,)
        Their values, ascending.
    values : ndarray, shape (scenarios, rows, columns, replications)
        Value in EUR per customer and period by which the best is found: the total, or a role's.
    seed : int
        Replication r has seed + r.
    roles : dict of ndarray
        The value of each role there is, in the same shape.
    role : str
        Whose value `values` is; empty: everybody's.
    """

    scenarios: tuple[Scenario, ...]
    x: str
    y: str
    xs: NDArray
    ys: NDArray
    values: NDArray
    seed: int
    roles: dict[str, NDArray] = field(default_factory=dict)
    role: str = ""

    def for_role(self, role: str) -> "StrategyMap":
        """Return the map of what is best for one role."""
        return replace(self, values=self.roles[role], role=role)

    def gains(self) -> list[dict[str, float]]:
        """Return for each scenario but the first the share of cells in which each role surely gains against it.

        A gain is sure where the 95 % interval of the paired differences is above 0. Roles are those of the two
        scenarios; "everybody" is the share of cells in which all of them gain: win-win.
        """
        return [self._gains(s) for s in range(1, len(self.scenarios))]

    def _gains(self, s: int) -> dict[str, float]:
        sure = {}
        for role in roles_in([self.scenarios[0].market, self.scenarios[s].market]):
            change = np.moveaxis(self.roles[role][s] - self.roles[role][0], -1, 0)
            sure[role] = intervals(change)[1] > 0
        sure["everybody"] = np.all(list(sure.values()), axis=0)
        return {role: float(cells.mean()) for role, cells in sure.items()}

    @property
    def replications(self) -> int:
        """Seeds per cell and scenario."""
        return self.values.shape[3]

    @property
    def labels(self) -> tuple[str, ...]:
        """A title for each scenario, told apart where titles repeat."""
        return labels(self.scenarios)

    def cells(self) -> list[list[Best]]:
        """Return the best scenario of each cell, by row, with its lead over the runner-up."""
        return self._cells

    @cached_property
    def _cells(self) -> list[list[Best]]:
        rows, columns = range(len(self.ys)), range(len(self.xs))
        return [[best(list(self.values[:, row, column])) for column in columns] for row in rows]

    def winners(self) -> NDArray:
        """Return the index of the best scenario in each cell, shape (rows, columns)."""
        return np.array([[cell.scenario for cell in row] for row in self.cells()])

    def contested(self) -> NDArray:
        """Return where the 95 % interval of the lead holds 0, bool, shape (rows, columns)."""
        return np.array([[not cell.sure for cell in row] for row in self.cells()])

    def regions(self) -> list[Region]:
        """Return the region of each scenario, in their order; one that is best nowhere has share 0."""
        winners, contested = self.winners(), self.contested()
        found = []
        for s in range(len(self.scenarios)):
            own = winners == s
            found.append(
                Region(
                    s,
                    float(own.mean()),
                    pieces(own, SIDES + CORNERS),
                    pieces(own, SIDES),
                    float((own & contested).sum() / max(own.sum(), 1)),
                )
            )
        return found

    def answer(self) -> str:
        """Say in one sentence which scenario is best in how much of the map, and how much is contested."""
        said = [f'"{self.labels[r.scenario]}" in {percent(r.share)}' for r in self.regions() if r.share]
        contested = percent(self.contested().mean())
        whom = f" for {self.role}" if self.role else ""
        return f"The most value{whom} comes from {listed(said)} of the markets; {contested} are contested."

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        named = [scenario.name for scenario in self.scenarios]
        return {
            "model_version": MODEL_VERSION,
            "replications": self.replications,
            "seed": self.seed,
            "x": {"quantity": self.x, "values": self.xs.tolist()},
            "y": {"quantity": self.y, "values": self.ys.tolist()},
            "scenarios": [{"name": s.name, "title": s.title, "sha256": fingerprint(s)} for s in self.scenarios],
            "role": self.role or None,
            "means": dict(zip(named, self.values.mean(axis=3).tolist(), strict=True)),
            "roles": {
                role: dict(zip(named, values.mean(axis=3).tolist(), strict=True)) for role, values in self.roles.items()
            },
            "gains": dict(zip(named[1:], self.gains(), strict=True)),
            "cells": [[best_record(cell, named) for cell in row] for row in self.cells()],
            "regions": [
                {
                    "scenario": named[r.scenario],
                    "share": r.share,
                    "pieces": r.pieces,
                    "pieces_by_side": r.pieces_by_side,
                    "contested": r.contested,
                }
                for r in self.regions()
            ],
        }


def strategy_map(
    scenarios: Sequence[Scenario],
    x: str = "complexity",
    y: str = "turnover",
    size: int = 8,
    replications: int = 10,
    seed: int = 1,
    workers: int = 2,
    progress: Progress | None = None,
) -> StrategyMap:
    """Find which scenario creates the most total value over a grid of two quantities.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Two or more with the same number of customers and periods.
    x, y : str
        Two different quantities: 'turnover', or 'turnover=0.01:0.2' with the ends of the axis in its unit.
    size : int
        Cells along each axis, 2 .. 64.
    replications, seed, workers, progress
        As in `compare`; every cell has the same seeds.

    Raises
    ------
    ScenarioError
        If the scenarios cannot be paired, a quantity is unknown or a number is out of range.
    """
    check_pairing(scenarios, replications, seed, workers)
    if not 2 <= size <= LARGEST:
        raise ScenarioError(f"size: {size} is outside 2 .. {LARGEST}")
    (x, xs), (y, ys) = axis(x, size), axis(y, size)
    if find(x) == find(y):
        raise ScenarioError(f"x and y are both {x}; a map needs two quantities")
    grid = [[[vary(vary(scenario, x, a), y, b) for a in xs] for b in ys] for scenario in scenarios]
    seeds = range(seed, seed + replications)
    tick = ticker(progress, len(scenarios) * size * size * replications)
    there = roles_in([scenario.market for scenario in scenarios])
    measures = ["value_total", *there.values()]
    values = np.array(
        [[[measured(cell, seeds, measures, workers, tick) for cell in row] for row in rows] for rows in grid]
    )
    total, *by_role = np.moveaxis(values, 3, 0)
    return StrategyMap(tuple(scenarios), x, y, xs, ys, total, seed, dict(zip(there, by_role, strict=True)))


def pieces(inside: NDArray, steps: Sequence[tuple[int, int]]) -> int:
    """Return in how many pieces the True cells of a grid fall, when `steps` lead from a cell to its neighbours."""
    left = set(map(tuple, np.argwhere(inside).tolist()))
    count = 0
    while left:
        count += 1
        edge = [left.pop()]
        while edge:
            row, column = edge.pop()
            near = {(row + down, column + right) for down, right in steps} & left
            left -= near
            edge += near
    return count
