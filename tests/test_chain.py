"""Departments and chains: what is conserved from tier to tier, and what must not matter."""

from collections.abc import Iterator

import numpy as np
import pytest

from sim.create import create
from sim.network import DEPARTMENT
from sim.records import NOBODY
from sim.rules import step
from sim.rules.settle import cents, part_of
from sim.state import World
from tests.relabelling import (
    ENOUGH,
    MARKETS,
    PERIODS,
    TOLERANCE,
    Life,
    as_in,
    changed,
    copy,
    customers_of,
    difference,
    larger_places,
    live,
    market_of,
    numbers,
    transplant,
    world_of,
)
from tests.test_closed_forms import BASELINE, COST, CUSTOMERS, PRICE, VALUE, exactly, plain

SUPPLIES = ("supplies", "supply_trust", "supply_quality")
BUYING = ("aspiration", "bought", "arrived", "recommends", "current", "privacy")
TIER = {"work": 0.3, "input_weight": 0.4, "strategies": {"plain": 1.0}}
HIGHEST: dict[str, dict] = {"chain": {}, "departments": {"chain": {}}}  # what must go that a new tier is the highest


def periods(number: int, /, **quantities: object) -> Iterator[tuple[World, World]]:
    """Yield a random market's world before and after each of its periods."""
    world = world_of(number, **quantities)
    for _ in range(PERIODS):
        before = copy(world)
        step(world)
        yield before, world


def buyers_of(world: World, t: int) -> np.ndarray:
    """Return the rows of those who buy from tier t."""
    if t == 0:
        return np.arange(customers_of(world))
    below = world.tiers[t - 1]
    return np.arange(below.row, below.row + below.firms)


def supplied(world: World) -> np.ndarray:
    """Return the rows of the firms and departments that were supplied."""
    rows = np.flatnonzero(world.encounters["slot"] != NOBODY)
    return rows[rows >= customers_of(world)]


# what goes up and down


def test_as_many_units_go_into_a_tier_as_come_out_of_it() -> None:
    units = 0
    for number in numbers():
        for _, world in periods(number, credit=1e9):
            served, events = world.tallies["served"], world.encounters
            for t, tier in enumerate(world.tiers):
                buyers = buyers_of(world, t)
                took = events["slot"][buyers] != NOBODY
                sellers = world.providers[tier.place : tier.place + tier["providers"]]
                assert served[sellers].sum() == events["volume"][buyers[took]].sum(), number
                if t > 0:
                    assert (events["volume"][buyers[took]] == served[buyers[took]]).all(), number
                    units += int(served[sellers].sum())
    assert units > ENOUGH * MARKETS


def test_every_firms_account_moves_by_what_it_gets_less_what_it_pays() -> None:
    """What a firm pays for its inputs is to the cent what the chain gets, or what its departments spend."""
    paid = 0
    for number in numbers():
        for before, world in periods(number, credit=1e9, without=("new entrant",)):
            events, tallies, first = world.encounters, world.tallies, customers_of(world)
            up = 0  # cents the chain got, less those that were paid for inputs
            for j in world.providers[world.providers >= first]:
                mine = events[events["provider"] == j]
                spent = mine["cost"] if world.actors["kind"][j] == DEPARTMENT else mine["price"]
                got = sum(cents(amount) * int(volume) for amount, volume in zip(spent, mine["volume"], strict=True))
                shares = [part_of(cents(price), world.market["revenue_share"][0]) for price in mine["price"]]
                owed = sum(shares) * int(world.actors["partners"][j])
                inputs = cents(bill(world, j)) * int(tallies["served"][j])
                moved = int(world.actors["cash"][j] - before.actors["cash"][j])
                assert moved == got - owed - inputs - tallies["outside"][j], (number, j)
                up += (got if world.actors["tier"][j] > 0 else 0) - inputs
                paid += inputs
            assert up == 0, number
    assert paid > 0


