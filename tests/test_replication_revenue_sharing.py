"""Cachon & Lariviere 2005 on this engine, and the rules it stands on: seasons and stock."""

import numpy as np
import pytest

from scenarios.replication import replicate
from scenarios.scenario import load
from sim.create import create
from sim.period import advance
from sim.records import NOBODY
from sim.state import World, check
from sim.totals import TOTALS

NAME = "revenue-sharing"
CUSTOMERS = 100
RETAILER, SUPPLIER = CUSTOMERS, CUSTOMERS + 1  # rows


def world_of(periods: int = 1, seed: int = 1, **settings: object) -> World:
    """Return a small world of the preset after some periods."""
    market = load(NAME, {"customers": CUSTOMERS, **settings}).market
    world = create(market, seed)
    run(world, periods)
    return world


def run(world: World, periods: int = 1) -> None:
    advance(world, np.zeros((periods, len(world.strategies) + 1), TOTALS))


def test_the_paper():
    answer = next(replicate(["R03"]))
    assert [one.check.measure for one in answer.found if not one.passed] == []


@pytest.mark.parametrize(("price", "kept"), [(7.0, 1.0), (2.0, 0.5), (9.5, 1.0), (1.2, 0.3)])
def test_no_other_order_promises_more(price, kept):
    """Every order against every number of customers who may come, one by one."""
    markups = {"strategies.supplier.markup": price / 4 - 1, "strategies.retailer.markup": 10 / price - 1}
    ordered = world_of(revenue_share=1 - kept, **markups).encounters["volume"][RETAILER]
    demands = np.arange(CUSTOMERS + 1)
    promised = [np.mean(10 * kept * np.minimum(q, demands)) - price * q for q in demands]
    assert promised[ordered] == pytest.approx(max(promised))


def test_nobody_sells_more_than_it_ordered_and_the_order_is_paid_for():
    world = world_of(periods=0)
    for _ in range(40):
        before = world.actors["cash"].copy()
        run(world)
        served, ordered = int(world.tallies["served"][RETAILER]), int(world.encounters["volume"][RETAILER])
        wanted = int(world.encounters["wants"][:CUSTOMERS].sum())
        assert served == min(ordered, wanted)
        assert (world.encounters["slot"][:CUSTOMERS] != NOBODY).sum() == served
        change = world.actors["cash"] - before
        assert change[RETAILER] == 1000 * served - 700 * ordered
        assert change[SUPPLIER] == 300 * ordered
        assert check(world) == []


def test_shared_revenue_is_what_the_retailer_lacks():
    shared, whole = world_of(periods=0, revenue_share=0.25), world_of(periods=0)
    for _ in range(10):
        before = shared.actors["cash"].copy()
        run(shared)
        run(whole)
        served, ordered = int(shared.tallies["served"][RETAILER]), int(shared.encounters["volume"][RETAILER])
        change = shared.actors["cash"] - before
        assert change[RETAILER] == 750 * served - 700 * ordered
        assert change[SUPPLIER] == 300 * ordered + 250 * served
        assert shared.tallies["cents"][[RETAILER, SUPPLIER]].tolist() == change[[RETAILER, SUPPLIER]].tolist()
    assert shared.encounters["volume"][RETAILER] < whole.encounters["volume"][RETAILER]


def test_what_nobody_orders_nobody_sells():
    world = world_of(**{"strategies.retailer.markup": 0.0})
    assert world.encounters["volume"][RETAILER] == world.tallies["served"][RETAILER] == 0
    assert check(world) == []


def test_who_is_served_is_left_to_chance_not_to_the_row():
    world, served = world_of(periods=0), np.zeros(CUSTOMERS)
    for _ in range(300):
        run(world)
        served += world.encounters["slot"][:CUSTOMERS] != NOBODY
    first, last = served[: CUSTOMERS // 2].sum(), served[CUSTOMERS // 2 :].sum()
    assert abs(first - last) < 0.05 * (first + last)


def test_seasons_are_uniform_and_their_own():
    shares = []
    for seed in (1, 2):
        world = world_of(periods=0, seed=seed)
        for _ in range(233):
            run(world)
            shares.append(float(world.market["frequency"][0]))
    one, other = np.sort(shares[:233]), np.sort(shares[233:])
    even = (np.arange(233) + 0.5) / 233
    assert np.abs(one - even).max() < 0.01
    assert np.abs(other - even).max() < 0.01
    assert shares[:233] != shares[233:]
    assert world.market["frequency"][1] == 0.5
