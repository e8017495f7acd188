"""A run as a film: who dealt with whom in every period, how far they trusted, how content they were.

A world is stepped one period at a time by the engine itself, so a film shows exactly the run that
`sim.ensemble.run` would make. It is packed in four bytes per customer and period, for a browser to play.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.config import Market
from sim.create import create
from sim.metrics import read
from sim.network import FIRM, PEER
from sim.period import advance
from sim.records import NOBODY
from sim.state import World
from sim.totals import TOTALS, pooled

THROUGH_PLATFORM = 0x8000  # set in `Film.partners` where the platform mediated
NO_DEAL = 0x7FFF  # in `Film.partners`: the customer dealt with nobody
FULL = 255  # a share of 1 as a byte
MIDDLE = 0.5  # of the space of needs, where directions are taken from
SERIES = (
    "value_customers",
    "value_providers",
    "value_platform",
    "value_total",
    "trust",
    "value_without_money",
    "satisfaction",
    "encounters",
)


@dataclass(frozen=True, eq=False)
class Film:
    """One run, period by period.

    Attributes
    ----------
    partners : ndarray of uint16, shape (periods, customers)
        Row of the provider each customer dealt with, or `NO_DEAL`; plus `THROUGH_PLATFORM`.
    trust : ndarray of uint8, shape (periods, customers)
        The customer's trust in it before the deal, 0 .. 255 for 0 .. 1; 0 without a deal.
    content : ndarray of uint8, shape (periods, customers)
        The customer's smoothed satisfaction, 0 .. 255 for 0 .. 1.
    series : dict of ndarray, shape (periods,)
        The measures of `SERIES`; NaN in periods with nothing to measure.
    firms, peers : tuple of int
        Rows of the actors that provide.
    platform : bool
        Whether there is a platform that mediates.
    """

    partners: NDArray[np.uint16]
    trust: NDArray[np.uint8]
    content: NDArray[np.uint8]
    series: dict[str, NDArray]
    firms: tuple[int, ...]
    peers: tuple[int, ...]
    platform: bool


def record(market: Market, seed: int) -> Film:
    """Run one world of `market` from `seed` and keep what a film needs.

    Raises
    ------
    ValueError
        If the market has more actors than a film can number (32,767).
    """
    world = create(market, seed)
    if len(world.actors) > NO_DEAL:
        raise ValueError(f"a film numbers at most {NO_DEAL} actors, this market has {len(world.actors)}")
    totals = np.zeros((market.periods, len(market.strategies) + 1), TOTALS)
    pictures = []
    for t in range(market.periods):
        advance(world, totals[t : t + 1])
        pictures.append(_picture(world))
    partners, trust, content = (np.array(part) for part in zip(*pictures, strict=True))
    measured = read(pooled(totals, 1))
    series = {name: measured[name] for name in SERIES}
    platform = market.platform.platform_slots > 0
    return Film(partners, trust, content, series, _rows(world, FIRM), _rows(world, PEER), platform)


def _picture(world: World) -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.uint8]]:
    deals, dealt = world.encounters, world.encounters["slot"] != NOBODY
    partners = np.where(dealt, deals["provider"] + THROUGH_PLATFORM * (deals["mediated"] != 0), NO_DEAL)
    trust = np.where(dealt, deals["trust"], 0.0)
    return partners.astype(np.uint16), _bytes(trust), _bytes(world.actors["recommends"][: len(deals)])


def _bytes(shares: NDArray) -> NDArray[np.uint8]:
    return np.rint(np.clip(shares, 0, 1) * FULL).astype(np.uint8)


def _rows(world: World, kind: int) -> tuple[int, ...]:
    return tuple(np.flatnonzero(world.actors["kind"] == kind).tolist())


def pack(films: Sequence[Film]) -> bytes:
    """Return the films one after the other, each as partners (little-endian), trust, content, by period."""
    return b"".join(
        part
        for film in films
        for part in (film.partners.astype("<u2").tobytes(), film.trust.tobytes(), film.content.tobytes())
    )


def seats(market: Market, seed: int) -> dict[str, list[float]]:
    """Return where everybody sits in all pictures: angles in turns, [0, 1), for customers and for firms.

    People sit in a circle, evenly, in the order of the direction of what they need (or offer) at the start:
    neighbours want similar things. The same seed gives the same people whatever the regime.
    """
    world = create(market, seed)
    firms = world.actors["kind"] == FIRM
    return {"customers": _around(world.needs), "firms": _around(world.offerings[firms])}


def _around(points: NDArray) -> list[float]:
    """Spread points evenly over a circle, in the order of their direction from the middle of the space."""
    second = points[:, 1] if points.shape[1] > 1 else np.zeros(len(points))
    direction = np.arctan2(second - MIDDLE, points[:, 0] - MIDDLE)
    place = np.empty(len(points))
    place[np.argsort(direction, kind="stable")] = np.arange(len(points)) / max(len(points), 1)
    return place.round(5).tolist()
