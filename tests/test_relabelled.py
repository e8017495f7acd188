"""The same market told in another way lives the same life: other rows, slots, names, axes, currency, or pieces."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.config import Market
from sim.create import create
from sim.records import NOBODY
from sim.relations import own_slots
from sim.rules import step
from sim.state import World
from sim.totals import amounts
from tests.calling import from_python
from tests.relabelling import (
    NO_PLATFORM,
    STILL,
    TOLERANCE,
    Life,
    Tried,
    as_in,
    by_provider,
    changed,
    copy,
    customers_of,
    groups,
    larger_places,
    live,
    market_of,
    numbers,
    still_world_of,
    transplant,
    world_of,
)

slots_of_its_own = from_python(own_slots)
AMONG_FIRMS = ("supplier failure", "betrayal", "new entrant")  # shocks that hit one of a list of firms
POINTS = ("trend", "needs", "end_needs", "offerings")


def shuffled(world: World, number: int) -> NDArray:
    """Return a new row for every actor, among those of its group; departments go with their firms."""
    luck, rows = np.random.default_rng(number), np.arange(len(world.actors))
    kinds, sellers = groups(world), world.tiers[0]
    for kind in np.unique(kinds):
        mine = kinds == kind
        rows[mine] = luck.permutation(rows[mine])
    order = rows[sellers.row : sellers.row + sellers.firms] - sellers.row
    for tier in world.tiers[world.tiers["internal"] == 1]:
        rows[tier.row : tier.row + tier.firms] = tier.row + order
    return rows


def rearrange(world: World, number: int) -> None:
    """Let every buyer keep its providers in other slots: own ones and the platform's each among themselves."""
    luck = np.random.default_rng(number)
    for i, ties in enumerate(world.ties):
        own = slots_of_its_own(world, i)
        order = np.concatenate((luck.permutation(own), own + luck.permutation(len(ties) - own)))
        ties[:] = ties[order]
        if world.actors["current"][i] != NOBODY:
            world.actors["current"][i] = np.argsort(order)[world.actors["current"][i]]


# slots, rows, names


@pytest.mark.parametrize("lived", [0, 6])
def test_the_slots_providers_sit_in_do_not_matter(lived: int) -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number)
            for _ in range(lived):
                step(world)
            other = copy(world)
            rearrange(other, number)
            tried.same(number, by_provider(live(world)), by_provider(live(other)), (), TOLERANCE)


def test_rows_do_not_matter_where_nothing_is_left_to_chance() -> None:
    with Tried() as tried:
        for number in numbers():
            world = still_world_of(market_of(number), number)
            rows = shuffled(world, number)
            other = copy(world)
            transplant(world, other, rows)
            one, moved = by_provider(live(world)), by_provider(as_in(world, live(other), rows))
            tried.same(number, one, moved, (), TOLERANCE)


def test_seeds_do_not_matter_where_nothing_is_left_to_chance() -> None:
    with Tried() as tried:
        for number in numbers():
            world = still_world_of(market_of(number), number)
            other = copy(world)
            other.clock["key"] += 1
            for array, field in ((other.clock, "period"), (other.actors, "arrived"), (other.shocks, "period")):
                array[field] += 1000
            other.shocks["end"] += 1000
            tried.same(number, by_provider(live(world)), by_provider(live(other)), ("key", "period", "arrived"))


def test_the_order_of_strategies_does_not_matter() -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number, mutation=0.0)
            order = np.random.default_rng(number).permutation(len(world.strategies))
            other = copy(world)
            other.strategies[:] = world.strategies[order]
            for array in (other.actors, other.shocks):
                named = array["strategy"] != NOBODY
                array["strategy"][named] = np.argsort(order)[array["strategy"][named]]
            one, moved = live(world), live(other)
            assert (order[moved.world.actors["strategy"]] == world.actors["strategy"]).all()
            renumbered = Life(moved.world, moved.totals[:, [*np.argsort(order), -1]])
            tried.same(number, one, renumbered, ("strategy",))


def test_two_names_for_one_strategy_are_one() -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number)
            world.strategies[1] = world.strategies[0]
            other = copy(world)
            other.actors["strategy"][world.actors["strategy"] == 1] = 0
            tried.same(number, live(world), live(other), ("strategy", "totals"))


def test_axes_of_needs_have_no_names_and_no_directions() -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number, **STILL, without=("new entrant",))  # its offering is drawn
            other = copy(world)
            for points in (other.needs, other.offerings):
                points[:, 0] = 1.0 - points[:, 0]
                points[:] = np.roll(points, 1, axis=1)
            other.trend[0] *= -1
            other.trend[:] = np.roll(other.trend, 1)
            tried.same(number, live(world), live(other), POINTS, TOLERANCE)


