"""Shocks: when they happen and when not, what they undo when they end, and which markets they amount to."""

import numpy as np
import pytest

from sim.config import Market
from sim.create import create
from sim.model import ValueNetwork
from sim.records import NOBODY
from sim.rules import step
from sim.shocks import AT_ONCE, SHOCKS
from sim.state import World
from tests.crowd import bits, stepped
from tests.relabelling import (
    ENOUGH,
    MARKETS,
    NO_CHAIN,
    PERIODS,
    Life,
    Tried,
    changed,
    customers_of,
    deals,
    difference,
    live,
    market_of,
    numbers,
    world_of,
)

LASTING = [kind for kind in SHOCKS if kind not in AT_ONCE]
NOTHING = dict.fromkeys(SHOCKS, 0.0) | {"fee cap": 0.95}  # the size at which a shock does nothing
WITH_PLATFORM = {"platform_slots": 2, "peer_share": 1.0, "slots": 4}
ON_SELLERS = {"supplier failure", "betrayal", "licence rule"}
DERIVED = ("carriers", "delivery")  # worked out anew in every period
STRUCK = 4  # the period of a shock


def struck(market: Market, kind: str, size: float, **fields: object) -> Market:
    """Return a market that is also hit by a shock, the last of its list; it has peers and a platform."""
    shock = {"kind": kind, "size": size, "period": STRUCK, **fields}
    return changed(market, **WITH_PLATFORM, shocks={**market.model_dump()["shocks"], "struck": shock})


def lives(number: int, one: Market, other: Market) -> tuple[Life, Life]:
    return live(create(one, number)), live(create(other, number))


# no shocks


@pytest.mark.parametrize("kind", [kind for kind in SHOCKS if kind != "new entrant"])
def test_a_shock_of_no_size_changes_nothing(kind: str) -> None:
    """But trust in the use of data does not return in the period of a breach: here the breach is the only one."""
    told = 0
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), **WITH_PLATFORM, without=(kind,))
            tried.same(number, *lives(number, market, struck(market, kind, NOTHING[kind])))
            told += difference(*lives(number, market, struck(market, kind, abs(NOTHING[kind] - 0.9)))) != ""
    assert told >= MARKETS / 10


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_that_does_not_come_changes_nothing(kind: str) -> None:
    told = 0
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), **WITH_PLATFORM)
            never, now = (struck(market, kind, 0.3, period=period) for period in (PERIODS + 1, STRUCK))
            tried.same(number, *lives(number, market, never))
            told += difference(*lives(number, market, now)) != ""
    assert told >= MARKETS / 10


# how long


def in_force(world: World) -> bool:
    """Whether anything holds this period that the scenario does not say."""
    now, always = ({name: row[name] for name in row.dtype.names if name not in DERIVED} for row in world.market)
    providers = world.actors[world.providers]
    return now != always or bool(providers["closed"].any() or providers["betrays"].any())


@pytest.mark.parametrize("duration", [1, 3])
@pytest.mark.parametrize("kind", LASTING)
def test_a_shock_holds_for_its_duration_and_then_all_is_as_the_scenario_says(kind: str, duration: int) -> None:
    for number in numbers():
        market = changed(market_of(number), without=SHOCKS, fee=0.3)
        world = create(struck(market, kind, 0.2, duration=duration), number)
        said = world.market.copy()
        for period in range(1, PERIODS):
            step(world)
            assert in_force(world) == (STRUCK <= period < STRUCK + duration), (number, period)
        for name in said.dtype.names:
            assert name in DERIVED or (world.market[name] == said[name]).all(), (number, name)


@pytest.mark.parametrize("kind", sorted(ON_SELLERS))
def test_as_many_are_hit_as_the_share_says_and_they_stay_the_same(kind: str) -> None:
    for number in numbers():
        share = number / MARKETS
        market = changed(market_of(number), without=SHOCKS)
        world = create(struck(market, kind, share, period=1), number)
        sellers = world.providers[: world.tiers["providers"][0]]
        listed = sellers[sellers < customers_of(world)] if kind == "licence rule" else sellers
        expected = max(int(share * len(listed) + 0.5), share > 0)
        field, hit = "betrays" if kind == "betrayal" else "closed", None
        for _ in range(3):
            step(world)
            now = listed[world.actors[field][listed] == 1]
            assert len(now) == expected == world.actors[field].sum(), number
            assert hit is None or (now == hit).all()
            assert field == "betrays" or not np.isin(world.encounters["provider"], now).any()
            hit = now


# what it amounts to


