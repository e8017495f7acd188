"""Who takes part in the platform, who carries, and who is reached by advertising."""

import math

import numpy as np
import pytest

from sim import draws
from sim.draws import draw
from sim.network import COURIER, PEER
from sim.records import BY_PLATFORM, NOBODY
from sim.rules import step
from sim.state import World
from tests.relabelling import (
    MARKETS,
    NO_PLATFORM,
    PERIODS,
    Life,
    Tried,
    copy,
    customers_of,
    difference,
    live,
    numbers,
    world_of,
)
from tests.test_closed_forms import CUSTOMERS, EXACT, VALUE, exactly, plain

ALL_SIDES = {"platform_slots": 2, "peer_share": 0.5, "slots": 4, "couriers": 4}
SHARING = {
    "firms": 0, "peer_share": 1.0, "platform_slots": 1, "peer_strategies": {"plain": 1.0}, "leak": 0.0,
    "peer_capacity": CUSTOMERS,
}  # fmt: skip
CARRIED = SHARING | {"couriers": 2, "courier_strategies": {"plain": 1.0}, "courier_capacity": CUSTOMERS}


def taking_part(world: World) -> np.ndarray:
    """Return for everybody whether they provide, and whether they follow the platform."""
    return world.actors[["takes_part", "member"]].copy()


# taking part


def test_where_nobody_reconsiders_all_stay_as_they_were() -> None:
    moved = 0
    for number in numbers():
        for joining in (0.0, 0.4):
            world = world_of(number, **ALL_SIDES, joining=joining)
            before = taking_part(world)
            live(world)
            moved += (same := (before == taking_part(world)).all()) == 0
            assert same or joining > 0, number
    assert moved > MARKETS / 2


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_at_first_the_share_takes_part_that_was_asked_for_evenly(share: float) -> None:
    for number in numbers():
        world = world_of(number, **ALL_SIDES, first_peers=share, first_members=share)
        actors, people = world.actors, customers_of(world)
        for joined in (
            actors["member"][:people],
            *(actors["takes_part"][actors["kind"] == k] for k in (PEER, COURIER)),
        ):
            assert np.abs(np.cumsum(joined) - share * np.arange(1, len(joined) + 1)).max() < 1
            assert joined.sum() == math.floor(share * len(joined) + 1e-9)


def test_who_does_not_take_part_neither_serves_nor_is_served_there() -> None:
    happened = idle = 0
    for number in numbers():
        world = world_of(number, **ALL_SIDES, joining=0.0, curation=0.0)
        people, open_ = customers_of(world), world.actors["takes_part"] == 1
        for _ in range(PERIODS):
            step(world)
            met = np.flatnonzero(world.encounters["slot"] != NOBODY)
            assert open_[world.encounters["provider"][met]].all(), number
            assert open_[world.encounters["courier"][met]].all(), number
            shown = (world.ties["origin"] == BY_PLATFORM) & (world.ties["provider"] != NOBODY)
            assert not shown[:people][world.actors["member"][:people] == 0].any(), number
            happened += int((world.encounters["courier"][met] != NOBODY).sum())
            idle += int((~open_).sum())
    assert happened > MARKETS and idle > MARKETS


def test_where_no_courier_works_nothing_goes_through_the_platform() -> None:
    through = 0
    for number in numbers():
        world, stopped = world_of(number, **ALL_SIDES, joining=0.0), world_of(number, **ALL_SIDES, joining=0.0)
        stopped.actors["takes_part"][stopped.actors["kind"] == COURIER] = 0
        through += live(world).totals["mediated"].sum() > 0
        totals = live(stopped).totals
        assert not totals["mediated"].any() and not totals["left"].any() and not totals["gain_couriers"].any()
    assert through > MARKETS / 10


def test_what_a_customer_gains_through_the_platform_is_smoothed() -> None:
    world = plain(**SHARING, joining=1e-300, attention=0.0)  # nobody ever reconsiders, but all keep count
    periods = 20
    live(world, periods)
    gains, met = np.zeros(CUSTOMERS), plain(**SHARING, joining=1e-300)
    for _ in range(periods):
        live(met, 1)
        events = met.encounters[:CUSTOMERS]
        gains += 0.1 * (np.where(events["mediated"], events["value"] - events["price"], 0.0) - gains)
    assert np.allclose(world.actors["window"][:CUSTOMERS], gains, EXACT, EXACT) and gains.max() > 0


# couriers


