"""Runs: whole worlds from a market and seeds, alone or many side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.config import Market
from sim.create import create
from sim.final import of_shocks, of_world
from sim.metrics import means, read
from sim.network import Network
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS, pooled

CROWD = 20_000  # customers


@dataclass(frozen=True)
class Run:
    """What one run left.

    Attributes
    ----------
    market : Market
    seed : int
    totals : ndarray of TOTALS, shape (periods, strategies + 1)
        What happened, by period and by strategy of the provider; last column: buyers without a deal.
    world : World
        The world after the last period.
    final : dict of float
        Measures of that world (`sim.final`): the worlds of many runs need not be kept.
    """

    market: Market
    seed: int
    totals: NDArray
    world: World = field(repr=False)
    final: dict[str, float]

    @property
    def settled(self) -> slice:
        """The periods results are taken from: the last two thirds of the run."""
        return slice(len(self.totals) // 3, None)

    def series(self) -> dict[str, NDArray]:
        """Return every measure, period by period; NaN where a period has nothing to measure."""
        return read(pooled(self.totals, 1))

    def results(self) -> dict[str, float]:
        """Return every measure of the run: means over its last two thirds, and of its end; NaN without anything."""
        market = means(pooled(self.totals[self.settled], 1))
        whole = self.final | of_shocks(self.market, self.totals)
        return {name: float(value) for name, value in market.items()} | whole

    def by_strategy(self) -> dict[str, dict[str, float]]:
        """Return every measure by strategy of the provider, as means over the last two thirds."""
        measured = means(self.totals[self.settled][:, :-1])
        return {
            strategy: {name: float(values[s]) for name, values in measured.items()}
            for s, strategy in enumerate(self.market.strategies)
        }


def run(
    market: Market,
    seed: int,
    network: Network | None = None,
    threads: int = 1,
    looks: Iterable[int] = (),
    look: Callable[[int, World], None] = lambda period, world: None,
) -> Run:
    """Run one world of `market` from creation over `market.periods`; `threads` share the work, not the result.

    After each of the periods in `looks`, and after the last, `look(period, world)` may read the world.
    """
    world = create(market, seed, network)
    totals = np.zeros((market.periods, len(market.strategies) + 1), TOTALS)
    done = 0
    for period in sorted({p for p in looks if 0 < p < market.periods} | {market.periods}):
        advance(world, totals[done:period], threads)
        look(period, world)
        done = period
    return Run(market, seed, totals, world, of_world(world))


def simulate(
    tasks: Iterable[tuple[Market, int]],
    network: Network | None = None,
    workers: int = 2,
    keep: Callable[[Run], object] = lambda run: run,
) -> Iterator:
    """Run many worlds in `workers` threads and yield `keep(run)` of each, in the order of the tasks.

    Small worlds run side by side; from `CROWD` customers on, one after the other, with all threads inside.
    `keep` picks what is wanted from a run, so that the worlds need not all stay in memory. A world's
    outcome does not depend on the others, on their order or on the number of workers.
    """

    def one(task: tuple[Market, int], threads: int = 1) -> object:
        return keep(run(task[0], task[1], network, threads))

    tasks = list(tasks)
    if any(market.customers.customers >= CROWD for market, _ in tasks):
        yield from (one(task, workers) for task in tasks)
    else:
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(one, tasks)
