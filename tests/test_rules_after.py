"""Delivering, paying, learning and judging: each rule against its equation, worked out by hand on small worlds."""

from collections.abc import Callable

import numpy as np
import pytest

from sim.config import Market
from sim.ensemble import run
from sim.records import BY_PLATFORM, NOBODY, OWN
from sim.rules import SCHEDULE, step
from sim.rules.adapt import adapt
from sim.rules.deliver import deliver
from sim.rules.learn import learn
from sim.rules.meet import meet
from sim.rules.settle import cents, part_of, settle
from sim.rules.talk import talk
from sim.rules.trust import content, reward, trust
from sim.rules.trust import unfairness as unfairness_
from sim.state import World
from tests.calling import from_python
from tests.worlds import appraise, fill, through, world_of

unfairness = from_python(unfairness_)


# deliver, settle


def test_incidents_cost_value_and_repairs_save_it() -> None:
    world = through(world_of(incident=1.0, noise=0.0, roles_effect=0.0), deliver)
    met = world.encounters[world.encounters["slot"] != NOBODY]
    values = world.ties["value"][np.flatnonzero(world.encounters["slot"] != NOBODY), met["slot"]]
    assert (met["incident"] == 1).all()
    kept = np.where(met["repaired"] == 1, 0.95, 0.3)
    assert np.allclose(met["value"], values * kept)


def test_what_skill_and_insight_make_is_told_apart() -> None:
    world = through(world_of("partnership", noise=0.0, incident=0.0), meet)
    strangers = World(*(array.copy() for array in world))
    world.ties["skill"], world.ties["insight"] = 0.6, 0.7
    for rule in SCHEDULE[2:5]:
        rule(world)
    SCHEDULE[2](strangers)
    met = np.flatnonzero(world.encounters["slot"] != NOBODY)
    at = met, world.encounters["slot"][met]
    assert (world.encounters["relational"][met] > 0).all()
    assert np.allclose(world.encounters["relational"][met], world.ties["value"][at] - strangers.ties["value"][at])


def test_who_stays_and_who_is_new_is_told() -> None:
    world, served, before = world_of(turnover=0.0), np.zeros(30, int), np.full(30, NOBODY)
    for _ in range(12):
        step(world)
        met = world.encounters["slot"] != NOBODY
        assert np.array_equal(world.encounters["first"] == 1, met & (served == 0))
        assert np.array_equal(world.encounters["retained"] == 1, met & (world.encounters["provider"] == before))
        served, before = served + met, np.where(met, world.encounters["provider"], before)
    assert 0 < world.encounters["retained"].sum() < 30


def test_every_cent_arrives() -> None:
    world = world_of("platform", customer_subsidy=0.333, peer_subsidy=0.107)
    for _ in range(20):
        step(world)
        met = world.encounters[world.encounters["slot"] != NOBODY]
        paid = met["cost"] + met["margin"] + met["platform_margin"] + met["subsidy"]
        assert np.allclose(paid, met["price"])
    assert world.actors["cash"].sum() + world.clock["outside"][0] == 0
    assert world.actors["cash"][-1] != 0


@pytest.mark.parametrize(("euros", "whole"), [(0.0, 0), (0.004, 0), (0.005, 1), (1.234, 123), (1e6, 100_000_000)])
def test_money_is_rounded_to_the_cent(euros: float, whole: int) -> None:
    assert cents(euros) == whole


@pytest.mark.parametrize(("amount", "share", "part"), [(100, 0.29, 29), (999, 0.15, 149), (7, 0.0, 0), (0, 0.5, 0)])
def test_a_share_is_rounded_down_to_the_cent(amount: int, share: float, part: int) -> None:
    assert part_of(amount, share) == part


def test_a_pair_that_trusts_leaves_the_platform_without_fee_or_rating() -> None:
    world = world_of("platform", leak=1.0, fee=0.5, cost=1.0, operating_cost=0.0)
    through(world, meet)
    world.ties["trust"] = 0.9
    for rule in SCHEDULE[2:5]:
        rule(world)
    left = world.encounters["left"] == 1
    assert 0.2 < left.sum() / (world.encounters["slot"] != NOBODY).sum() < 0.8
    settle(world)
    assert not world.encounters["fee"][left].any()
    talk(world)
    unrated = set(world.encounters["provider"][left]) - set(
        world.encounters["provider"][world.encounters["mediated"] == 1]
    )
    assert not world.actors["rating_neg"][list(unrated)].any()


# learn, trust, talk


def test_skill_grows_toward_one_and_fades_when_idle() -> None:
    world = through(world_of("partnership", turnover=0.0), settle)
    world.ties["skill"] = 0.5
    used = world.encounters["slot"][:, None] == np.arange(6)
    before = world.ties.copy()
    learn(world)
    goodwill = (before["gpos"] + 1) / (before["gpos"] + before["gneg"] + 2)
    grown = 0.5 + 0.10 * 0.8 * np.sqrt(before["trust"] * goodwill) * 0.5
    assert np.allclose(world.ties["skill"], np.where(used, grown, 0.5 * 0.97))
    assert (world.ties["known"][used] == 1).all()


def test_offerings_move_toward_understood_needs() -> None:
    aim_at(through(world_of("partnership"), settle), np.ones(30))


