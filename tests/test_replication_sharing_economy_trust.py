"""Trust in the sharing economy (R08): the published shares, the game's table, neighbours and meetings."""

import numpy as np
import pytest

from scenarios.replication import Preset, read_replication
from scenarios.replications.sharing_economy_trust import COMMUNITIES, communities, measure, on, peers
from scenarios.scenario import load
from sim.create import create
from sim.records import FIXED, NOBODY
from sim.rules import SCHEDULE, in_order, step
from sim.state import World, check

NAME = "sharing-economy-trust"
REPLICATION = read_replication(NAME)
TABLE = np.array([[0, 0, 24, -20], [0, 0, 10, 10], [24, -10, 0, 0], [40, -10, 0, 0]])  # TP, UP, TC, UC against each


@pytest.fixture(scope="module")
def ours():
    return measure(Preset(NAME))


@pytest.mark.parametrize("one", REPLICATION.checks, ids=lambda one: one.measure)
def test_what_was_published_comes_out(ours, one):
    assert one.passes(ours[one.measure]), ours


def world_of(seed: int = 2, **settings: object) -> World:
    return create(load(NAME, {"customers": 80, **settings}).market, seed)


def through(world: World, last: str) -> None:
    """Run a period up to a rule."""
    world.clock["period"] += 1
    for turn in in_order(world):
        turn.take()
        if turn.rule.__name__ == last:
            return


def test_the_game_pays_as_its_table_says():
    world = world_of()
    through(world, "offer")
    strategy = world.actors["strategy"]
    i, s = np.nonzero(world.ties["provider"] != NOBODY)
    ties = world.ties[i, s]
    assert np.array_equal(ties["value"] - ties["price"], TABLE[strategy[i], strategy[ties["provider"]]])
    assert set(ties["price"]) == {20.0} and ties["value"].min() == 0.0
    assert len(set(zip(strategy[i].tolist(), strategy[ties["provider"]].tolist(), strict=True))) == 16


def test_people_know_their_friends_and_nobody_else():
    world = world_of()
    through(world, "meet")
    for i in range(80):
        friends = world.friends[world.friends_start[i] : world.friends_start[i + 1]].tolist()
        known = world.ties["provider"][i]
        assert sorted(known[known != NOBODY].tolist()) == friends
        assert (world.ties["origin"][i][known != NOBODY] == FIXED).all()


def test_all_meetings_are_paid_and_add_up():
    world = world_of(meetings=50, cost=7.0)
    rules = [rule.__name__ for rule in SCHEDULE]
    through(world, "settle")
    assert rules.index("settle") > rules.index("deliver")
    met = world.encounters["slot"] != NOBODY
    assert met.all()
    assert np.allclose(world.encounters["price"], 50 * 7.0)
    assert np.allclose(world.encounters["margin"], 0.0)
    assert np.allclose(world.actors["gains"][:80], world.encounters["value"] - world.encounters["price"])
    assert (world.clock["outside"] == 80 * 50 * 700).all()
    assert check(world) == []


def test_meetings_are_with_all_friends_alike():
    """The mean gain of many meetings is that of an even choice."""
    world = world_of(meetings=1000)
    for _ in range(4):
        through(world, "settle")
        known = world.ties["provider"] != NOBODY
        even = ((world.ties["value"] - world.ties["price"]) * known).sum(axis=1) / known.sum(axis=1)
        gained = (world.encounters["value"] - world.encounters["price"]) / 1000
        assert np.abs(gained - even).max() < 20 * 5 / np.sqrt(1000)


def test_only_neighbours_are_imitated():
    world = world_of(selection=1.0)
    for _ in range(10):
        before = world.actors["strategy"][:80].copy()
        step(world)
        assert check(world) == []
        for i in np.flatnonzero(world.actors["strategy"][:80] != before):
            friends = world.friends[world.friends_start[i] : world.friends_start[i + 1]]
            better = friends[world.actors["profit"][friends] > world.actors["profit"][i]]
            assert world.actors["strategy"][i] in before[better]


@pytest.mark.parametrize("degree", [4, 12, 22])
def test_a_network_of_communities(degree):
    inside = []
    for rewiring in (0.0, 0.1, 1.0):
        links = communities(5, 512, degree, rewiring)
        assert links == communities(5, 512, degree, rewiring) != communities(6, 512, degree, rewiring)
        assert all(i in links[j] and i != j for i, others in enumerate(links) for j in others)
        assert np.mean([len(others) for others in links]) == pytest.approx(degree, rel=0.02)
        own = [(i - j) % COMMUNITIES == 0 for i, others in enumerate(links) for j in others]
        inside.append(np.mean(own))
    assert inside[0] > 0.95 > inside[1] > 0.7 > 0.15 > inside[2]


def test_the_market_stands_on_that_network():
    market, links = load(NAME).market, communities(1, 512, 6, 0.1)
    market = on(market, links)
    world = create(market, 1, peers(1, links, list(market.strategies)))
    step(world)
    for i, others in enumerate(links):
        known = world.ties["provider"][i]
        assert set(known[known != NOBODY].tolist()) == others
    assert np.bincount(world.actors["strategy"][:512]).min() > 90
