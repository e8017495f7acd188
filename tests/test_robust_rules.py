"""The other rules of trust and choice do what their equations say, on a small market."""

import numpy as np
import pytest

from scenarios.scenario import load
from sim.create import create
from sim.period import advance
from sim.records import NOBODY
from sim.rules import Turn, in_order
from sim.state import World
from sim.totals import TOTALS

MARKET = {"customers": 300, "firms": 12}
WARM_UP = 12


def at_turn(place: str, name: str, **settings: object) -> tuple[World, Turn]:
    """Return a market with another rule after some periods, and that rule's turn in the next."""
    market = load("transactional", MARKET | {f"rules.{place}_rule": name} | settings).market
    world = create(market, 3)
    advance(world, np.zeros((WARM_UP, len(market.strategies) + 1), TOTALS))
    world.clock["period"] += 1
    for turn in in_order(world):
        if turn.rule.__name__ == place:
            return world, turn
        turn.take()
    raise AssertionError(place)


def copied(world: World) -> World:
    return World(*(array.copy() for array in world))


def mean(pos, neg):
    return (pos + 1) / (pos + neg + 2)


def dealt(world: World) -> tuple:
    """Return the rows of the buyers who dealt, and their slots."""
    slots = world.encounters["slot"]
    return np.flatnonzero(slots != NOBODY), slots[slots != NOBODY]


def test_recent_trust_moves_a_fixed_step():
    world, turn = at_turn("trust", "recent", memory=0.8)
    before, place = world.ties.copy(), dealt(world)
    turn.take()
    y, old, new = world.encounters["satisfaction"][place[0]], before[place], world.ties[place]
    trust = mean(old["pos"], old["neg"])
    assert new["trust"] == pytest.approx(trust + 0.2 * (y - trust))
    back = (mean(new["gpos"], new["gneg"]) - 0.8 * mean(old["gpos"], old["gneg"])) / 0.2
    assert back.min() > -1e-9 and back.max() < 1 + 1e-9 and back.std() > 0.01


def test_all_or_nothing_counts_an_encounter_once():
    world, turn = at_turn("trust", "all-or-nothing", memory=0.8)
    before, place = world.ties.copy(), dealt(world)
    turn.take()
    y, old, new = world.encounters["satisfaction"][place[0]], before[place], world.ties[place]
    good = y >= 0.5
    assert 0.1 < good.mean() < 0.9
    assert new["pos"] == pytest.approx(0.8 * old["pos"] + good)
    assert new["neg"] == pytest.approx(0.8 * old["neg"] + ~good)
    assert set(np.round(new["gpos"] - 0.8 * old["gpos"], 9)) == {0.0, 1.0}


def utilities(world: World) -> np.ndarray:
    """Return U of every slot, shape (buyers, slots); minus infinity where nobody is."""
    market, ties = world.market[0], world.ties
    u = (1 - market["risk"] * (1 - ties["trust"])) * ties["expected"] - ties["price"]
    current = world.actors["current"][: len(ties), np.newaxis]
    u -= market["switching"] * (np.arange(ties.shape[1]) != current)
    return np.where(ties["provider"] == NOBODY, -np.inf, u)


def test_best_takes_the_best_offer():
    world, turn = at_turn("choose", "best")
    turn.take()
    u, wants = utilities(world), world.encounters["wants"] == 1
    best = np.where(u.max(axis=1) > 0, u.argmax(axis=1), NOBODY)
    assert np.array_equal(world.encounters["slot"][wants], best[wants])
    assert len(set(best)) > 3 and (world.encounters["slot"][~wants] == NOBODY).all()


def test_equal_offers_have_equal_chances():
    """In the first period nobody knows anybody, and all firms ask the same."""
    market = load("transactional", MARKET | {"customers": 3000, "value": 40.0, "rules.choose_rule": "best"}).market
    world = create(market, 3)
    advance(world, np.zeros((1, 2), TOTALS))
    served = np.bincount(world.encounters["slot"][world.encounters["slot"] != NOBODY], minlength=6)
    assert served.sum() > 2000 and served.min() > 0.8 * served.mean()


def test_the_curious_try_any_and_else_take_the_best():
    world, turn = at_turn("choose", "curious", search=1.0)
    turn.take()
    place = dealt(world)
    ranks = (-utilities(world)).argsort(axis=1).argsort(axis=1)[place]
    assert np.bincount(ranks, minlength=6) == pytest.approx(np.full(6, len(ranks) / 6), rel=0.35)
    worlds = [at_turn("choose", name, search=0.0) for name in ("curious", "best")]
    for _, turn in worlds:
        turn.take()
    assert np.array_equal(*(world.encounters for world, _ in worlds))


def test_the_satisfied_stay_and_the_others_weigh_up():
    world, turn = at_turn("choose", "satisficing")
    other = copied(world)
    turn.take()
    turn.rule(other)
    buyers, current = np.arange(300), world.actors["current"][:300]
    tie = world.ties[buyers, np.maximum(current, 0)]
    enough = (current != NOBODY) & (tie["expected"] - tie["price"] >= world.actors["aspiration"][:300])
    wants = world.encounters["wants"] == 1
    assert 30 < (enough & wants).sum() < 250
    assert np.array_equal(world.encounters["slot"][enough & wants], current[enough & wants])
    assert np.array_equal(world.encounters["slot"][~enough], other.encounters["slot"][~enough])
    assert not np.array_equal(world.encounters["slot"][enough & wants], other.encounters["slot"][enough & wants])


def test_probit_makes_the_mistakes_of_normal_noise():
    world, turn = at_turn("choose", "probit", customers=2000, beta=1.0)
    u = utilities(world)
    turn.take()
    wants = world.encounters["wants"] == 1
    options = np.column_stack((np.zeros(len(u)), u))  # the outside option first
    noise = np.random.default_rng(1).normal(scale=np.pi / np.sqrt(6), size=(200, *options.shape))
    expected = np.array([np.bincount(one.argmax(axis=1)[wants], minlength=7) for one in options + noise])
    seen = np.bincount(world.encounters["slot"][wants] + 1, minlength=7)
    assert (np.abs(seen - expected.mean(axis=0)) < 4 * expected.std(axis=0)).all()
    gumbel = np.random.default_rng(1).gumbel(size=(200, *options.shape))
    logit = np.array([np.bincount(one.argmax(axis=1)[wants], minlength=7) for one in options + gumbel])
    assert logit.mean(axis=0) == pytest.approx(expected.mean(axis=0), rel=0.3)  # beta means the same
