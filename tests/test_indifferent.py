"""What moves no one: another currency, wealth, opinions nobody acts on, the length of a run, a regime's people."""

import numpy as np
import pytest

from sim.config import Strategy, quantities
from sim.create import create
from sim.records import NOBODY
from sim.rules import SCHEDULE, step
from sim.rules.settle import settle
from tests.relabelling import (
    ENOUGH,
    MARKETS,
    NO_CHAIN,
    NO_PLATFORM,
    PERIODS,
    STRANGERS,
    TOLERANCE,
    Life,
    Tried,
    changed,
    copy,
    difference,
    live,
    market_of,
    numbers,
    taken_from,
    world_of,
)

OF_BUYERS = (
    "customers", "slots", "peer_share", "dimensions", "frequency", "turnover", "drift", "trend_flip", "consent",
    "data_rights",
)  # fmt: skip
OF_PLACES = ("social", "social_degree", "social_rewiring", "market", "market_degree", "market_rewiring")
PLAIN = {"partners": 0, **NO_PLATFORM}
WITHOUT_BREACH = {"without": ("privacy breach",)}
EUROS = (
    "value", "cost", "c_effort", "c_invest", "c_dialogue", "c_transparency", "c_repair", "c_innovate",
    "scale_economy", "operating_cost", "customer_subsidy", "peer_subsidy", "switching", "c_advertising",
    "c_delivery", "delivery_pay",
)  # fmt: skip


# money and opinions


def test_amounts_in_another_currency_lead_to_the_same_deals_at_scaled_prices() -> None:
    """Up to the first rounding to cents, which a chain does before its customers buy."""
    happened = 0
    for number in numbers():
        world, scale = world_of(number, **NO_CHAIN), 4.0  # a power of two: not a bit may change
        live(world, PERIODS - 1)
        other = copy(world)
        for name in EUROS:
            other.market[name] *= scale
        other.market["beta"] /= scale
        other.tiers["worth"] *= scale
        for one in (world, other):
            one.clock["period"] += 1
            for rule in SCHEDULE[: SCHEDULE.index(settle)]:
                rule(one)
        for name in ("provider", "trust", "known"):
            assert (world.ties[name] == other.ties[name]).all()
        for name in ("value", "expected", "price"):
            assert (scale * world.ties[name] == other.ties[name]).all(), (number, name)
        assert (world.encounters["slot"] == other.encounters["slot"]).all(), number
        assert (scale * world.encounters["value"] == other.encounters["value"]).all(), number
        happened += int(np.count_nonzero(world.encounters["slot"] != NOBODY))
    assert happened >= ENOUGH * MARKETS / PERIODS


def edited(number: int, field: str, array: str = "actors", **quantities: object) -> tuple[Life, Life]:
    """Return the lives of a market and of the same in which `field` is anything in the beginning."""
    world = world_of(number, **quantities)
    other = copy(world)
    column = getattr(other, array)[field]
    column[:] = np.random.default_rng(number).integers(0, 2**20, column.shape) / 2**20
    return live(world), live(other)


@pytest.mark.parametrize(
    ("field", "array", "when", "ignoring"),
    [
        ("values", "actors", {"alignment": 1.0, "turnover": 0.0}, ("values",)),
        ("rating_pos", "actors", {**NO_PLATFORM, "credit": 1e9}, ("rating_pos",)),
        ("gains", "actors", {}, ("gains",)),
        ("gneg", "ties", {"reciprocity": 0.0, "invest": 0.0, "complement": 0.0}, ("gpos", "gneg", "goodwill")),
        ("skill", "ties", {"complexity": 0.0}, ("skill", "mean_skill", "relational")),
        ("insight", "ties", {"tailoring": 0.0, "innovate": 0.0, **NO_CHAIN}, ("insight", "relational")),
        ("recommends", "actors", {}, ("recommends", "promoters", "detractors")),
        ("profit", "actors", {"imitate": 0.0, "joining": 0.0}, ("profit",)),
        ("privacy", "actors", WITHOUT_BREACH | {"turnover": 0.0}, ("privacy",)),
        ("window", "actors", {"joining": 0.0}, ("window",)),
        ("engagement", "actors", {"effort": 0.0, "engagement_rate": 0.0}, ("engagement",)),
    ],
)
def test_what_counts_for_nothing_may_be_anything(field: str, array: str, when: dict, ignoring: tuple) -> None:
    with Tried() as tried:
        for number in numbers():
            tried.same(number, *edited(number, field, array, **when), ignoring)
    if when:
        told = sum(difference(*edited(number, field, array), ignoring) != "" for number in numbers())
        assert told >= MARKETS / 10


def test_who_knows_one_provider_only_need_not_know_it_well() -> None:
    with Tried() as tried:
        for number in numbers():
            one, other = edited(number, "known", "ties", slots=1, **NO_PLATFORM)
            tried.same(number, one, other, ("known",), TOLERANCE)


def test_wealth_changes_nothing_but_accounts() -> None:
    with Tried() as tried:
        for number in numbers():
            world, rich = (world_of(number, credit=1e9, without=("new entrant",)) for _ in range(2))
            rich.actors["cash"] += 100_000
            one, other = live(world), live(rich)
            other.world.actors["cash"] -= 100_000
            tried.same(number, one, other)


# periods and luck


def test_a_longer_run_begins_like_a_shorter_one_and_may_be_lived_in_parts() -> None:
    with Tried() as tried:
        for number in numbers():
            world, other, single = world_of(number), world_of(number), world_of(number)
            first, second, whole = live(other, 5), live(other, PERIODS - 5), live(world)
            tried.same(number, whole, Life(other, np.concatenate((first.totals, second.totals))))
            for _ in range(PERIODS):
                step(single)
            tried.same(number, whole, Life(single, whole.totals))


def test_seeds_differ() -> None:
    lives = [(live(create(market_of(n), n)), live(create(market_of(n), n + MARKETS))) for n in numbers()]
    assert all(difference(one, other, ("key",)) for one, other in lives)
    assert sum(difference(one, other, ("ties", "actors", "needs")) != "" for one, other in lives) > 0.8 * MARKETS


def test_regimes_share_needs_people_wants_and_friends() -> None:
    everything = {name for _, name, _ in quantities()} | set(Strategy.model_fields)
    regime = everything - {*OF_BUYERS, *OF_PLACES, *PLAIN}
    happened = 0
    for number in numbers():
        market = market_of(number)
        one = live(create(market, number))
        other = live(create(taken_from(market_of(STRANGERS + number), changed(market, **PLAIN), regime), number))
        people = slice(market.customers.customers)
        for name in ("values", "consents"):
            assert (one.world.actors[name][people] == other.world.actors[name][people]).all(), number
        assert (one.world.encounters["wants"][people] == other.world.encounters["wants"][people]).all(), number
        assert (one.world.needs[people] == other.world.needs[people]).all(), number
        for name in ("trend", "friends", "friends_start"):
            assert (getattr(one.world, name) == getattr(other.world, name)).all(), number
        happened += difference(one, other, ("clock",)) != ""
    assert happened == MARKETS
