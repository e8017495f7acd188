"""Beta reputation and EigenTrust (R12), and the image score: in worlds, against numbers counted and solved apart."""

import numpy as np
import pytest
from scipy.linalg import eig

from scenarios.replication import Preset, measure_of, read_replication
from scenarios.replications.reputation_systems import matrix, misjudged
from scenarios.scenario import load
from sim.create import create
from sim.ensemble import run
from sim.records import NOBODY
from sim.relations import rating
from sim.rules import step
from sim.state import World, check
from sim.variants.talk.eigentrust import find_global_trust
from sim.variants.talk.image_score import image
from tests.crowd import everybody
from tests.reference.lively import lively
from tests.test_variants import with_rules

NAME = "reputation-systems"
PLAIN = everybody()


def test_the_numbers_of_the_papers():
    ours = measure_of(NAME)(Preset(NAME))
    checks = read_replication(NAME).checks
    assert {one.measure for one in checks} == set(ours)
    assert [one.measure for one in checks if not one.passes(ours[one.measure])] == []


def test_what_is_compared_is_there():
    """Good and bad encounters with several providers; peers whom trust tells apart; a wrong rating is seen."""
    world = run(load(NAME).market, 1).world
    met = (world.ties["pos"] > 0) & (world.ties["neg"] > 0)
    assert met.mean() > 0.9 and len(np.unique(world.ties["trust"])) > 50
    peers = run(load(f"{NAME}:peers").market, 1).world
    shown = rating_of(peers, peers.providers)
    assert shown.max() > 0.6 and shown.min() < 0.4 and misjudged(peers) < 1e-8
    peers.actors["rating_pos"][peers.providers[0]] *= 1.001
    assert misjudged(peers) > 1e-7


def rating_of(world: World, rows: np.ndarray) -> np.ndarray:
    return np.array([rating(world.actors[j]) for j in rows])


@pytest.mark.parametrize("seed", range(1, 9))
def test_global_trust_is_the_principal_eigenvector_in_any_market(seed):
    """Firms, chains, partners, couriers, platforms: who only buys or only sells takes part too."""
    world = run(with_rules(lively(seed), talk="eigentrust", adapt="off"), seed).world
    assert check(world) == []
    trusted = np.zeros(len(world.actors))
    find_global_trust(world, np.zeros(len(trusted)), trusted, np.zeros(len(trusted)))
    whole = matrix(world)
    values, vectors = eig(whole.T)
    principal = np.abs(vectors[:, np.argmax(np.abs(values))])
    assert np.abs(values).max() == pytest.approx(1, abs=1e-12)
    assert trusted[: len(whole)] == pytest.approx(principal / principal.sum(), abs=1e-8)
    assert not trusted[len(whole) :].any()
    if len(world.providers):
        odds = world.actors["rating_pos"][world.providers] / world.actors["rating_neg"][world.providers]
        assert odds == pytest.approx(trusted[world.providers] / trusted[world.providers].mean(), rel=1e-9)


def test_who_is_trusted_by_the_trusted_is_trusted_more():
    """Two peers with the same trust from one peer each: it counts whose it is. Bad encounters count as none."""
    world = create(load(f"{NAME}:peers", {"customers": 6}).market, 1)
    world.ties["provider"] = NOBODY
    for buyer, provider, pos, neg in (
        (0, 1, 1, 0),
        (2, 1, 1, 0),
        (3, 1, 1, 0),
        (1, 4, 2, 1),
        (0, 5, 0, 1),
        (5, 0, 3, 0),
    ):
        slot = int(np.argmin(world.ties["provider"][buyer] != NOBODY))
        world.ties[buyer, slot].provider = provider
        world.ties[buyer, slot].pos, world.ties[buyer, slot].neg = pos, neg
    trusted = np.zeros(len(world.actors))
    find_global_trust(world, np.zeros(len(trusted)), trusted, np.zeros(len(trusted)))
    one, two, three, four, five, six = trusted[:6]
    assert trusted.sum() == pytest.approx(1) and five > two
    assert two > one > three == four  # five is trusted by two, whom three trust; one by six, whom nobody trusts
    assert six == pytest.approx(three)  # bad encounters only


@pytest.mark.parametrize("restart", [0.01, 1.0])
def test_the_ends_of_the_restart(restart):
    """At 0.01 it still converges; at 1 everybody is trusted alike."""
    world = run(
        with_rules(load(f"{NAME}:peers", {"restart": restart, "periods": 20}).market, talk="eigentrust"), 4
    ).world
    assert misjudged(world) < 1e-8
    if restart == 1.0:
        assert rating_of(world, world.providers) == pytest.approx(0.5)


def test_an_image_score_moves_by_what_was_seen():
    world = create(with_rules(PLAIN, talk="image-score"), 3)
    scores = {int(j): 0 for j in world.providers}
    reached = set()
    for _ in range(15):
        step(world)
        assert check(world) == []
        for j in world.providers:
            mine = world.encounters[(world.encounters["provider"] == j) & (world.encounters["left"] == 0)]
            good = np.sum(mine["satisfaction"] > 0.5)
            scores[int(j)] = int(np.clip(scores[int(j)] + 2 * good - len(mine), -5, 5))
            assert image(world.actors[j]) == scores[int(j)]
            assert rating(world.actors[j]) == pytest.approx((0.8 * (scores[int(j)] + 5) + 1) / 10)
        reached |= set(scores.values())
    assert {-2, -1, 0, 1, 2, 5} <= reached


@pytest.mark.parametrize("seen", [0.0, 0.3])
def test_what_nobody_sees_changes_no_score(seen):
    market = with_rules(
        load("partnership", {"customers": 400, "firms": 200, "periods": 1, "seen": seen}).market, talk="image-score"
    )
    world = run(market, 2).world
    sold = world.providers[world.tallies["served"][world.providers] == 1]
    moved = np.array([image(world.actors[j]) != 0 for j in sold])
    assert len(sold) > 40 and abs(moved.mean() - seen) < 0.2
    assert seen > 0 or not moved.any()


def test_ratings_from_elsewhere_are_read_as_the_nearest_score():
    world = create(PLAIN, 1)
    for pos, neg, score in ((0, 0, 0), (8, 0, 5), (0, 8, -5), (100, 3, 5), (2.0, 0.0, 1), (0.5, 0.4, 0)):
        world.actors[0].rating_pos, world.actors[0].rating_neg = pos, neg
        assert image(world.actors[0]) == score
