"""Buyers who differ in trust and loyalty and copy what pays, after Klos & Nooteboom, and the rules they stand on."""

import math

import numpy as np
import pytest

from scenarios.replication import replicate
from scenarios.replications import trust_and_loyalty_of_buyers as buyers
from scenarios.scenario import load
from sim.create import create
from sim.ensemble import run
from sim.records import NOBODY
from sim.rules import in_order, step
from sim.state import World, check
from sim.variants.choose.dispositions import DISLOYAL, DISPOSITIONS, TRUSTLESS

NAME = "trust-and-loyalty-of-buyers"
CERTAIN = {"incident": 0.0, "search": 0.0, "frequency": 1.0, "value": 100.0, "specificity": 0.0, "beta": 10.0}


def world_of(seed: int = 1, **settings: object) -> World:
    return create(load(NAME, settings).market, seed)


def until(world: World, last: str) -> World:
    """Run the rules of the next period up to and including `last`."""
    world.clock["period"] += 1
    for turn in in_order(world):
        turn.take()
        if turn.rule.__name__ == last:
            return world
    raise AssertionError(last)


def test_the_direction_of_the_paper_is_reproduced():
    (answer,) = replicate(["R13"])
    assert {one.check.measure: one.ours for one in answer.found if not one.passed} == {}
    assert {one.check.how for one in answer.found} == {"direction"}


def test_worlds_stay_sound():
    assert check(run(load(NAME, {"periods": 50}).market, 1).world) == []


@pytest.mark.parametrize(
    ("trait", "harm"),
    [
        ("trusting", {"trust_rule": "standard", "risk": 1.0}),  # what one is used to seems not worth its price
        ("loyal", {"switching": 50.0, "turnover": 0.1}),  # newcomers never begin to buy
    ],
)
def test_what_does_not_pay_dies_out(trait, harm):
    """The test of survival can fail."""
    assert getattr(buyers.survey(load(NAME, harm).market, range(1, 3)), trait) < buyers.VIABLE / 2


def test_without_copying_chance_leaves_a_half():
    found = buyers.survey(load(NAME, {"imitate": 0.0, "periods": 100, "customers": 1000}).market, range(1, 3))
    assert abs(found.trusting - 0.5) < 0.05 and abs(found.loyal - 0.5) < 0.05


@pytest.mark.parametrize(
    ("kind", "same"), [(0, {}), (TRUSTLESS, {"risk": 0.0}), (DISLOYAL, {"switching": 0.0}),
                       (TRUSTLESS + DISLOYAL, {"risk": 0.0, "switching": 0.0})]
)  # fmt: skip
def test_each_disposition_is_the_standard_choice_of_a_market_with_these_numbers(kind, same):
    """Everybody of one disposition: every choice is that of the standard rule, to the last bit."""
    one, other = world_of(adapt_rule="off"), world_of(adapt_rule="off", choose_rule="standard", **same)
    one.actors["disposition"] = kind
    for _ in range(10):
        step(one)
        step(other)
        assert np.array_equal(one.encounters["slot"], other.encounters["slot"])
    assert np.array_equal(one.ties["pos"], other.ties["pos"])


def test_trust_grows_with_the_encounters_in_a_row():
    world = world_of(slots=1, **CERTAIN, building=0.5)
    for x in range(1, 15):
        step(world)
        assert (world.encounters["slot"] == 0).all()
        g = 1 / (1 + 0.5 * x)
        assert np.allclose(world.ties["trust"], 0.5 + 0.5 * (1 - g))
        assert np.allclose(
            (world.ties["gpos"] + 1) / (world.ties["gpos"] + world.ties["gneg"] + 2), 0.5 + 0.5 * (1 - g)
        )


def test_what_is_not_put_right_breaks_trust():
    world = world_of(slots=1, **CERTAIN)
    for _ in range(6):
        step(world)
    before = world.ties["trust"].copy()
    until(world, "deliver")
    world.encounters["incident"], world.encounters["repaired"] = 1, 0
    until_trust(world)
    assert np.allclose(world.ties["trust"], before - 0.3 * (before - 0.5))
    step(world)  # and it begins anew from there
    again = before - 0.3 * (before - 0.5)
    assert np.allclose(world.ties["trust"], again + (1 - again) * (1 - 1 / 1.5))


def until_trust(world: World) -> None:
    """Go on from deliver to trust."""
    for turn in in_order(world):
        if turn.rule.__name__ in ("settle", "learn", "trust"):
            turn.take()


def test_who_leaves_disappoints_and_begins_anew():
    world = world_of(slots=2, **CERTAIN, adapt_rule="off")
    rows = np.arange(len(world.ties))
    for _ in range(8):
        step(world)
    until(world, "offer")
    former, trust = world.actors["current"][rows].copy(), world.ties["trust"].copy()
    goodwill = (world.ties["gpos"] + 1) / (world.ties["gpos"] + world.ties["gneg"] + 2)
    world.encounters["slot"], world.encounters["wants"] = 1 - former, 1
    for turn in in_order(world):
        if turn.rule.__name__ in ("deliver", "settle", "learn", "trust"):
            turn.take()
    after = (world.ties["gpos"] + 1) / (world.ties["gpos"] + world.ties["gneg"] + 2)
    left = goodwill[rows, former]
    assert np.allclose(after[rows, former], left - 0.3 * (left - 0.5))
    assert np.allclose(world.ties["trust"][rows, former], trust[rows, former])
    assert np.allclose(world.ties["pos"][rows, former] + world.ties["neg"][rows, former], 0.0)  # the row is over


def test_buyers_copy_who_gains_more():
    world = world_of(mutation=0.0, imitate=1.0, selection=1000.0, customers=400, firms=24)
    step(world)
    kinds = world.actors["disposition"]
    kinds[:400] = np.arange(400) % 2
    world.actors["profit"][:400] = np.where(np.arange(400) % 2, 1e4, 0.0)
    step(world)
    share = (world.actors["disposition"][:400] == 1).mean()
    assert abs(share - 0.75) < 4 * math.sqrt(0.25 * 0.75 / 400)  # half of the poor meet a rich one; no rich one copies


def test_all_dispositions_are_tried_in_the_first_period():
    world = world_of(customers=2000)
    step(world)
    shares = np.bincount(world.actors["disposition"][:2000], minlength=DISPOSITIONS) / 2000
    assert np.abs(shares - 0.25).max() < 4 * math.sqrt(0.25 * 0.75 / 2000)
    assert (world.actors["disposition"][2000:] == 0).all()


def test_gains_are_smoothed_over_all_periods():
    world = world_of(frequency=0.5)
    mean = np.zeros(200)
    for _ in range(5):
        step(world)
        met = world.encounters
        mean += 0.1 * (np.where(met["slot"] != NOBODY, met["value"] - met["price"], 0.0) - mean)
    assert np.allclose(world.actors["profit"][:200], mean, atol=1e-9)
