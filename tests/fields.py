"""Made fields for maps: who wins where is known, and measuring costs nothing."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scenarios.exploring import Evaluate, explore
from scenarios.maps import StrategyMap
from scenarios.scenario import load

Means = Callable[[NDArray, NDArray], Sequence[NDArray]]  # of (down, right), each 0 .. 1: one mean per scenario
NAMES = ("transactional", "partnership", "platform")


def sides(down: NDArray, right: NDArray) -> list[NDArray]:
    """Two regions beside each other, the border a wave."""
    return [right - 0.45 - 0.1 * np.sin(7 * down), np.zeros_like(right)]


def disc(down: NDArray, right: NDArray) -> list[NDArray]:
    """A region inside another, smaller than a quarter of the map."""
    return [np.hypot(down - 0.4, right - 0.55) - 0.2, np.zeros_like(right)]


def meeting(down: NDArray, right: NDArray) -> list[NDArray]:
    """Three regions that meet in a point, each a sector of 120 degrees."""
    return [
        np.cos(a) * (down - 0.47) + np.sin(a) * (right - 0.52) for a in (0.3, 0.3 + 2 * np.pi / 3, 0.3 - 2 * np.pi / 3)
    ]


def alone(down: NDArray, right: NDArray) -> list[NDArray]:
    """One winner everywhere."""
    return [np.ones_like(right), np.zeros_like(right)]


@cache
def luck(size: int, scenario: int, replication: int) -> NDArray:
    """Return standard normal noise of every cell, shape (rows, columns)."""
    return np.random.default_rng([scenario, replication]).normal(size=(size, size))


def evaluation(means: Means, size: int, noise: float = 0.0) -> Evaluate:
    """Return what measures a field: its means, and noise that depends on scenario, cell and replication only."""

    def evaluate(places: NDArray, replications: range) -> NDArray:
        there = np.stack(means(*(places.T / (size - 1))))
        drawn = [[luck(size, s, r)[tuple(places.T)] for r in replications] for s in range(len(there))]
        return (there[:, :, None] + noise * np.moveaxis(drawn, 1, 2))[None]

    return evaluate


def everywhere(size: int) -> NDArray:
    """Return all places of a grid."""
    return np.argwhere(np.ones((size, size), bool))


def mapped(means: Means, size: int, looks: Sequence[int] = (2,), noise: float = 0.0) -> StrategyMap:
    """Return the map of a field; the roles share its values so that the first has more than all."""
    mesh, (values,) = explore(size, size, looks, evaluation(means, size, noise))
    scenarios = tuple(load(name) for name in NAMES[: len(values)])
    roles = {"customers": 2 * values, "providers": -values, "platform": 0 * values}
    ends = np.linspace(0, 1, size)
    return StrategyMap(scenarios, "complexity", "turnover", ends, ends, mesh, values, tuple(looks), 1, roles)
