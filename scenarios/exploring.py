"""Measuring the cells of a strategy map: in batches, with more replications where the winner is not sure."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scenarios.looks import level, looks_of
from scenarios.mesh import START, Mesh, coarse, refine
from scenarios.pairing import Progress, each_measured
from scenarios.reasons import Best, best, roles_in
from scenarios.scenario import Scenario
from scenarios.variation import vary

BATCH = 5  # replications between looks
AT_A_TIME = 256  # cells whose markets are held in memory

Axis = tuple[str, NDArray]
Evaluate = Callable[[NDArray, range], NDArray]


def looks_at(size: int, replications: int) -> list[int]:
    """Return after how many replications a cell is looked at: once where all cells are measured, else after batches."""
    return [replications] if size <= START else looks_of(replications, BATCH)


def range_of_runs(size: int, replications: int) -> tuple[int, int]:
    """Return how many runs of each scenario a map takes at least, without any border, and at most."""
    first = len(coarse(size)) ** 2 * looks_at(size, replications)[0]
    return first, size**2 * replications


def explore(rows: int, columns: int, looks: Sequence[int], evaluate: Evaluate) -> tuple[Mesh, NDArray]:
    """Find the borders between the winners of a grid, and between where they are sure and where not.

    Parameters
    ----------
    rows, columns : int
        Of the grid.
    looks : sequence of int
        After how many replications one looks; a cell whose winner is sure gets no more.
    evaluate : callable
        Of places, ndarray of int, shape (cells, 2), and a range of replications; returns ndarray, shape (measures,
        scenarios, cells, replications). More of the first measure is better. What it returns for a place and a
        replication must not depend on what else is asked.

    Returns
    -------
    mesh : Mesh
    values : ndarray, shape (measures, scenarios, measured cells, replications)
        In the order of the mesh's places; NaN after a cell's last replication.
    """
    found: list[tuple[NDArray, NDArray]] = []

    def measure(places: NDArray) -> NDArray:
        kinds, values = _sample(places, looks, evaluate)
        found.append((places, values))
        return kinds

    mesh = refine(rows, columns, measure)
    places = np.concatenate([places for places, _ in found])
    order = np.lexsort((places[:, 1], places[:, 0]))
    return mesh, np.concatenate([values for _, values in found], axis=2).take(order, axis=2)


def _sample(places: NDArray, looks: Sequence[int], evaluate: Evaluate) -> tuple[NDArray, NDArray]:
    """Replicate each place until its winner is sure, or to the last look; return (kinds, values).

    A kind is twice the winner's index, and one more where it is sure.
    """
    going, kinds = np.arange(len(places)), np.zeros(len(places), int)
    values = np.empty((0, 0, 0, 0))
    for before, n in pairwise([0, *looks]):
        more = evaluate(places[going], range(before, n))
        if not before:
            values = np.full((*more.shape[:3], looks[-1]), np.nan)
        values[:, :, going, before:n] = more
        kinds[going] = [2 * one.scenario + one.sure for one in bests(values[0][:, going], len(looks))]
        going = going[kinds[going] % 2 == 0]
        if not len(going):
            break
    return kinds, values


def bests(values: NDArray, looks: int) -> list[Best]:
    """Return the best scenario of each cell, with intervals that hold over all looks together.

    Parameters
    ----------
    values : ndarray, shape (scenarios, cells, replications)
        NaN after a cell's last replication.
    looks : int
        How many there might have been.
    """
    counts = np.isfinite(values[0]).sum(axis=-1)
    return [best(list(values[:, cell, :n]), level(looks)) for cell, n in enumerate(counts)]


def evaluator(
    scenarios: Sequence[Scenario], x: Axis, y: Axis, seed: int, workers: int, progress: Progress | None
) -> Evaluate:
    """Return what runs the scenarios at places of a grid: total value first, then the value of each role there is.

    All places have the same seeds; many of them run side by side. `progress` is told (runs done, runs known
    to be needed): the second number grows as borders are found.
    """
    measures = ["value_total", *roles_in([scenario.market for scenario in scenarios]).values()]
    done = planned = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, planned)

    def evaluate(places: NDArray, replications: range) -> NDArray:
        nonlocal planned
        planned += len(scenarios) * len(places) * len(replications)
        seeds = range(seed + replications.start, seed + replications.stop)
        parts = []
        for start in range(0, len(places), AT_A_TIME):
            some = places[start : start + AT_A_TIME]
            there = [[at(scenario, x, y, *place) for place in some] for scenario in scenarios]
            parts.append([each_measured(cells, seeds, measures, workers, tick) for cells in there])
        return np.moveaxis(np.concatenate(parts, axis=1), 3, 0)

    return evaluate


def at(scenario: Scenario, x: Axis, y: Axis, row: int, column: int) -> Scenario:
    """Return a scenario with both quantities set to the values of a cell."""
    return vary(vary(scenario, x[0], x[1][column]), y[0], y[1][row])
