"""The strategy map: which scenario creates the most value where, over two quantities, and how surely."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.exploring import Axis, bests, evaluator, explore, looks_at
from scenarios.formats import percent
from scenarios.looks import confidence, level
from scenarios.mesh import Mesh
from scenarios.outcome import fingerprint
from scenarios.pairing import Progress, best_record, check_pairing, labels
from scenarios.reasons import Best, listed, roles_in
from scenarios.regions import Region, regions
from scenarios.scenario import Scenario, ScenarioError
from scenarios.statistics import intervals
from scenarios.variation import axis, find
from sim.version import MODEL_VERSION

LARGEST = 1025  # cells along an axis
NOT_MEASURED = ("runner_up", "share_of_seeds", "value", "lead")  # what nobody knows of a cell that was not


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
    mesh : Mesh
        Which cells were measured, and between which of them the others lie: these are inferred, not measured.
    values : ndarray, shape (scenarios, measured cells, replications)
        Value in EUR per customer and period by which the best is found: the total, or a role's. NaN after the
        last replication of a cell.
    looks : tuple of int
        After how many replications a cell's winner was looked at; the last is the most a cell can have.
    seed : int
        Replication r has seed + r.
    roles : dict of ndarray
        The value of each role there is, in the same shape.
    role : str
        Whose value `values` is; empty: everybody's. The mesh is fine where the winner by total value changes.
    """

    scenarios: tuple[Scenario, ...]
    x: str
    y: str
    xs: NDArray
    ys: NDArray
    mesh: Mesh
    values: NDArray
    looks: tuple[int, ...]
    seed: int
    roles: dict[str, NDArray] = field(default_factory=dict)
    role: str = ""

    def for_role(self, role: str) -> "StrategyMap":
        """Return the map of what is best for one role."""
        return replace(self, values=self.roles[role], role=role)

    def gains(self) -> list[dict[str, float]]:
        """Return for each scenario but the first the share of cells in which each role surely gains against it.

        A gain is sure where the interval of the paired differences is above 0, in a cell that was not measured
        where it is so in all measured cells around. Roles are those of the two scenarios; "everybody" is the share
        of cells in which all of them gain: win-win.
        """
        return [self._gains(s) for s in range(1, len(self.scenarios))]

    def _gains(self, s: int) -> dict[str, float]:
        sure = {}
        for role in roles_in([self.scenarios[0].market, self.scenarios[s].market]):
            change = np.moveaxis(self.roles[role][s] - self.roles[role][0], -1, 0)
            sure[role] = intervals(change, level(len(self.looks)))[1] > 0
        sure["everybody"] = np.all(list(sure.values()), axis=0)
        return {role: float(self.mesh.least(cells).mean()) for role, cells in sure.items()}

    @property
    def replications(self) -> int:
        """The most seeds a cell can have, per scenario."""
        return self.looks[-1]

    @property
    def labels(self) -> tuple[str, ...]:
        """A title for each scenario, told apart where titles repeat."""
        return labels(self.scenarios)

    @property
    def runs(self) -> int:
        """Runs of all scenarios in all measured cells."""
        return int(np.isfinite(self.values).sum())

    @property
    def all_runs(self) -> int:
        """Runs it takes to measure every cell with all replications."""
        return len(self.scenarios) * len(self.xs) * len(self.ys) * self.replications

    @cached_property
    def _bests(self) -> list[Best]:
        return bests(self.values, len(self.looks))

    def cells(self) -> list[list[Best | None]]:
        """Return the best scenario of each cell, by row, with its lead over the runner-up; None: not measured."""
        return self.mesh.spread(np.array(self._bests, object), None).tolist()

    def winners(self) -> NDArray:
        """Return the index of the best scenario in each cell, shape (rows, columns).

        In a cell that was not measured it is the one that most measured cells around have. By total value
        all of them have the same; by a role's they may not, and then the cell is contested.
        """
        return self.mesh.commonest(self._winners)

    @cached_property
    def _winners(self) -> NDArray:
        return np.array([best.scenario for best in self._bests])

    def _agreed(self) -> NDArray:
        """Return where all measured cells around have the same winner, which a measured cell has with itself."""
        return self.mesh.least(self._winners) == -self.mesh.least(-self._winners)

    def contested(self) -> NDArray:
        """Return where the winner is not sure, bool, shape (rows, columns): the interval of its lead holds 0.

        A cell that was not measured is contested where a measured cell around it is, or where these disagree.
        """
        return ~self.mesh.least(np.array([best.sure for best in self._bests])) | ~self._agreed()

    def confidence(self) -> NDArray:
        """Return with which confidence each cell's lead excludes 0, 0 .. 1, shape (rows, columns).

        It holds over all looks together (`scenarios.looks.confidence`); above 0.95 a lead is sure. A cell that was
        not measured has the least confidence of the measured cells around it, and 0 where these disagree.
        """
        sure = np.array([confidence(best.lead, len(self.looks)) for best in self._bests])
        return np.where(self._agreed(), self.mesh.least(sure), 0.0)

    def replicated(self) -> NDArray:
        """Return the replications of each cell, 0 where it was not measured, shape (rows, columns)."""
        return self.mesh.spread(np.isfinite(self.values[0]).sum(axis=-1), 0)

    def means(self, values: NDArray) -> NDArray:
        """Return `values`, in the shape of this map's, as means on the grid, shape (scenarios, rows, columns).

        NaN where a cell was not measured.
        """
        return np.array([self.mesh.spread(np.nanmean(one, axis=-1), np.nan) for one in values])

    def regions(self) -> list[Region]:
        """Return the region of each scenario, in their order; one that is best nowhere has share 0."""
        return regions(len(self.scenarios), self.winners(), self.contested(), self.mesh.measured)

    def answer(self) -> str:
        """Say in one sentence which scenario is best in how much of the map, and how much is contested."""
        said = [f'"{self.labels[r.scenario]}" in {percent(r.share)}' for r in self.regions() if r.share]
        contested = percent(self.contested().mean())
        whom = f" for {self.role}" if self.role else ""
        return f"The most value{whom} comes from {listed(said)} of the markets; {contested} are contested."

    def effort(self) -> str:
        """Say how much of the grid was measured, in how many runs."""
        cells, size = len(self.mesh.places), len(self.xs) * len(self.ys)
        if self.runs == self.all_runs:
            return f"All {size:,} cells were measured, in {self.runs:,} runs."
        return (
            f"{cells:,} of {size:,} cells were measured, in {self.runs:,} runs; every cell with all replications "
            f"would take {self.all_runs:,}. The other cells are inferred from measured ones around them."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        named = [scenario.name for scenario in self.scenarios]
        return {
            "model_version": MODEL_VERSION,
            "replications": self.replications,
            "looks": list(self.looks),
            "seed": self.seed,
            "x": {"quantity": self.x, "values": self.xs.tolist()},
            "y": {"quantity": self.y, "values": self.ys.tolist()},
            "scenarios": [{"name": s.name, "title": s.title, "sha256": fingerprint(s)} for s in self.scenarios],
            "role": self.role or None,
            "measured": {"cells": len(self.mesh.places), "runs": self.runs, "all_runs": self.all_runs},
            "means": dict(zip(named, self._means_record(self.values), strict=True)),
            "roles": {
                role: dict(zip(named, self._means_record(values), strict=True)) for role, values in self.roles.items()
            },
            "gains": dict(zip(named[1:], self.gains(), strict=True)),
            "cells": self._cells_record(named),
            "regions": [asdict(r) | {"scenario": named[r.scenario]} for r in self.regions()],
        }

    def _means_record(self, values: NDArray) -> list:
        return [
            [[None if mean != mean else mean for mean in row] for row in rows] for rows in self.means(values).tolist()
        ]

    def _cells_record(self, named: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Return each cell for JSON: one that was not measured has a winner and a confidence, but no numbers."""
        grids = (self.cells(), self.winners(), self.contested(), self.confidence(), self.replicated())
        return [
            [
                (best_record(best, named) if best else dict.fromkeys(NOT_MEASURED))
                | {"scenario": named[s], "sure": not contested, "measured": best is not None}
                | {"confidence": float(sure), "replications": int(n)}
                for best, s, contested, sure, n in zip(*row, strict=True)
            ]
            for row in zip(*grids, strict=True)
        ]


def axes(x: str, y: str, size: int) -> tuple[Axis, Axis]:
    """Return both quantities of a map, each with its values; refuse what is no map, in one sentence."""
    if not 2 <= size <= LARGEST:
        raise ScenarioError(f"size: {size} is outside 2 .. {LARGEST}")
    along, up = axis(x, size), axis(y, size)
    if find(along[0]) == find(up[0]):
        raise ScenarioError(f"x and y are both {along[0]}; a map needs two quantities")
    return along, up


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

    A map of up to 17 x 17 cells is measured whole, with all replications. In a larger one cells are measured near
    the borders between winners only (`scenarios.mesh`), each until its winner is sure (`scenarios.exploring`).

    Parameters
    ----------
    scenarios : sequence of Scenario
        Two or more with the same number of customers and periods.
    x, y : str
        Two different quantities: 'turnover', or 'turnover=0.01:0.2' with the ends of the axis in its unit.
    size : int
        Cells along each axis, 2 .. 1025.
    replications : int
        Of each scenario in a cell; in a map of more than 17 x 17 cells at most.
    seed, workers, progress
        As in `compare`; every cell has the same seeds. The total that `progress` is told grows as borders are found.

    Raises
    ------
    ScenarioError
        If the scenarios cannot be paired, a quantity is unknown or a number is out of range.
    """
    check_pairing(scenarios, replications, seed, workers)
    (x, xs), (y, ys) = axes(x, y, size)
    looks = looks_at(size, replications)
    evaluate = evaluator(scenarios, (x, xs), (y, ys), seed, workers, progress)
    mesh, (total, *by_role) = explore(size, size, looks, evaluate)
    there = roles_in([scenario.market for scenario in scenarios])
    roles = dict(zip(there, by_role, strict=True))
    return StrategyMap(tuple(scenarios), x, y, xs, ys, mesh, total, tuple(looks), seed, roles)
