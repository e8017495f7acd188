"""Revenue sharing: orders and profits under two kinds of contract (`revenue-sharing.toml`)."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from scenarios.replication import Preset
from sim.create import create
from sim.period import advance
from sim.totals import TOTALS

PERIODS = 987  # a Fibonacci number: the seasons of `change_rule` seasons then lie as evenly as they can
RETAIL_PRICE, WHOLESALE_PRICE = 10.0, 7.0
UNIT = 100  # shares of the customers in the paper's demand: D is uniform on [0, 100]
CHECKED = (0.3, 0.5, 0.7)
PHIS = (0.23, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)


class Outcome(NamedTuple):
    """What came of a contract, per period, in the paper's units."""

    order: float
    retailer: float
    supplier: float

    @property
    def channel(self) -> float:
        """What both earned."""
        return self.retailer + self.supplier


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    wholesale = contract(preset, WHOLESALE_PRICE, 1.0)
    cost = preset.scenario().market.costs.cost
    shared = {phi: contract(preset, phi * cost, phi) for phi in PHIS}
    best = max(one.channel for one in shared.values())
    found = {
        "order_wholesale": wholesale.order,
        "efficiency_wholesale": 100 * wholesale.channel / best,
        "kept_30": shared[0.3].retailer / shared[0.3].channel,
        "win_win_from": crossing(shared, lambda one: one.retailer - wholesale.retailer),
        "win_win_to": crossing(shared, lambda one: one.supplier - wholesale.supplier),
    }
    for phi in CHECKED:
        found[f"order_{phi * 100:.0f}"] = shared[phi].order
        found[f"profit_{phi * 100:.0f}"] = shared[phi].channel
    return found


def contract(preset: Preset, price: float, kept: float) -> Outcome:
    """Run the market under a contract: a price per unit ordered, and the share of its revenue the retailer keeps."""
    cost = preset.scenario().market.costs.cost
    settings = {
        "strategies.supplier.markup": price / cost - 1,
        "strategies.retailer.markup": RETAIL_PRICE / price - 1,
        "partners.revenue_share": 1 - kept,
    }
    market = preset.scenario(settings=settings).market
    world, earned, ordered = create(market, preset.seed), np.zeros(2), 0
    customers, firms = market.customers.customers, world.providers
    for _ in range(PERIODS):
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        earned += world.tallies["margin"][firms]
        ordered += int(world.encounters["volume"][customers])
    unit = customers / UNIT * PERIODS
    return Outcome(ordered / unit, float(earned[0]) / unit, float(earned[1]) / unit)


def crossing(shared: dict[float, Outcome], gain: Callable[[Outcome], float]) -> float:
    """Return the phi at which a gain changes its sign, on straight lines between those that were run."""
    gains = [(phi, gain(one)) for phi, one in shared.items()]
    for (low, before), (high, after) in pairwise(gains):
        if before * after <= 0 and before != after:
            return low + (high - low) * before / (before - after)
    return math.nan