def bill(world: World, j: int) -> float:
    """Return what firm j paid per unit for its inputs, in EUR."""
    if j >= len(world.ties) or world.encounters["slot"][j] == NOBODY:
        return 0.0
    internal = world.actors["kind"][world.encounters["provider"][j]] == DEPARTMENT
    return float(world.encounters["cost" if internal else "price"][j])


def test_a_departments_account_is_always_even() -> None:
    served = 0
    for number in numbers():
        for _, world in periods(number):
            inside = world.actors["kind"] == DEPARTMENT
            assert not world.actors["cash"][inside].any() and not world.tallies["margin"][inside].any(), number
            assert not world.encounters["margin"][np.isin(world.encounters["provider"], np.flatnonzero(inside))].any()
            served += int(world.tallies["served"][inside].sum())
    assert served > ENOUGH


def test_every_firm_has_its_own_department() -> None:
    told = 0
    for number in numbers():
        for _, world in periods(number):
            for t in np.flatnonzero(world.tiers["internal"]):
                buyers, tier = buyers_of(world, t), world.tiers[t]
                assert (world.ties["provider"][buyers, 0] == tier.row + np.arange(len(buyers))).all(), number
                assert (world.ties["provider"][buyers, 1:] == NOBODY).all()
                told += len(buyers)
    assert told > MARKETS


def test_how_money_is_split_makes_no_value() -> None:
    """At the same choices, and they are the same where the price does not matter: here for one period."""
    told = 0
    for number in numbers():
        world = world_of(number, beta=0.0, leak=0.0)
        live(world, PERIODS - 1)
        other = copy(world)
        other.strategies["markup"] += 0.3
        other.strategies["share"] += (1.0 - other.strategies["share"]) / 2
        for name, more in (("fee", 0.04), ("delivery_pay", 1.0), ("customer_subsidy", 0.5), ("revenue_share", 0.01)):
            other.market[name] += more
        one, two = live(world, 1).totals, live(other, 1).totals
        roles = [name for name in one.dtype.names if name.startswith("gain_")]
        gains = [sum(totals[role].sum() for role in roles) for totals in (one, two)]
        assert np.isclose(*gains, TOLERANCE, 1e-6), number
        assert np.isclose(one["cost"].sum(), two["cost"].sum(), TOLERANCE, 1e-6), number
        told += int(abs(one["gain_suppliers"].sum() - two["gain_suppliers"].sum()) > 0.1)
    assert told > MARKETS / 10


# what does not matter


def extended(number: int, section: str, **tier: object) -> tuple[World, World]:
    """Return random market `number` without and with one more tier, the highest, with everybody else the same."""
    market = changed(market_of(number), joining=0.0, c_repair=0.0, **HIGHEST[section])  # couriers' rows are others
    tables = market.model_dump()[section]
    names = dict.fromkeys(market.strategies, 1 / len(market.strategies))
    more = changed(market, **{section: {"added": {"strategies": names, **tier}, **tables}})
    world, other = create(market, number), create(more, number)
    transplant(world, other, larger_places(world, other))
    return world, other


def grown_apart(number: int, section: str, **tier: object) -> tuple[Life, str]:
    """Return the life of a market, and where that of its customers and firms differs with one more tier."""
    world, other = extended(number, section, **tier)
    one, two = live(world), live(other)
    found = difference(one, as_in(world, two, larger_places(world, other)), (*SUPPLIES, *BUYING))
    people = slice(customers_of(world))
    same = world.actors[people].tobytes() == other.actors[people].tobytes()
    return one, found or ("" if same else "customers")


@pytest.mark.parametrize("section", ["chain", "departments"])
def test_a_tier_that_does_nothing_and_on_which_nothing_hangs_changes_nothing(section: str) -> None:
    happened = told = 0
    for number in numbers():
        life, found = grown_apart(number, section, work=0.0, input_weight=0.0)
        assert not found, f"market {number}, {found}"
        happened += int(life.totals["encounters"].sum())
        told += grown_apart(number, section, work=0.3, input_weight=0.5)[1] != ""
    assert happened > ENOUGH * MARKETS
    assert told > MARKETS / 2