def test_a_need_everybody_meets_does_not_matter() -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number, **STILL, without=("need jump", "new entrant"))
            dimensions = world.needs.shape[1]
            wider = world_of(number, **STILL, without=("need jump", "new entrant"), dimensions=dimensions + 1)
            for points, known in ((wider.needs, world.needs), (wider.offerings, world.offerings)):
                points[:, :dimensions], points[:, dimensions:] = known, 0.5
            tried.same(number, live(world), live(wider), POINTS)


# more of the same


def doubled(market: Market) -> Market:
    """Return a market with twice as many of everybody."""
    sizes = {"customers": market.customers.customers, "firms": market.providers.firms}
    sizes |= {"partners": market.partners.partners}
    share = market.peers / market.customers.customers
    chain = {name: tier.model_dump() | {"firms": 2 * tier.firms} for name, tier in market.chain.items()}
    return changed(market, **{name: 2 * size for name, size in sizes.items()}, peer_share=share, chain=chain)


def halves(world: World, twice: World) -> NDArray:
    """Return the rows of two copies of `world` in a world twice as large, the second behind the first in each kind."""
    rows = np.full((2, len(world.actors)), len(twice.actors) - 1)
    ours, theirs = groups(world), groups(twice)
    for kind in np.unique(ours[:-1]):
        rows[:, ours == kind] = np.split(np.flatnonzero(theirs == kind), 2)
    return rows


def test_two_markets_that_never_meet_live_as_each_would_alone() -> None:
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), **NO_PLATFORM)
            world = still_world_of(market, number)
            twice = still_world_of(doubled(market), number)
            places = halves(world, twice)
            for rows in places:
                transplant(world, twice, rows)
            one, both = live(world), live(twice)
            for rows in places:
                tried.same(number, one, as_in(world, both, rows), ("totals", "outside"))
            assert both.world.clock["outside"] == 2 * one.world.clock["outside"]
            np.testing.assert_allclose(amounts(both.totals), 2 * amounts(one.totals), TOLERANCE, TOLERANCE)


def test_a_firm_nobody_can_find_changes_nothing() -> None:
    """It shifts the rows above, on which draws depend: of a chain only the highest tier, of one firm, has no draws."""
    off = {"market": "random", "imitate": 0.0, "mutation": 0.0, "credit": 1e9, "advertising": 0.0, "joining": 0.0}
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), **off, without=AMONG_FIRMS, departments={})
            highest = {name: tier.model_dump() | {"firms": 1} for name, tier in [*market.chain.items()][:1]}
            market = changed(market, chain=highest)
            firms = market.providers.firms
            world, larger = create(market, number), create(changed(market, firms=firms + 1), number)
            rows = larger_places(world, larger)
            larger.actors["partners"] = 0
            room = np.zeros((firms + 1, world.alliances.shape[1]), world.alliances.dtype)
            larger = larger._replace(reach_start=world.reach_start.copy(), reach=world.reach.copy(), alliances=room)
            transplant(world, larger, rows)
            one, other = live(world), live(larger)
            assert other.world.tallies["served"][customers_of(world) + firms] == 0
            tried.same(number, one, as_in(world, other, rows), ("totals",))


@pytest.mark.parametrize("effort", [0.0, 0.7])
def test_partners_who_add_nothing_and_get_nothing_bear_only_their_own_cost(effort: float) -> None:
    """They shift the couriers' rows, who therefore may not reconsider. Those who make no effort have no cost."""
    nothing = {"complement": 0.0, "revenue_share": 0.0, "joining": 0.0}
    own = ("partners", "partner_cost", "partner_margin", "gain_partners")
    spent = 0.0
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), **nothing, partners=0)
            strategies = market.model_dump()["strategies"]
            market = changed(market, strategies={**strategies, "helper": {"effort": effort}})
            joint = changed(market, partners=market.providers.firms + 1, partner_strategies={"helper": 1.0})
            without, joined = create(market, number), create(joint, number)
            rows, having = larger_places(without, joined), joined.actors["partners"].copy()
            transplant(without, joined, rows)
            joined.actors["partners"] = having
            one, other = live(without), live(joined)
            paid = ("alliances", "outside", "totals.cost") if effort else ("alliances",)
            tried.same(number, one, as_in(without, other, rows), own + paid)
            cost = (other.totals["cost"] - one.totals["cost"]).sum(axis=1)
            np.testing.assert_allclose(other.totals["gain_partners"].sum(axis=1), -cost, TOLERANCE, TOLERANCE)
            spent += cost.sum()
    assert (spent > 0) == (effort > 0)


def test_a_capacity_nobody_reaches_is_no_limit() -> None:
    with Tried() as tried:
        for number in numbers():
            limited, free = world_of(number), world_of(number)
            limited.actors["capacity"], free.actors["capacity"] = len(limited.ties), 0
            tried.same(number, live(limited), live(free), ("capacity",))
