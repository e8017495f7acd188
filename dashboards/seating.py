"""Where everybody is in a network picture: the same people in the same places, whatever the scenario.

Customers are on the outer rings in the order of the direction of what they need, firms further inside in the
order of what they offer, tiers above them nearer to the middle, departments behind their firm, partners
between the firms they work with, couriers round the platform, the platform in the middle.
"""

import numpy as np
from numpy.typing import NDArray

from sim.network import COURIER, FIRM, PARTNER, PLATFORM
from sim.state import World

MIDDLE = 0.5  # of the space of needs, where directions are taken from
RINGS = ((90, 1), (220, 2), (10**9, 3))  # customers up to which so many rings hold them
OUTER, RING = 0.93, 0.085  # radii, in shares of half the picture
FIRMS, TOP, DEPARTMENTS = 0.56, 0.24, 0.085  # of firms, of the highest tier, and from one department to the next
PARTNERS, COURIERS = 0.7, 0.3


def seats(world: World) -> NDArray[np.float32]:
    """Return everybody's place at the start, x and y in [-1, 1], shape (actors, 2).

    It depends only on what the seed draws for each row: the same row has the same place in every scenario
    with as many customers, firms and dimensions of needs.
    """
    turns, radii = np.zeros(len(world.actors)), np.zeros(len(world.actors))
    customers = int(world.market["customers"][0])
    turns[:customers] = around(world.needs[:customers])
    rings = next(count for most, count in RINGS if customers <= most)
    radii[:customers] = OUTER - RING * (np.rint(turns[:customers] * customers) % rings)
    _seat_tiers(world, turns, radii)
    _seat_partners(world, turns, radii)
    couriers = world.actors["kind"] == COURIER
    turns[couriers], radii[couriers] = np.arange(couriers.sum()) / max(couriers.sum(), 1), COURIERS
    radii[world.actors["kind"] == PLATFORM] = 0.0
    angles = 2 * np.pi * turns
    return np.stack((radii * np.cos(angles), radii * np.sin(angles)), axis=1).astype(np.float32)


def around(points: NDArray) -> NDArray[np.float64]:
    """Spread points evenly over a circle, in turns [0, 1), in the order of their direction from the middle."""
    second = points[:, 1] if points.shape[1] > 1 else np.full(len(points), MIDDLE)
    direction = np.arctan2(second - MIDDLE, points[:, 0] - MIDDLE)
    place = np.empty(len(points))
    place[np.argsort(direction, kind="stable")] = np.arange(len(points)) / max(len(points), 1)
    return place


def _seat_tiers(world: World, turns: NDArray, radii: NDArray) -> None:
    """Seat firms by what they offer, departments behind their firm, higher tiers further inside."""
    internal = world.tiers["internal"].astype(bool)
    step = (FIRMS - TOP - DEPARTMENTS * internal.sum()) / max(len(internal) - internal.sum() - 1, 2)
    radius = FIRMS + step
    for tier, behind in zip(world.tiers, internal.tolist(), strict=True):
        rows = slice(int(tier["row"]), int(tier["row"] + tier["firms"]))
        radius -= DEPARTMENTS if behind else step
        radii[rows] = radius
        turns[rows] = turns[world.tiers["row"][0] :][: tier["firms"]] if behind else around(world.offerings[rows])


def _seat_partners(world: World, turns: NDArray, radii: NDArray) -> None:
    """Seat each partner in the mean direction of the firms it works with."""
    firms = np.flatnonzero((world.actors["kind"] == FIRM) & (world.actors["tier"] == 0))
    partners = np.flatnonzero(world.actors["kind"] == PARTNER)
    radii[partners] = PARTNERS
    for p in partners:
        allied = (world.alliances["provider"] == p).any(axis=1)
        angles = 2 * np.pi * turns[firms[allied]]
        turns[p] = np.arctan2(np.sin(angles).sum(), np.cos(angles).sum()) / (2 * np.pi)