@pytest.mark.parametrize("fee", [0.0, 0.5])
def test_a_courier_is_paid_for_by_the_provider_who_asks_for_it(fee: float) -> None:
    world = plain(**CARRIED, fee=fee, operating_cost=1.0, delivery_pay=2.0, c_delivery=0.5, delivery_weight=0.0)
    live(world, 1)
    met = world.encounters[world.encounters["slot"] != NOBODY]
    assert exactly(met["price"], 1.25 * (4.0 + 1.0 + 2.0) / (1 - fee)) and exactly(met["courier_margin"], 1.5)
    carriers = world.actors["kind"] == COURIER
    assert world.actors["cash"][carriers].sum() == 150 * len(met) == 150 * world.tallies["served"][carriers].sum()


def test_what_a_courier_brings_multiplies_the_value() -> None:
    world = plain(**CARRIED, delivery_weight=0.5, effort=1.0)
    carriers = np.flatnonzero(world.actors["kind"] == COURIER)
    world.actors["capability"][carriers] = 0.2, 0.8
    live(world, 1)
    rows = np.flatnonzero(world.encounters["slot"] != NOBODY)
    met = world.encounters[rows]
    brought = dict(zip(carriers.tolist(), (0.5 + 0.5 * 0.2, 0.5 + 0.5 * 0.8), strict=True))
    for event in met:
        assert math.isclose(event.value, VALUE * brought[int(event.courier)], rel_tol=1e-4)  # capability ages
    assert exactly(world.ties["value"][rows, met["slot"]], VALUE * 0.75)
    assert set(met["courier"].tolist()) == set(carriers.tolist())


def carried_by_others(number: int, field: str, most: float, **quantities: object) -> tuple[Life, Life]:
    """Return the lives of a market and of the same in which couriers' `field` is anything up to `most` at first."""
    world = world_of(number, **ALL_SIDES, **quantities)
    other = copy(world)
    carriers = np.flatnonzero(world.actors["kind"] == COURIER)
    other.actors[field][carriers] = most * np.random.default_rng(number).random(len(carriers))
    return live(world), live(other)


@pytest.mark.parametrize(("field", "most"), [("capability", 1.0), ("capacity", 9.0)])
def test_what_a_courier_is_like_does_not_matter_where_nothing_hangs_on_it(field: str, most: float) -> None:
    told, ignoring = 0, (f"actors.{field}",)
    with Tried() as tried:
        for number in numbers():
            tried.same(number, *carried_by_others(number, field, most, delivery_weight=0.0), ignoring)
            told += difference(*carried_by_others(number, field, most, delivery_weight=0.5), ignoring) != ""
    assert told > MARKETS / 10


def test_couriers_alike_may_change_places() -> None:
    """Which courier a delivery falls to is chance; where they are alike it matters only who has done what."""
    told = 0
    for number in numbers():
        world = world_of(number, **ALL_SIDES, joining=0.0, delivery_weight=0.0, first_peers=1.0)
        other = copy(world)
        carriers = np.flatnonzero(world.actors["kind"] == COURIER)
        other.actors[carriers], other.offerings[carriers] = (
            world.actors[carriers[::-1]],
            world.offerings[carriers[::-1]],
        )
        live(world), live(other)
        people = slice(customers_of(world))
        for array in ("ties", "needs", "offerings"):
            assert getattr(world, array)[people].tobytes() == getattr(other, array)[people].tobytes(), number
        assert world.actors[people].tobytes() == other.actors[people].tobytes(), number
        told += world.actors[carriers].tobytes() != other.actors[carriers].tobytes()
    assert told > MARKETS / 2


# advertising


@pytest.mark.parametrize("advertising", [0.0, 0.5, 1.0])
def test_advertising_reaches_those_whose_draw_says_so(advertising: float) -> None:
    world = plain(customers=300, firms=40, frequency=0.0, advertising=advertising)
    known = world.ties["provider"][:, 0].copy()
    live(world, 1)
    luck = np.array([draw(world.clock["key"][0], draws.ADVERTISING, 1, i, 0)[:2] for i in range(300)])
    advertised = world.providers[np.floor(luck[:, 1] * 40).astype(int)]
    reached = luck[:, 0] < 0.2 * advertising
    assert (world.ties["provider"][:, 0] == np.where(reached, advertised, known)).all()
    assert reached.any() == (advertising > 0)


def test_advertising_of_one_strategy_is_for_its_own_firms() -> None:
    still = {"search": 0.0, "talk": 0.0, "turnover": 0.0, "imitate": 0.0, "mutation": 0.0, "credit": 1e9}
    found = 0
    for number in numbers():
        world = world_of(number, **still, **NO_PLATFORM, advertising=0.0, without=("new entrant",))
        world.strategies["advertising"][1], world.market["advertised"] = 1.0, 1
        known = world.ties["provider"].copy()
        live(world)
        new = world.ties["provider"][world.ties["provider"] != known]
        assert (world.actors["strategy"][new] == 1).all(), number
        found += len(new)
    assert found > MARKETS