FROM_THE_START = {
    "demand fall": ({"frequency": 0.8}, {"frequency": 0.8 * (1.0 - 0.25)}),
    "fee change": ({"fee": 0.125}, {"fee": 0.125 + 0.25}),
    "fee cap": ({"fee": 0.5}, {"fee": 0.25}),
    "betrayal": ({"effort": 0.5, "couriers": 0, "partners": 0, **NO_CHAIN}, {"effort": 0.0}),
}


@pytest.mark.parametrize("kind", FROM_THE_START)
def test_a_shock_from_the_first_period_on_is_another_market(kind: str) -> None:
    plain, other = FROM_THE_START[kind]
    told = 0
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), **plain, without=("fee change", "fee cap", kind))
            size = 1.0 if kind == "betrayal" else 0.25
            hit = create(struck(market, kind, size, period=1), number)
            same = create(changed(market, **WITH_PLATFORM, **other), number)
            two, one = live(same), live(hit)
            tried.same(number, one, two, ("betrays",))
            told += difference(one, live(create(changed(market, **WITH_PLATFORM), number))) != ""
    assert told > MARKETS / 2


def test_fee_changes_that_cancel_change_nothing() -> None:
    def changes(fee: float, number: int) -> str:
        market = changed(market_of(number), fee=fee, without=("fee change", "fee cap"))
        up = struck(market, "fee change", 0.125)
        shocks = up.model_dump()["shocks"]
        both = changed(up, shocks={**shocks, "back": {**shocks["struck"], "size": -0.125}})
        one, two = lives(number, changed(market, **WITH_PLATFORM), both)
        return difference(one, two)

    assert [found for number in numbers() if (found := changes(0.25, number))] == []
    assert sum(changes(0.9, number) != "" for number in numbers()) > MARKETS / 10  # 0.95 is the limit


@pytest.mark.parametrize("touching", [False, True])
def test_the_order_of_shocks_that_do_not_touch_each_other_does_not_matter(touching: bool) -> None:
    """An even choice begins where the draw of the shock's number says: of all there is no choice."""
    apart = 0
    happened = 0
    for number in numbers():
        kinds = {"demand fall": 0.3, "price war": 0.1, "fee change": 0.05, "betrayal": 1.0}
        kinds |= {"need jump": 0.2} if number % 2 else {"privacy breach": 0.5}  # a jump asks who consents
        kinds |= {"fee cap": 0.2} if touching else {}
        shocks = {kind: {"kind": kind, "size": size, "period": STRUCK} for kind, size in kinds.items()}
        market = changed(market_of(number), **WITH_PLATFORM, fee=0.18, shocks=shocks)
        turned = changed(market, shocks=dict(reversed(shocks.items())))
        one, two = lives(number, market, turned)
        apart += difference(one, two) != ""
        happened += deals(one)
    assert happened > ENOUGH * MARKETS
    assert (apart > MARKETS / 10) if touching else apart == 0


# by hand


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_by_hand_is_the_scheduled_one(kind: str) -> None:
    told = 0
    for number in list(numbers())[::5]:
        market = changed(market_of(number), **WITH_PLATFORM)
        lasting = {"duration": 2} if kind in LASTING else {}
        size = 0.05 if kind in ("fee change", "fee cap") else 0.5
        model = stepped(ValueNetwork(market, rng=number), STRUCK - 1)
        model.shock(kind, size=size, **lasting)
        scheduled = ValueNetwork(struck(market, kind, size, **lasting), rng=number)
        left_alone = ValueNetwork(market, rng=number)
        one, two, calm = (stepped(each, PERIODS - each.period) for each in (model, scheduled, left_alone))
        assert bits(one) == bits(two), number
        assert one.totals[: STRUCK - 1].tobytes() == calm.totals[: STRUCK - 1].tobytes()
        told += one.totals.tobytes() != calm.totals.tobytes()
    assert told > 0


def test_who_is_closed_keeps_its_ties() -> None:
    still = {"search": 0.0, "talk": 0.0, "advertising": 0.0, "turnover": 0.0, "credit": 1e9}
    everybody = {"all": {"kind": "supplier failure", "period": 1, "size": 1.0}}
    kept = 0
    for number in numbers():
        world = world_of(number, **still, shocks=everybody)
        people = slice(customers_of(world))
        own = world.ties["provider"][people].copy()
        live(world)
        known = own != NOBODY
        assert (world.ties["provider"][people][known] == own[known]).all(), number
        assert not world.encounters["volume"][people].any()
        kept += int(known.sum())
    assert kept > MARKETS
