"""The compiled engine against an independent, object-per-agent Mesa model of the same page, period by period.

Every number both sides hold is compared: whom each buyer dealt with, what each account holds in cents, and all
trust, skill, insight, prices, values, satisfaction, offerings, ratings and strategies (`tests/reference/docking.py`).
"""

import inspect
from collections import Counter
from functools import cache

import mesa
import pytest

from scenarios.scenario import load
from sim.config import Market
from sim.create import create
from sim.rules import step
from tests.reference import ReferenceMarket
from tests.reference.docking import first_difference
from tests.reference.lively import lively
from tests.soak import times

MARKETS = times(50, 200)
PERIODS = 30
ALL_SORTS = 15  # the number of a random market with departments, a chain, partners and couriers
SCENARIOS = ("transactional", "partnership", "platform", "mixed-market")


@cache
def docked(number: int) -> tuple[str, Counter]:
    """Run random market `number` on both sides; return the first difference ("": none) and what happened."""
    return dock(lively(number), seed=1000 + number)


def dock(market: Market, seed: int) -> tuple[str, Counter]:
    """Run one market on both sides; return the first difference ("": none) and what happened."""
    world, reference = create(market, seed), ReferenceMarket(market, seed)
    happened: Counter = Counter()
    difference = first_difference(world, reference)
    while difference is None and reference.period < PERIODS:
        before = picture(reference)
        step(world)
        reference.step()
        happened.update(happenings(reference, before))
        difference = first_difference(world, reference)
    found = f"seed {seed}, period {reference.period}: {difference}\n{market!r}" if difference else ""
    return found, happened


def picture(reference: ReferenceMarket) -> tuple[list[str], list[bool], list[bool]]:
    """Return who follows which strategy, who works for the platform, and who follows it."""
    working = [*reference.peers, *reference.couriers]
    strategies = [seller.strategy for seller in reference.sellers]
    return strategies, [one.takes_part for one in working], [customer.member for customer in reference.people]


def happenings(reference: ReferenceMarket, before: tuple[list, list, list]) -> dict[str, int]:
    """Count what happened in a period."""
    return {**trades(reference), **changes(reference, before), **blows(reference)}


def trades(reference: ReferenceMarket) -> dict[str, int]:
    """Count encounters of all sorts."""
    events, supplies = reference.encounters, reference.supplies
    return {
        "trade": len(events),
        "repair": sum(event.repaired for event in events),
        "partnership": sum(event.passed_on > 0 for event in events),
        "platform trade": sum(event.mediated for event in events),
        "off-platform deal": sum(event.left for event in events),
        "referral": sum(event.tie.origin == 1 for event in events),
        "subsidy": sum(event.subsidy + event.bonus > 0 for event in events),
        "crowded peer": sum(0 < peer.capacity < peer.load for peer in reference.peers),
        "supply": sum(not event.tie.provider.tier.internal for event in supplies),
        "work of a department": sum(event.tie.provider.tier.internal for event in supplies),
        "large supply": sum(event.volume > 3 for event in supplies),
        "delivery": sum(event.courier is not None for event in events),
    }


def changes(reference: ReferenceMarket, before: tuple[list, list, list]) -> dict[str, int]:
    """Count who changed its ways."""
    strategies, working, following = map(list, map(zip, before, picture(reference)))
    return {
        "change of strategy": sum(new != old for old, new in strategies),
        "start of work for the platform": sum(new > old for old, new in working),
        "end of work for the platform": sum(new < old for old, new in working),
        "joining the platform": sum(new > old for old, new in following),
        "leaving the platform": sum(new < old for old, new in following),
        "bankruptcy": len(reference.entrants),
        "bankruptcy of a supplier": sum(firm.tier.number > 0 for firm in reference.entrants),
    }


def blows(reference: ReferenceMarket) -> dict[str, int]:
    """Count who is hit by shocks."""
    usual, now = reference.market, reference.now
    return {
        "closed provider": sum(provider.shut for provider in reference.sellers),
        "betrayal": sum(provider.betrays for provider in reference.sellers),
        "new entrant": sum(firm.edge > 0 for firm in reference.firms),
        "breach": sum(customer.data_trust < 1 for customer in reference.people),
        "fall of demand": now.frequency < usual.customers.frequency,
        "price war": now.price_level < 1,
        "change of the fee": now.fee != usual.platform.fee,
    }


@pytest.mark.parametrize("number", range(MARKETS))
def test_engine_and_reference_agree_on_a_random_market(number: int) -> None:
    difference, _ = docked(number)
    assert not difference, f"random market {number}, {difference}"


def test_the_random_markets_are_alive() -> None:
    lives = [docked(number)[1] for number in range(MARKETS)]
    assert sum(life["trade"] >= PERIODS for life in lives) >= 0.7 * MARKETS
    lived = {name: sum(life[name] > 0 for life in lives) for name in lives[0]}
    assert min(lived.values()) >= 0.1 * MARKETS, lived  # in so many markets each thing happened


@pytest.mark.parametrize("name", SCENARIOS)
def test_engine_and_reference_agree_on_a_scenario_of_the_library(name: str) -> None:
    difference, happened = dock(load(name, {"customers": 60}).market, seed=7)
    assert not difference, f"{name}, {difference}"
    assert happened["trade"] > 10 * PERIODS


@pytest.mark.parametrize("number", range(MARKETS))
def test_no_money_is_made_or_lost(number: int) -> None:
    reference = ReferenceMarket(lively(number), rng=number)
    departments = [firm for tier in reference.tiers if tier.internal for firm in tier.firms]
    while reference.period < PERIODS:
        reference.step()
        assert sum(actor.cash for actor in reference.actors) + reference.outside == 0
        assert not any(department.cash for department in departments)


def test_what_is_gained_is_the_value_less_what_goes_outside() -> None:
    market = lively(ALL_SORTS).model_copy(update={"shocks": {}})
    reference = ReferenceMarket(market, rng=1, credit=1e9)
    while reference.period < PERIODS:
        before = reference.outside
        reference.step()
        value = sum(encounter.value for encounter in reference.encounters)
        assert reference.total_value == pytest.approx(value - (reference.outside - before) / 100)


def test_the_reference_runs_in_mesa_batches() -> None:
    market = load("transactional", {"customers": 20}).market
    settings: dict = {"market": [market], "turnover": [0.0, 0.1]}
    seeds = {"rng": [1, 2]}
    takes_seeds = "rng" in inspect.signature(mesa.batch_run).parameters  # since Mesa 3.5
    rows = mesa.batch_run(
        ReferenceMarket, settings | ({} if takes_seeds else seeds), max_steps=5, display_progress=False,
        **(seeds if takes_seeds else {}),
    )  # fmt: skip
    assert len({row["total_value"] for row in rows}) == 4


def test_a_misspelt_quantity_is_refused() -> None:
    with pytest.raises(TypeError, match="turnoverr"):
        ReferenceMarket(load("transactional").market, rng=1, turnoverr=0.1)
