"""Watching a run: the market in pieces, with a look at the world between them. Looking changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.config import Market
from sim.create import create
from sim.ensemble import Run
from sim.final import of_world
from sim.network import Network
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS


@dataclass(frozen=True)
class Look:
    """The world after a period, as far as probes read it: copies; ties and encounters are the customers'."""

    actors: NDArray
    ties: NDArray
    encounters: NDArray


@dataclass(frozen=True)
class Watched:
    """A finished run, and the looks taken on the way."""

    run: Run
    looks: dict[int, Look]

    @property
    def firms(self) -> NDArray:
        """Rows of the firms that sell to the customers."""
        first = self.run.market.customers.customers
        return np.arange(first, first + self.run.market.providers.firms)

    @property
    def sellers(self) -> NDArray:
        """Rows of those who sell to the customers: firms and peers."""
        return np.concatenate((self.firms, np.arange(self.run.market.peers)))


def watch(market: Market, seed: int, network: Network | None, periods: Iterable[int]) -> Watched:
    """Run one world as `sim.ensemble.run` does, stopping to look after some periods."""
    world = create(market, seed, network)
    totals = np.zeros((market.periods, len(market.strategies) + 1), TOTALS)
    looks, done = {}, 0
    for period in sorted({p for p in periods if 0 < p <= market.periods} | {market.periods}):
        advance(world, totals[done:period])
        looks[period] = _look(world, market.customers.customers)
        done = period
    return Watched(Run(market, seed, totals, world, of_world(world)), looks)


def _look(world: World, customers: int) -> Look:
    return Look(world.actors.copy(), world.ties[:customers].copy(), world.encounters[:customers].copy())
