"""Two-sided platforms: the prices and profits they settle at (`two-sided-platforms.toml`)."""

from typing import NamedTuple

import numpy as np

from scenarios.replication import Preset
from sim.create import create
from sim.period import advance
from sim.totals import TOTALS

PERIODS, COUNTED = 40, 20
UNIT = 1000.0  # EUR


class Settled(NamedTuple):
    """What platforms ask of either side, and what one of them earns per customer of a side, in the papers' units."""

    prices: tuple[float, float]
    profit: float


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    duopoly, monopoly = settled(preset, "duopoly"), settled(preset, "monopoly")
    return {
        "price_one": duopoly.prices[0],
        "price_two": duopoly.prices[1],
        "profit": duopoly.profit,
        "monopoly_price_buyers": monopoly.prices[0],
        "monopoly_price_sellers": monopoly.prices[1],
        "monopoly_profit": monopoly.profit,
    }


def settled(preset: Preset, regime: str) -> Settled:
    """Run a regime, its members spread evenly on both sides and its platforms at the ends of the line."""
    market = preset.scenario(regime).market
    world, customers = create(market, preset.seed), market.customers.customers
    side = customers // 2
    world.needs[:customers, 0] = np.tile((np.arange(side) + 0.5) / side, 2)
    world.needs[:customers, 1] = np.repeat((0.25, 0.75), side)
    world.offerings[world.providers, 0] = np.linspace(0.0, 1.0, len(world.providers))
    world.actors["capability"] = 1.0
    earned = 0.0
    for period in range(PERIODS):
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        if period >= PERIODS - COUNTED:
            earned += float(world.tallies["margin"][world.providers].mean())
    asked = [float(world.terms[name][world.providers].mean()) / UNIT for name in ("asked", "asked_mediated")]
    return Settled((asked[0], asked[1]), earned / COUNTED / side / UNIT)
