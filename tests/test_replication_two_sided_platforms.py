"""Armstrong 2006 and Rochet & Tirole 2003 on this engine, and the rule they stand on: two-sided."""

import numpy as np
import pytest

from scenarios.replication import Preset, replicate
from scenarios.replications.two_sided_platforms import settled
from scenarios.scenario import load
from sim.create import create
from sim.period import advance
from sim.state import World, check
from sim.totals import TOTALS

NAME = "two-sided-platforms"


def world_of(name: str, periods: int, **settings: object) -> World:
    """Return the world of a preset with needs spread evenly, after some periods."""
    market = load(name, settings).market
    world, customers = create(market, 1), market.customers.customers
    side = customers // 2
    world.needs[:customers, 0] = np.tile((np.arange(side) + 0.5) / side, 2)
    world.needs[:customers, 1] = np.repeat((0.25, 0.75), side)
    world.offerings[world.providers, 0] = np.linspace(0.0, 1.0, len(world.providers))
    world.actors["capability"] = 1.0
    advance(world, np.zeros((periods, len(world.strategies) + 1), TOTALS))
    return world


def asked(world: World) -> np.ndarray:
    """Return the price of each platform to each side."""
    return np.stack([world.terms[name][world.providers] for name in ("asked", "asked_mediated")], axis=1)


def test_the_papers():
    answer = next(replicate(["R06"]))
    assert [one.check.measure for one in answer.found if not one.passed] == []


def test_without_the_other_side_prices_are_those_of_hotelling():
    """p = c + t on both sides (Hotelling 1929)."""
    world = world_of(NAME, 25, cross_one=0.0, cross_two=0.0)
    assert np.allclose(asked(world), 1000.0, rtol=0.005)


def test_the_side_that_is_wanted_more_pays_less():
    world = world_of(NAME, 25, cross_one=0.0, cross_two=600.0)
    assert np.allclose(asked(world), (400.0, 1000.0), atol=5.0)


def test_value_and_price_go_by_who_of_the_other_side_came():
    world = world_of(NAME, 3, metered=0.5)
    came = np.zeros((2, 2))
    for place, row in enumerate(world.providers):
        served = world.encounters["provider"][:400] == row
        came[place] = served[:200].mean(), served[200:].mean()
    before = world.ties["value"].copy()
    advance(world, np.zeros((1, 2), TOTALS))
    after = world.ties[:400]
    place = after["provider"] - world.providers[0]
    side = np.repeat((0, 1), 200)[:, None]
    other = came[place, 1 - side]
    metered = 0.5 + 0.5 * other
    alone = 5000.0 - 1000.0 * np.abs(world.needs[:400, :1] - place)
    assert np.allclose(after["value"], alone * metered + np.where(side == 0, 300.0, 500.0) * other)
    assert np.allclose(after["price"], asked(world)[place, side] * metered)
    assert not np.array_equal(before, after["value"])
    assert check(world) == []


def test_a_monopoly_could_not_earn_more_by_other_prices():
    """Against the settled profit of a platform that asks 1/3, from the demand the papers assume at other prices."""
    found = settled(Preset(NAME), "monopoly")
    around = [(a + b) * (1 - a) * (1 - b) for a in (0.25, 0.3, 0.4) for b in (0.25, 0.3, 0.4)]
    assert found.profit > max(around)
    assert found.prices[0] == pytest.approx(found.prices[1])


def test_a_platform_that_can_only_lose_asks_cost_plus_mark_up():
    world = world_of(NAME, 2, cost=9000.0, **{"strategies.platform.markup": 0.1})
    assert np.allclose(asked(world), 9900.0)
    assert check(world) == []
