"""Watching a run: the market in pieces, with a look at the world between them. Looking changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from numpy.typing import NDArray

from sim.config import Market
from sim.ensemble import Run, run
from sim.network import Network
from sim.state import World, sellers


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
        return self.sellers[: self.run.market.providers.firms]

    @property
    def sellers(self) -> NDArray:
        """Rows of those who sell to the customers: firms and peers."""
        return sellers(self.run.world)


def watch(market: Market, seed: int, network: Network | None, periods: Iterable[int]) -> Watched:
    """Run one world, looking at it after some periods and after the last."""
    looks: dict[int, Look] = {}

    def look(period: int, world: World) -> None:
        looks[period] = _look(world, market.customers.customers)

    return Watched(run(market, seed, network, looks=periods, look=look), looks)


def _look(world: World, customers: int) -> Look:
    return Look(world.actors.copy(), world.ties[:customers].copy(), world.encounters[:customers].copy())
