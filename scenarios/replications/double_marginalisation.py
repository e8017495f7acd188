"""Double marginalisation: what a chain sells and earns against one integrated firm (`double-marginalisation.toml`)."""

from typing import NamedTuple

import numpy as np

from scenarios.replication import Preset
from scenarios.scenario import NOTHING, Scenario
from sim.create import create
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS

LEARNING = {"rules.offer_rule": "tastes", "rules.adapt_rule": "trial", "customers.beta": 100.0}
FIRST, COUNTED = 3, 10  # periods: until all know what the others ask; counted after that
TRIALS = {"two-tiers": 30, "three-tiers": 20}  # of the highest tier; the later half counts


class Chain(NamedTuple):
    """What the firms of a chain sold and earned together, per period."""

    output: float
    profit: float


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    integrated = optimising(preset, "integrated")
    found = {}
    for regime, name in (("two-tiers", "two"), ("three-tiers", "three")):
        chains = {"optimising": optimising(preset, regime), "learning": learning(preset, regime, TRIALS[regime])}
        for how, chain in chains.items():
            found[f"{name}_{how}_output"] = chain.output / integrated.output
            found[f"{name}_{how}_efficiency"] = chain.profit / integrated.profit
    return found


def optimising(preset: Preset, regime: str) -> Chain:
    """Run a chain whose firms ask what earns most."""
    world, scenario = even(preset, regime)
    return sold(world, scenario, FIRST, COUNTED)


def learning(preset: Preset, regime: str, trials: int) -> Chain:
    """Run a chain whose firms learn their mark-up, for so many trials of the highest."""
    world, scenario = even(preset, regime, LEARNING)
    periods = trials * 2 * scenario.market.variants.trial_length ** (len(world.tiers) - 1)
    return sold(world, scenario, periods // 2, periods - periods // 2)


def even(preset: Preset, regime: str, settings: dict[str, object] | None = None) -> tuple[World, Scenario]:
    """Return the world of a regime, with willingness to pay spread evenly, and its scenario."""
    scenario = preset.scenario(regime, settings or NOTHING)
    world, customers = create(scenario.market, preset.seed), scenario.market.customers.customers
    world.needs[:customers, 0] = (np.arange(customers) + 0.5) / customers
    world.actors["capability"] = 1.0
    return world, scenario


def sold(world: World, scenario: Scenario, before: int, periods: int) -> Chain:
    """Run so many periods before those that count; return the means of these."""
    columns = len(scenario.market.strategies) + 1
    advance(world, np.zeros((before, columns), TOTALS))
    output = profit = 0.0
    for _ in range(periods):
        advance(world, np.zeros((1, columns), TOTALS))
        output += float(world.tallies["served"][world.providers[0]])
        profit += float(world.tallies["margin"][world.providers].sum())
    return Chain(output / periods, profit / periods)