def test_a_community_listens_to_its_influencers() -> None:
    world = through(world_of("partnership", **{"strategies.partnership.community": 3.0}), settle)
    world.actors["influencer"][:15] = 1
    world.actors["influencer"][15:30] = 0
    aim_at(world, np.repeat((4.0, 1.0), 15))


def aim_at(world: World, voice: np.ndarray) -> None:
    """Check that offerings move toward the needs of those served, weighted by insight * voice."""
    before = world.offerings.copy()
    learn(world)
    rows = np.flatnonzero(world.encounters["slot"] != NOBODY)
    weight = world.ties["insight"][rows, world.encounters["slot"][rows]] * voice[rows]
    for j in np.unique(world.encounters["provider"][rows]):
        mine = world.encounters["provider"][rows] == j
        aim = weight[mine] @ world.needs[rows[mine]] / weight[mine].sum()
        assert np.allclose(world.offerings[j], before[j] + 0.1 * 0.5 * 0.5 * (aim - before[j]))


def test_evidence_fades_and_grows_on_both_sides() -> None:
    world = through(world_of(), learn)
    before = world.ties.copy()
    trust(world)
    i = int(np.flatnonzero(world.encounters["slot"] != NOBODY)[0])
    tie, old, y = (
        world.ties[i, world.encounters[i].slot],
        before[i, world.encounters[i].slot],
        world.encounters[i].satisfaction,
    )
    assert (tie.pos, tie.neg) == pytest.approx((0.95 * old.pos + y, 0.95 * old.neg + 1 - y))
    assert tie.trust == pytest.approx((tie.pos + 1) / (tie.pos + tie.neg + 2))
    assert tie.gpos + tie.gneg == pytest.approx(1.0)
    gained = world.encounters[i].value - world.encounters[i].price
    assert world.actors[i].aspiration == pytest.approx(1 + 0.05 * (gained - 1))
    back = content(reward(world.encounters[i].margin, world.encounters[i].cost), 1 - 0.6 + 0.6 * old.trust)
    assert tie.gpos == pytest.approx(back)


def test_an_equal_and_visible_split_is_fair_and_a_greedy_one_is_not() -> None:
    world = world_of(suspicion=0.0)
    encounter = world.encounters[0]
    encounter.value, encounter.price, encounter.margin = 10.0, 5.0, 5.0
    assert unfairness(world, 0, encounter, 1.0) == 0.0
    encounter.margin = 45.0  # the provider keeps 90 %: (0.9 - 0.55) / 0.4
    assert unfairness(world, 0, encounter, 1.0) == pytest.approx(0.875)


def test_a_provider_is_content_with_a_margin_of_a_fifth_of_cost() -> None:
    assert reward(1.0, 5.0) == pytest.approx(1.0)
    assert reward(0.5, 5.0) == pytest.approx(0.5)
    assert reward(-1.0, 5.0) == reward(0.0, 0.0) == 0.0
    assert reward(0.01, 0.0) == 1.0
    assert content(0.5, 0.4) == pytest.approx(0.5 * 0.7)


def test_ratings_fade_and_add_up() -> None:
    world = through(world_of(), trust)
    world.actors["rating_pos"] = 10.0
    talk(world)
    for j in world.providers:
        mine = world.encounters["satisfaction"][world.encounters["provider"] == j]
        assert world.actors["rating_pos"][j] == pytest.approx(9.8 + mine.sum())


def test_on_the_platform_a_rating_counts_for_at_most_eight_encounters() -> None:
    world = world_of("platform")
    fill(world, world.ties[0, 0], 5, BY_PLATFORM)
    for evidence in (4.0, 400.0):
        world.actors["rating_pos"][5] = evidence
        appraise(world, world.ties[0, 0])
        worth = min(evidence, 8.0)
        assert world.ties["trust"][0, 0] == pytest.approx((worth + 1) / (worth + 2))
    fill(world, world.ties[0, 1], 6, OWN)
    world.actors["rating_pos"][6] = 400.0
    appraise(world, world.ties[0, 1])
    assert world.ties["trust"][0, 1] == 0.5


# adapt


def test_imitation_spreads_the_strategy_that_earns_more() -> None:
    world = world_of("mixed-market", firms=30, peer_share=0.0, imitate=1.0, selection=1000.0, mutation=0.0)
    strategies = world.actors["strategy"][world.providers]
    earning = strategies[0]
    for _ in range(40):
        strategies = world.actors["strategy"][world.providers]
        world.tallies["margin"][world.providers] = np.where(strategies == earning, 10.0, -10.0)
        adapt(world)
        world.clock["period"] += 1
    assert (world.actors["strategy"][world.providers] == earning).mean() > 0.9


def test_a_bankrupt_firm_is_replaced_and_its_relations_end() -> None:
    world = through(world_of("mixed-market", peer_share=0.0, credit=1.0, imitate=0.0, mutation=0.0, partners=3), talk)
    loser = int(world.providers[0])
    world.clock["outside"] += world.actors["cash"][loser] + 500
    world.actors["cash"][loser] = -500
    adapt(world)
    assert world.actors["cash"][loser] == 0
    assert loser not in world.ties["provider"]
    assert world.actors["cash"].sum() + world.clock["outside"][0] == 0


def test_strategies_stay_when_nobody_imitates(market: Callable[..., Market]) -> None:
    outcome = run(market("mixed-market", {"imitate": 0.0, "mutation": 0.0, "credit": 1e9, "periods": 60}), 1)
    assert (outcome.totals["providers"] == outcome.totals["providers"][0]).all()