@pytest.mark.parametrize("name", ["command", "frequency", "talk", "consent", "fee", "delivery_pay"])
def test_what_is_of_customers_only_changes_no_supply(name: str) -> None:
    told = 0
    for number in numbers():
        world = world_of(number, credit=1e9)
        rows = customers_of(world)
        live(world, PERIODS - 1)
        other = copy(world)
        other.market[name] += (0.9 - other.market[name]) / 2
        live(world, 1), live(other, 1)
        assert (world.ties[rows:]["price"] == other.ties[rows:]["price"]).all(), number
        assert (world.ties[rows:]["provider"] == other.ties[rows:]["provider"]).all()
        told += world.ties[:rows].tobytes() != other.ties[:rows].tobytes() and len(world.ties) > rows
    assert told > 0


# failures


def failing(number: int, tier: str, size: float, **quantities: object) -> World:
    """Return random market `number` after some periods in which a share of a tier has failed."""
    shock = {"kind": "supplier failure", "period": 1, "tier": tier, "size": size}
    world = world_of(number, **quantities, shocks={"failure": shock})
    live(world)
    return world


@pytest.mark.parametrize("section", ["chain", "departments"])
def test_a_tier_that_fails_as_a_whole_supplies_nobody(section: str) -> None:
    worthless = kept = 0
    for number in numbers():
        names = [name for name, _ in market_of(number).upstream]
        for name in getattr(market_of(number), section):
            t = names.index(name) + 1
            world = failing(number, name, 1.0, input_weight=1.0)
            failed = world.tiers[t]
            its = range(failed.place, failed.place + failed["providers"])
            assert not np.isin(world.encounters["provider"], world.providers[its]).any(), number
            sold = np.isin(world.ties["provider"], range(customers_of(world), int(world.tiers["row"][1])))
            assert not world.ties["value"][: customers_of(world)][sold[: customers_of(world)]].any(), number
            worthless += int(sold[: customers_of(world)].sum())
            part = failing(number, name, 0.1)
            kept += int(np.isin(part.encounters["provider"], part.providers[its]).sum())
    assert worthless > MARKETS and kept > 0


def test_firms_that_all_fail_sell_nothing() -> None:
    for number in numbers():
        world = failing(number, "", 1.0)
        assert (world.encounters["slot"] == NOBODY)[: customers_of(world)].all() and not len(supplied(world))
    assert any((failing(n, "", 0.1).encounters["slot"] != NOBODY).any() for n in numbers())


# closed forms


def test_a_chain_adds_mark_up_to_mark_up() -> None:
    world = plain(chain={"maker": {**TIER, "firms": 1}}, switching=0.0)
    live(world, 1)
    supply, asked = 0.3 * PRICE, PRICE / COST * (0.7 * COST + 0.3 * PRICE)
    assert exactly(world.ties["price"][:CUSTOMERS], asked)
    assert exactly(world.ties["value"][:CUSTOMERS], VALUE * (0.6 + 0.4 * BASELINE))
    assert world.actors["cash"][CUSTOMERS + 1] == CUSTOMERS * (cents(supply) - cents(0.3 * COST))
    assert world.encounters["volume"][CUSTOMERS] == CUSTOMERS


def test_a_department_adds_none() -> None:
    world = plain(departments={"kitchen": TIER})
    live(world, 1)
    assert exactly(world.ties["price"][:CUSTOMERS], PRICE)
    assert exactly(world.ties["value"][:CUSTOMERS], VALUE * (0.6 + 0.4 * BASELINE))
    assert world.actors["cash"][CUSTOMERS] == CUSTOMERS * cents(PRICE - COST)


@pytest.mark.parametrize("orders", [0.0, 0.25, 1.0])
def test_a_department_that_is_commanded_has_no_goodwill(orders: float) -> None:
    world = plain(departments={"kitchen": {**TIER, "orders": orders}})
    live(world, 1)
    assert exactly(world.ties["gpos"][CUSTOMERS, :1], 1.0 - orders)
