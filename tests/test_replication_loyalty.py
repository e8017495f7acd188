"""The fish market of Weisbuch, Kirman & Herreiner, and the rules it stands on."""

import math

import numpy as np
import pytest

from scenarios.replication import Preset, read_replication, replicate
from scenarios.replications import fish_market_loyalty as fish
from scenarios.scenario import load
from sim.create import create
from sim.ensemble import run
from sim.period import advance
from sim.records import NOBODY
from sim.rules import in_order, step
from sim.state import World, check
from sim.totals import TOTALS
from sim.variants.choose.loyalty import chances, expect
from sim.variants.deliver.stock import deliver
from sim.variants.offer.orders import MOST, ordered

NAME = "fish-market-loyalty"
PRESET = Preset(NAME)
MARKUP = 0.9244
MEMORY = 0.9


def market_of(**settings: object) -> World:
    """Make the fish market with other settings, before its first morning."""
    return create(load(NAME, settings).market, 1)


def turn(world: World, rule: str) -> None:
    """Let one rule of the market have its turn."""
    next(one for one in in_order(world) if one.rule.__name__ == rule).take()


def memories(world: World) -> np.ndarray:
    return world.ties["pos"] - world.ties["neg"]


def test_the_paper_is_reproduced():
    (answer,) = replicate(["R01"])
    assert {one.check.measure: one.ours for one in answer.found if not one.passed} == {}
    assert len(answer.found) == len(read_replication(NAME).checks) == 11


@pytest.mark.parametrize("regime", ["", ":disorder", ":two-sellers"])
def test_worlds_stay_sound(regime):
    assert check(run(load(NAME + regime, {"periods": 60}).market, 1).world) == []


@pytest.mark.parametrize(("value", "price"), [(1.0, 0.5773), (1.0, 0.01), (1.0, 1.2), (16.0, 4.0), (1e4, 5773.0)])
def test_no_other_quantity_is_better_for_the_buyer(value, price):
    q = ordered(value, price)

    def left(quantity: float) -> float:
        return value * quantity / (1 + quantity) - price * quantity

    assert all(left(q) >= left(q + step) for step in np.linspace(-q, 5, 400))


def test_what_costs_nothing_is_not_ordered_without_end():
    assert ordered(1.0, 0.0) == ordered(0.0, 0.0) == MOST
    assert ordered(0.0, 1.0) == 0.0


def test_an_order_is_worth_and_costs_what_its_quantity_says():
    world = market_of()
    step(world)
    q, price = ordered(10_000.0, 3000.0 * (1 + MARKUP)), 3000.0 * (1 + MARKUP)
    assert np.allclose(world.ties["value"], 10_000.0 * q / (1 + q))
    assert np.allclose(world.ties["price"], price * q)
    assert np.allclose(world.encounters["cost"], 3000.0 * q, atol=0.01)
    assert np.allclose(world.encounters["margin"], (price - 3000.0) * q, atol=0.011)


def test_a_higher_mark_up_pays_sellers_only_up_to_the_best():
    best = fish.highest(lambda markup: fish.margin(fish.opened(PRESET, markup)), 0.0, 3.0)
    assert fish.margin(fish.opened(PRESET, best)) > fish.margin(fish.opened(PRESET, best - 0.05)) > 0
    assert fish.margin(fish.opened(PRESET, best)) > fish.margin(fish.opened(PRESET, best + 0.05))


def test_memory_fades_and_adds_the_profit_of_the_seller_visited():
    world = market_of()
    step(world)
    for _ in range(5):
        before = memories(world)
        step(world)
        met = world.encounters
        gains = np.zeros_like(before)
        for i in np.flatnonzero(met["slot"] != NOBODY):
            gains[i, met["slot"][i]] = met["value"][i] - met["price"][i]
        assert np.allclose(memories(world), MEMORY * before + gains, rtol=1e-12)


def test_a_loss_is_remembered_too():
    world = market_of(offer_rule="posted", value=100.0)  # one portion costs far more than it is worth
    step(world)
    gain = world.encounters["value"] - world.encounters["price"]
    assert (gain < 0).all()
    assert np.allclose(memories(world).sum(axis=1), gain)
    assert ((world.ties["trust"] > 0) & (world.ties["trust"] <= 0.5)).all()
    assert (chances(world).min(axis=1) < 1 / 3).all()


