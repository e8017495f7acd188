"""A run as a film: small enough to be kept for many visitors, and sent once to each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from dashboards.footage import shoot
from dashboards.packing import join, press
from scenarios.scenario import Scenario
from sim.config import Market
from sim.network import Network


@dataclass(frozen=True, eq=False)
class Film:
    """One run, period by period.

    Attributes
    ----------
    market : Market
    seed : int
    series : dict of ndarray, shape (periods,)
        Every measure; NaN in periods with nothing to measure.
    head, body : dict, bytes
        What the networks show, as `dashboards.packing.press` makes it.
    """

    market: Market
    seed: int
    series: dict[str, NDArray]
    head: dict[str, Any] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def platform(self) -> bool:
        """Whether there is a platform that mediates."""
        return self.market.platform.platform_slots > 0


def record(source: Scenario | Market, seed: int, network: Network | None = None) -> Film:
    """Run one world of a scenario, or of a market with the network it may need, and make a film of it.

    Raises
    ------
    ValueError
        If it is too large (`dashboards.footage.is_too_large`).
    """
    footage = shoot(source, seed, network)
    return Film(footage.market, seed, footage.series, *press(footage))


def pack(films: Sequence[Film]) -> bytes:
    """Return films as the bytes that the player takes."""
    return join([(film.head, film.body) for film in films])
