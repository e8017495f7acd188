"""The bullwhip effect: how much more orders vary than what the customers buy (`bullwhip.toml`)."""

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.config import Market
from sim.create import create
from sim.period import advance
from sim.totals import TOTALS

RUNS = 4
WARM_UP = 50  # periods until every tier's forecasts have forgotten the start
LEAD_TIMES = (1, 2, 4)
TIERS = ("one", "two", "three")  # that order; the last one up makes what is ordered


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks, means over runs."""
    found = {}
    for lead_time in LEAD_TIMES:
        own = ratios(preset, {"lead_time": lead_time})
        found[f"lead time {lead_time}"] = float(own[0])
        if lead_time == 1:
            shared = ratios(preset, {"lead_time": lead_time, "shared_demand": 1.0})
            for tier in range(1, len(TIERS)):
                name = f"{TIERS[tier]} tiers"
                found[f"own, {name}"], found[f"shared, {name}"] = float(own[tier]), float(shared[tier])
                found[f"lowered, {name}"] = float(shared[tier] / own[tier])
    return found


def ratios(preset: Preset, settings: dict[str, object], runs: int = RUNS) -> NDArray:
    """Return the variance of each tier's orders over that of what the customers buy, mean over runs."""
    market = preset.scenario(settings=settings).market
    found = [variances(flows(market, seed)[WARM_UP:]) for seed in preset.seeds(runs)]
    return np.mean([variance[1:] / variance[0] for variance in found], axis=0)


def variances(columns: NDArray) -> NDArray:
    """Return the variance of each column."""
    return np.var(columns, axis=0, ddof=1)


def flows(market: Market, seed: int) -> NDArray:
    """Return what the customers bought and what each tier ordered in every period, in units."""
    world, customers = create(market, seed), market.customers.customers
    units = np.empty((market.periods, 1 + len(TIERS)))
    for row in units:
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        volumes = world.encounters["volume"]
        row[0], row[1:] = volumes[:customers].sum(), volumes[customers:]
    return units