def test_chances_are_a_logit_of_what_is_remembered():
    world = market_of()
    world.ties["pos"] = np.linspace(0, 5000, world.ties.size).reshape(world.ties.shape)
    weights = np.exp(0.001 * memories(world))
    assert np.allclose(chances(world), weights / weights.sum(axis=1, keepdims=True), rtol=1e-12)


def test_buyers_choose_as_often_as_the_chances_say():
    world = market_of(customers=3000, deliver_rule="standard", memory=1.0)
    world.ties["pos"] = [0.0, 500.0, 1000.0]
    expected = chances(world)[0]
    step(world)
    seen = np.bincount(world.encounters["slot"], minlength=3) / 3000
    assert np.abs(seen - expected).max() < 4 * math.sqrt(0.25 / 3000)


def test_expectations_are_the_mean_of_many_worlds():
    world = market_of(customers=30_000, deliver_rule="standard")
    world.ties["pos"] = start = np.array([0.0, 500.0, 1000.0])
    profit = fish.profit_of(fish.opened(PRESET, MARKUP)) * 10_000
    share = chances(world)[0]
    step(world)
    mean = memories(world).mean(axis=0)
    world.ties["pos"], world.ties["neg"] = start, 0.0
    expect(world, profit, 1)
    assert np.allclose(memories(world)[0], MEMORY * start + profit * share, rtol=1e-3)
    assert np.abs(mean - memories(world)[0]).max() < 4 * profit * math.sqrt(0.25 / 30_000)


def test_simulated_worlds_remember_whether_they_were_ordered():
    """Between K = 2.746 and 3, with little noise (gamma = 0.005): order lasts, and comes slowly where it was not."""
    first, gamma = fish.opened(PRESET, MARKUP), 0.005
    most = fish.profit_of(first) / gamma * 10_000  # EUR
    few = {"customers": 200, "deliver_rule": "standard", "memory": 1 - gamma, "beta": 2.87 / most, "periods": 3000}
    market, found = load(NAME, few).market, []
    for start in ([most / 3] * 3, [0.9 * most, 0.05 * most, 0.05 * most]):
        world = create(market, 1)
        world.ties["pos"] = start
        advance(world, np.zeros((market.periods, 2), TOTALS))
        found.append(fish.order(world))
    assert found[0] < 0.45 and found[1] > 0.55


def test_a_seller_brings_what_was_asked_of_it_the_day_before():
    world = market_of()
    for day in range(1, 20):
        stock = world.actors["capacity"].copy()
        before = memories(world)
        world.clock["period"] += 1
        for rule in ("offer", "choose"):
            turn(world, rule)
        slots = world.encounters["slot"].copy()
        asked = np.bincount(world.ties["provider"][np.arange(30), slots], minlength=len(world.actors))
        deliver(world)
        served = np.bincount(world.encounters["provider"][world.encounters["slot"] != NOBODY], minlength=len(asked))
        brought = np.where(stock == 0, asked, stock)
        sellers = world.providers
        assert np.array_equal(served[sellers], np.minimum(asked, brought)[sellers])
        assert np.array_equal(world.actors["capacity"][sellers], np.maximum(asked[sellers], 1))
        assert (stock[sellers] == 0).all() == (day == 1)
        for rule in ("settle", "trust"):
            turn(world, rule)
        in_vain = np.flatnonzero(world.encounters["slot"] == NOBODY)
        assert np.allclose(memories(world)[in_vain], MEMORY * before[in_vain])
    assert check(world) == []


def test_chance_decides_who_comes_too_late():
    """Neither the first rows nor the last are served more often."""
    failures = np.zeros(30)
    for seed in range(40):
        world = create(load(NAME, {"beta": 0.0}).market, seed)
        for _ in range(25):
            step(world)
            failures += world.encounters["slot"] == NOBODY
    share = failures.sum() / (30 * 40 * 25)
    assert 0.05 < share < 0.25
    noise = math.sqrt(share * (1 - share) / (40 * 25))
    assert np.abs(failures / (40 * 25) - share).max() < 4.5 * noise
