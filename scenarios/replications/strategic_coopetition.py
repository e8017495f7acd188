"""Strategic coopetition: efforts alone and in partnership, and what they create (`strategic-coopetition.toml`)."""

import math

import numpy as np

from scenarios.replication import Preset
from scenarios.scenario import Scenario
from sim.create import create
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS

PERIODS = 60  # until nobody moves any more: a step of the answers to each other is some 5 % of the one before


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    alone = settled(preset.scenario("alone"), preset.seed)
    firm, partner = efforts(alone)
    unmoved = {"strategies.firm.effort": firm, "strategies.partner.effort": partner}
    beside = settled(preset.scenario("side-by-side", unmoved), preset.seed)
    together = settled(preset.scenario("partnership"), preset.seed)
    full = preset.scenario().market.costs.c_effort
    joint = efforts(together)
    return {
        "firm_alone": firm * full,
        "partner_alone": partner * full,
        "firm_together": joint[0] * full,
        "partner_together": joint[1] * full,
        "value_gain": 100 * (_value(together) / _value(beside) - 1),
        "split": _split(together, preset.scenario()),
    }


def settled(scenario: Scenario, seed: int) -> World:
    """Return the scenario's world when firm and partner have answered each other often enough."""
    world = create(scenario.market, seed)
    world.actors["capability"] = 1.0
    advance(world, np.zeros((PERIODS, len(scenario.market.strategies) + 1), TOTALS))
    return world


def efforts(world: World) -> tuple[float, float]:
    """Return the effort of the firm and of its partner."""
    firm, partner = world.terms["effort"][1:3]
    return float(firm), float(partner)


def _value(world: World) -> float:
    return float(world.encounters["value"][0])


def _split(world: World, scenario: Scenario) -> float:
    """Return how far, in EUR, what firm and partner were paid lies from what the paper says of these very efforts."""
    market = scenario.market
    made = [market.exchange.value * math.log(1 + market.costs.c_effort * effort) for effort in efforts(world)]
    rest = _value(world) - sum(made)
    alphas = 1 - market.partners.revenue_share, market.partners.revenue_share
    paid = world.tallies["revenue"][1] - world.tallies["revenue"][2], world.tallies["revenue"][2]
    return max(abs(float(got) - own - alpha * rest) for got, own, alpha in zip(paid, made, alphas, strict=True))
