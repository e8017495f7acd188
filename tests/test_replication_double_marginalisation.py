"""Spengler 1950 on this engine, and the rules it stands on: tastes, optimising, trial."""

import math

import numpy as np
import pytest

from scenarios.replication import replicate
from scenarios.scenario import load
from sim.create import create
from sim.period import advance
from sim.state import World, check
from sim.totals import TOTALS
from sim.variants.adapt.trial import adapt
from tests.test_variants import PLAIN, with_rules

NAME = "double-marginalisation"
MARKUP = "strategies.seller.markup"


def world_of(name: str = NAME, periods: int = 3, **settings: object) -> World:
    """Return the world of a preset after some periods, with willingness to pay spread evenly."""
    market = load(name, settings).market
    world, customers = create(market, 1), market.customers.customers
    world.needs[:customers, 0] = (np.arange(customers) + 0.5) / customers
    world.actors["capability"] = 1.0
    run(world, periods)
    return world


def run(world: World, periods: int) -> None:
    advance(world, np.zeros((periods, len(world.strategies) + 1), TOTALS))


def earned(world: World, periods: int = 10) -> float:
    """Return what the seller earns per period."""
    total = 0.0
    for _ in range(periods):
        run(world, 1)
        total += float(world.tallies["margin"][world.providers[0]])
    return total / periods


def test_the_paper():
    answer = next(replicate(["R02"]))
    assert [one.check.measure for one in answer.found if not one.passed] == []


def test_without_tastes_the_rule_tastes_is_the_standard_rule():
    one, other = create(PLAIN, 3), create(with_rules(PLAIN, offer="tastes"), 3)
    run(one, 1)
    run(other, 1)
    assert one.ties.tobytes() == other.ties.tobytes()


def test_tastes_are_linear_in_the_need():
    world = world_of(offer_rule="tastes", vertical=0.5, transport=1000.0)
    need = world.needs[: len(world.encounters), 0]
    told = 4000.0 * (0.5 + 0.5 * need) - 1000.0 * np.abs(need - world.offerings[world.providers[0], 0])
    assert np.allclose(world.ties["value"][:, 0], told)


def test_no_other_price_earns_a_monopolist_more():
    """Against the engine itself: sellers that ask 50, 100 ... EUR more or less than the best price."""
    best = world_of()
    asked, most = float(best.terms["asked"][best.providers[0]]), earned(best)
    for off in (-400, -100, 100, 400):
        other = world_of(offer_rule="tastes", **{MARKUP: (asked + off) / 800.0 - 1.0})
        assert earned(other) < most


def test_two_sellers_of_the_same_ask_what_the_logit_says():
    """p = C + 1/(beta*(1 - P)), P the share of each (Anderson, de Palma & Thisse 1992, chapter 7)."""
    settings = {
        "firms": 2,
        "slots": 2,
        "value": 100.0,
        "cost": 20.0,
        "beta": 0.1,
        "vertical": 0.0,
        "price_steps": 10_000,
    }
    world = world_of(periods=40, customers=2, **settings)
    asked = world.terms["asked"][world.providers]
    appeal = np.exp(0.1 * (100.0 - asked))
    share = appeal / (1.0 + appeal.sum())
    assert np.allclose(asked, 20.0 + 1.0 / (0.1 * (1.0 - share)), atol=0.02)


def test_who_could_not_earn_anything_asks_cost_plus_mark_up():
    world = world_of(cost=5000.0, **{MARKUP: 0.1})
    assert world.terms["asked"][world.providers[0]] == pytest.approx(5500.0)


def test_a_supplier_foresees_what_its_buyer_will_ask():
    """A seller whose own cost is the supplier's price shows what the supplier would earn by that price."""
    chain = world_of(f"{NAME}:two-tiers")
    seller, supplier = chain.providers
    paid = float(chain.encounters["price"][seller])
    alone = world_of(cost=paid)
    assert chain.terms["asked"][seller] == alone.terms["asked"][alone.providers[0]]
    assert chain.terms["asked"][supplier] == paid
    for off in (-400.0, -100.0, 100.0, 400.0):
        answer = world_of(cost=paid + off)
        assert (paid + off - 800.0) * answer.tallies["served"][seller] < chain.tallies["margin"][supplier]
    assert check(chain) == []


def learner(step: float = 0.1) -> World:
    """Return a world of one firm that learns, before its first period is over."""
    settings = {"offer_rule": "tastes", "adapt_rule": "trial", "trial_step": step, MARKUP: 0.5}
    world = world_of(periods=0, **settings)
    world.clock["period"] = 1
    return world


def test_a_trial_is_less_then_more_then_a_step_toward_what_earned_more():
    """Half 0 as it is; then 0.9 and 1.1 of the mark-up; then x = (3 - 2)/(3 + 2)/(2*0.1) = 1, at most 0.5."""
    world, markups = learner(), []
    for period, margin in ((1, 9.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 3.9)):
        world.clock["period"] = period
        world.tallies["margin"][world.providers[0]] = margin
        adapt(world)
        markups.append(float(world.strategies["markup"][0]))
    after = 0.75 * (1.0 + (3.9 - 4.0) / (3.9 + 4.0) / 0.2)
    assert markups == pytest.approx([0.45, 0.55, 0.75 * 0.9, 0.75 * 1.1, after * 0.9])


def test_trials_higher_up_last_longer():
    world = world_of(f"{NAME}:three-tiers", periods=0, offer_rule="tastes", adapt_rule="trial", trial_length=3)
    before, changes = world.strategies["markup"].copy(), np.zeros(3, int)
    for period in range(1, 19):
        world.clock["period"] = period
        adapt(world)
        changes += world.strategies["markup"] != before
        before = world.strategies["markup"].copy()
    names = list(load(f"{NAME}:three-tiers").market.strategies)
    assert dict(zip(names, changes.tolist(), strict=True)) == {"seller": 18, "wholesaler": 6, "maker": 2}


def test_learning_leads_from_below_and_from_above_to_the_same_price():
    asked = []
    for markup in (0.2, 3.5):
        world = world_of(offer_rule="tastes", adapt_rule="trial", beta=100.0, periods=60, **{MARKUP: markup})
        asked.append(np.mean([float(after(world)) for _ in range(20)]))
    assert math.isclose(*asked, rel_tol=0.02)
    assert asked[0] == pytest.approx(2400.0, rel=0.03)


def after(world: World) -> float:
    """Return the price asked in the next period."""
    run(world, 1)
    return world.terms["asked"][world.providers[0]]
