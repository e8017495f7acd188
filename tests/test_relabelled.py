"""The same market told in another way lives the same life: other rows, slots, names, axes, currency, or pieces."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.config import Market
from sim.network import FIRM
from sim.records import NOBODY
from sim.rules import step
from sim.state import World
from sim.totals import amounts
from tests.relabelling import (
    STILL,
    TOLERANCE,
    Life,
    Tried,
    as_in,
    by_provider,
    changed,
    copy,
    live,
    market_of,
    numbers,
    still_world_of,
    transplant,
    world_of,
)


def shuffled(world: World, number: int) -> NDArray:
    """Return a new row for every actor, among those of its kind."""
    luck, rows = np.random.default_rng(number), np.arange(len(world.actors))
    for kind in np.unique(world.actors["kind"]):
        mine = world.actors["kind"] == kind
        rows[mine] = luck.permutation(rows[mine])
    return rows


def rearrange(world: World, number: int) -> None:
    """Let every buyer keep its providers in other slots: own ones and the platform's each among themselves."""
    luck, own = np.random.default_rng(number), world.ties.shape[1] - int(world.market["platform_slots"][0])
    for i, ties in enumerate(world.ties):
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
            other.clock["period"] += 1000
            tried.same(number, by_provider(live(world)), by_provider(live(other)), ("key", "period"))


def test_the_order_of_strategies_does_not_matter() -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number, mutation=0.0)
            order = np.random.default_rng(number).permutation(len(world.strategies))
            other = copy(world)
            other.strategies[:] = world.strategies[order]
            other.actors["strategy"] = np.argsort(order)[world.actors["strategy"]]
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
            world = world_of(number, **STILL)
            other = copy(world)
            for points in (other.needs, other.offerings):
                points[:, 0] = 1.0 - points[:, 0]
                points[:] = np.roll(points, 1, axis=1)
            tried.same(number, live(world), live(other), ("trend", "needs", "offerings"), TOLERANCE)


def test_a_need_everybody_meets_does_not_matter() -> None:
    with Tried() as tried:
        for number in numbers():
            world = world_of(number, **STILL)
            dimensions = world.needs.shape[1]
            wider = world_of(number, **STILL, dimensions=dimensions + 1)
            for points, known in ((wider.needs, world.needs), (wider.offerings, world.offerings)):
                points[:, :dimensions], points[:, dimensions:] = known, 0.5
            tried.same(number, live(world), live(wider), ("trend", "needs", "offerings"))


# more of the same


def doubled(market: Market) -> Market:
    """Return a market with twice as many of everybody."""
    sizes = {"customers": market.customers.customers, "firms": market.providers.firms}
    sizes |= {"partners": market.partners.partners}
    share = market.peers / market.customers.customers
    return changed(market, **{name: 2 * size for name, size in sizes.items()}, peer_share=share)


def halves(world: World, twice: World) -> NDArray:
    """Return the rows of two copies of `world` in a world twice as large, the second behind the first in each kind."""
    rows = np.full((2, len(world.actors)), len(twice.actors) - 1)
    for kind in np.unique(world.actors["kind"])[:-1]:
        rows[:, world.actors["kind"] == kind] = np.split(np.flatnonzero(twice.actors["kind"] == kind), 2)
    return rows


def test_two_markets_that_never_meet_live_as_each_would_alone() -> None:
    with Tried() as tried:
        for number in numbers():
            market = changed(market_of(number), platform_slots=0)
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
    off = {"market": "random", "imitate": 0.0, "credit": 1e9}
    with Tried() as tried:
        for number in numbers():
            world = world_of(number, **off)
            firms = int(world.market["firms"][0])
            larger = world_of(number, **off, firms=firms + 1)
            rows = np.arange(len(world.actors))
            rows[world.actors["kind"] > FIRM] += 1
            larger.actors["ally"] = NOBODY
            transplant(world, larger, rows)
            larger = larger._replace(reach_start=world.reach_start.copy(), reach=world.reach.copy())
            one, other = live(world), live(larger)
            assert other.world.tallies["served"][world.ties.shape[0] + firms] == 0
            tried.same(number, one, as_in(world, other, rows), ("totals",))


def test_partners_who_add_nothing_and_get_nothing_bear_only_their_own_cost() -> None:
    with Tried() as tried:
        for number in numbers():
            without = world_of(number, complement=0.0, revenue_share=0.0, partners=0)
            firms = int(without.market["firms"][0])
            joined = world_of(number, complement=0.0, revenue_share=0.0, partners=firms)
            rows = np.r_[: len(without.actors) - 1, len(joined.actors) - 1]
            joined.actors[-1], joined.offerings[-1] = without.actors[-1], without.offerings[-1]  # who it is, is drawn
            one, other = live(without), live(joined)
            own = ("ally", "alliances", "outside", "partner_cost", "partner_margin", "gain_partners", "totals.cost")
            tried.same(number, one, as_in(without, other, rows), own)
            cost = (other.totals["cost"] - one.totals["cost"]).sum(axis=1)
            np.testing.assert_allclose(other.totals["gain_partners"].sum(axis=1), -cost, TOLERANCE, TOLERANCE)


def test_a_capacity_nobody_reaches_is_no_limit() -> None:
    with Tried() as tried:
        for number in numbers():
            limited, free = world_of(number), world_of(number)
            limited.actors["capacity"], free.actors["capacity"] = len(limited.ties), 0
            tried.same(number, live(limited), live(free), ("capacity",))
