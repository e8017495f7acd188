"""How a world is made: first state, imported relationships, generated networks."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.scenario import load
from sim.config import Customers, Market, Networks, Providers, Strategy
from sim.create import create
from sim.network import CUSTOMER, FIRM, KINDS, PEER, Network, friendships, reach
from sim.records import FIXED, NOBODY
from tests.worlds import world_of

SEEN = Network(
    names=("Ada", "Bo", "Cy", "Mill", "Shop", "Cafe"),
    kinds=np.array([PEER, CUSTOMER, CUSTOMER, FIRM, FIRM, FIRM], np.int8),
    strategies=("", "", "", "", "b", ""),
    buyers=np.array([1, 1, 1, 0, 2], np.int32),
    providers=np.array([3, 4, 0, 3, 3], np.int32),
    trust=np.array([0.75, np.nan, 0.5, 1.0, 0.25]),
)


def imported(network: Network = SEEN, slots: int = 2, **changes: object) -> Market:
    """Return a market for the network above."""
    return Market(
        customers=Customers(customers=3, slots=slots),
        providers=Providers(firms=3, peer_share=1 / 3, firm_strategies={"a": 1.0}, peer_strategies={"a": 1.0}),
        networks=Networks(social="imported", market="imported"),
        strategies={"a": Strategy(), "b": Strategy(markup=0.5)},
        **changes,
    )


def test_imported_relationships_are_evidence_and_ratings() -> None:
    world = create(imported(), 1, SEEN)
    latest, before = world.ties[1]
    assert (latest.provider, latest.origin, latest.pos, latest.neg) == (0, FIXED, 1.0, 1.0)
    assert (before.provider, before.pos, before.neg, before.trust) == (4, 0.0, 0.0, 0.5)  # no evidence
    assert world.ties[0, 0].provider == 3 and world.ties[0, 0].trust == pytest.approx(3 / 4)
    # The mill is rated by all three, also by Bo, whose slots it no longer fits in: 2 * (0.75 + 1 + 0.25).
    assert (world.actors["rating_pos"][3], world.actors["rating_neg"][3]) == (4.0, 2.0)


def test_imported_buyers_find_and_talk_to_whom_they_know() -> None:
    world = create(imported(), 1, SEEN)
    found = [world.reach[world.reach_start[i] : world.reach_start[i + 1]].tolist() for i in range(3)]
    assert found == [[3], [0, 3, 4], [3]]
    friends = [world.friends[world.friends_start[i] : world.friends_start[i + 1]].tolist() for i in range(3)]
    assert friends == [[1], [0], []]


def test_imported_strategies_stand_and_others_follow_the_market() -> None:
    assert create(imported(), 1, SEEN).actors["strategy"].tolist()[3:6] == [0, 1, 0]


@pytest.mark.parametrize(
    ("market", "network", "sentence"),
    [
        (imported(), None, "needs a network file"),
        (load("transactional").market, SEEN, "differ from the imported network"),
    ],
)
def test_a_market_and_a_network_must_agree(market: Market, network: Network | None, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        create(market, 1, network)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "1", True])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed = .* is not a whole number from 0 to 2\*\*64 - 1"):
        create(load("transactional").market, seed)  # type: ignore[arg-type]


def test_nobody_has_met_anybody_before_the_first_period() -> None:
    assert (world_of().encounters["slot"] == NOBODY).all()


def test_a_relationship_is_imported_once() -> None:
    twice = replace(SEEN, buyers=SEEN.buyers[[0, 0]], providers=SEEN.providers[[0, 0]], trust=SEEN.trust[[0, 0]])
    with pytest.raises(ValueError, match="twice to the same provider"):
        create(imported(), 1, twice)


def test_slots_are_filled_with_different_providers_as_far_as_there_are_any() -> None:
    for firms, filled in ((20, 6), (6, 6), (4, 4), (1, 1)):
        known = world_of(firms=firms).ties["provider"]
        assert ((known != NOBODY).sum(axis=1) == filled).all()
        assert all(len(set(row[row != NOBODY])) == filled for row in known)


def test_a_first_state_is_uniform() -> None:
    world = create(load("transactional", {"customers": 4000, "firms": 400}).market, 3)
    assert world.needs.mean() == pytest.approx(0.5, abs=0.02)
    quality = world.actors["capability"][world.providers]
    assert (quality.min(), quality.max()) == (pytest.approx(0.7, abs=0.01), pytest.approx(1.0, abs=0.01))
    assert world.actors["consents"][:4000].mean() == pytest.approx(0.7, abs=0.03)
    capacity = create(load("platform").market, 1).actors["capacity"][:200]
    assert set(capacity.tolist()) == {1, 2, 3}


@pytest.mark.parametrize(("kind", "spread"), [("small-world", (0, 3)), ("random", (1.5, 4)), ("scale-free", (5, 99))])
def test_social_networks_have_their_degree_and_their_shape(kind: str, spread: tuple[float, float]) -> None:
    start, friends = friendships(kind, np.uint64(1), 2000, 6, 0.1)
    degree = np.diff(start)
    assert degree.mean() == pytest.approx(6, rel=0.05)
    assert spread[0] < degree.std() < spread[1]
    pairs = {(i, int(j)) for i in range(2000) for j in friends[start[i] : start[i + 1]]}
    assert all((j, i) in pairs and i != j for i, j in pairs)


def test_no_social_network_means_no_friends() -> None:
    assert len(friendships("none", np.uint64(1), 50, 6, 0.1)[1]) == 0


@pytest.mark.parametrize(("kind", "concentrated"), [("random", False), ("small-world", False), ("scale-free", True)])
def test_market_networks_limit_whom_a_buyer_finds(kind: str, concentrated: bool) -> None:
    start, found = reach(kind, np.uint64(1), 1000, 100, 5, 0.1)
    assert len(start) == 1001 and np.diff(start).max() <= 5 and set(found) <= set(range(100))
    popularity = np.bincount(found, minlength=100)
    assert bool(popularity.max() > 3 * popularity.mean()) is concentrated


def test_kinds_are_named_in_the_order_of_their_numbers() -> None:
    assert [KINDS[kind] for kind in (CUSTOMER, PEER, FIRM)] == ["customer", "peer", "firm"]
