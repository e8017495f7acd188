"""Tit for tat (R07): the published thresholds, and the rules behind them, act by act."""

import numpy as np
import pytest

from scenarios.replication import Preset, read_replication
from scenarios.replications.tit_for_tat import NAMES, measure, root
from scenarios.scenario import load
from sim.create import create
from sim.period import advance
from sim.rules import step
from sim.state import World, check
from sim.totals import TOTALS
from sim.variants.evidence import as_number
from tests.calling import from_python

NAME = "tit-for-tat"
REPLICATION = read_replication(NAME)
PAYOFFS = {(1, 1): (3, 3), (1, 0): (0, 5), (0, 1): (5, 0), (0, 0): (1, 1)}  # by the acts of buyer and provider
EVEN = dict.fromkeys(NAMES, 1 / 3)
number = from_python(as_number)


@pytest.fixture(scope="module")
def ours():
    return measure(Preset(NAME))


@pytest.mark.parametrize("one", REPLICATION.checks, ids=lambda one: one.measure)
def test_what_was_published_comes_out(ours, one):
    assert one.passes(ours[one.measure]), ours


def test_everything_measured_is_checked(ours):
    assert list(ours) == [one.measure for one in REPLICATION.checks]


def world_of(**settings: object) -> World:
    calm = {"customers": 60, "turnover": 0.0, "imitate": 0.0, "peer_strategies": EVEN}
    return create(load(NAME, calm | settings).market, 3)


def act(name: str, period: int, seen: int) -> int:
    """Return what a strategy does by its description: `seen` is the other's last act, 1 at first."""
    willing = {"tit-for-tat": 1, "always-defect": 0, "alternation": period % 2}[name]
    return willing * seen


def test_every_relation_is_played_as_the_strategies_say():
    world = world_of()
    mine = world.actors["strategy"][:60].tolist()
    seen = [(1, 1)] * 60
    for period in range(1, 13):
        advance(world, np.zeros((1, 4), TOTALS))
        assert check(world) == []
        for i, deal in enumerate(world.encounters):
            buyer, provider = NAMES[mine[i]], NAMES[mine[deal["provider"]]]
            acts = act(buyer, period, seen[i][1]), act(provider, period, seen[i][0])
            assert (deal["value"] - deal["price"], deal["margin"]) == PAYOFFS[acts], (period, buyer, provider)
            seen[i] = acts


def test_what_is_gained_moves_in_cents():
    world = world_of()
    before = world.actors["cash"].copy()
    step(world)
    earned = np.bincount(world.encounters["provider"], world.encounters["margin"], len(before))
    paid = np.append(world.encounters["price"], np.zeros(len(before) - 60))
    assert np.array_equal(world.actors["cash"] - before, np.round(100 * (earned - paid)).astype(int))


def test_memory_between_the_last_act_and_all_of_them():
    """T <- memory*T + (1 - memory)*effort from T = 1, effort = 1 - reciprocity*(1 - T)."""
    world = world_of(memory=0.75, reciprocity=0.4)
    expected = np.ones(60)
    defects = world.actors["strategy"][world.ties["provider"][:, 0]] == 1
    for _ in range(6):
        step(world)
        expected = np.where(defects, 0.75 * expected, expected)
        kept = np.array([number(tie["pos"], tie["neg"])[0] for tie in world.ties[:, 0]])
        assert np.allclose(kept[defects], expected[defects])
        assert np.allclose(world.ties["trust"][:, 0], kept)


def test_graded_efforts_pay_in_proportion():
    world = world_of(reciprocity=0.4, peer_strategies={"tit-for-tat": 0.5, "always-defect": 0.5})
    for _ in range(2):
        step(world)
    strategy = world.actors["strategy"]
    pair = [(strategy[i], strategy[deal["provider"]]) for i, deal in enumerate(world.encounters)]
    gained = world.encounters["value"] - world.encounters["price"]
    expected = {(0, 0): 3.0, (1, 1): 1.0, (0, 1): 0.6 * 0 + 0.4 * 1, (1, 0): 0.6 * 5 + 0.4 * 1}
    assert np.allclose(gained, [expected[one] for one in pair])


def test_only_who_gains_more_is_copied_and_in_proportion():
    """P(copy) = selection*(profit of the other - own), of anybody with the same chance."""
    moved, expected = 0, 0.0
    alone = {"reciprocity": 0.0, "turnover": 1.0, "imitate": 1.0, "selection": 0.1, "peer_strategies": EVEN}
    market = load(NAME, alone).market
    for seed in range(20):
        world = create(market, seed)
        before = world.actors["strategy"][:2000].copy()
        step(world)
        after, profit = world.actors["strategy"][:2000], world.actors["profit"][:2000]
        for i in np.flatnonzero(after != before):
            assert profit[before == after[i]].max() > profit[i]
        chances = np.clip(0.1 * (profit[None, :] - profit[:, None]), 0.0, 1.0)
        expected += np.where(before[:, None] != before[None, :], chances, 0.0).sum() / 1999
        moved += np.count_nonzero(after != before)
    assert moved / expected == pytest.approx(1.0, abs=0.04)


def test_the_search_finds_where_a_line_turns_and_says_so_where_none_does():
    assert root(lambda x: x**3 - 0.125, 0.0, 1.0) == pytest.approx(0.5, abs=0.01)
    assert np.isnan(root(lambda x: x + 1.0, 0.0, 1.0))
