"""Seasons: how many customers have a need differs from period to period, from nobody to twice the usual share.

The market of the newsvendor (Arrow, Harris & Marschak 1951, "Optimal inventory policy", Econometrica 19): demand is
uniform on [0, 2*mean], and known only when it is there.

    frequency(t) = min(2*u(t)*frequency, 1),   u(t) = fraction of (u + t/golden ratio),  u drawn once

Each season is uniform in (0, 1), and a run meets all of them evenly. Everything else changes by the standard rule.
"""

import math

from sim import draws
from sim.compiled import compiled
from sim.draws import draw
from sim.rules.change import change as standard_change
from sim.state import World

GOLDEN = 0.6180339887498949  # its multiples fill (0, 1) as evenly as any


def change(world: World) -> None:
    """Let the world change, and set the share of customers who have a need this period."""
    world.market["frequency"][0] = world.market["frequency"][1]
    standard_change(world)
    _turn_season(world)


@compiled
def _turn_season(world):
    market = world.market[0]
    turned = draw(world.clock[0].key, draws.SEASON, 0, 0, 0)[0] + world.clock[0].period * GOLDEN
    market.frequency = min(2.0 * (turned - math.floor(turned)) * market.frequency, 1.0)
