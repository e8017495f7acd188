"""Why buyers moved: the parts of a difference of utility against the rule itself, and reasons of known cases."""

import numpy as np
import pytest

from dashboards.biography import CODES, GONE, REASONS, Moves, differences, reasons
from dashboards.footage import shoot
from dashboards.looking import EVENTS, Looks
from scenarios.scenario import load
from sim.create import create
from sim.network import FIRM
from sim.records import BY_PLATFORM, NOBODY, OWN, TIE
from sim.rules import in_order
from sim.rules.adapt import adapt
from sim.rules.choose import choose, utility
from sim.state import World
from tests.calling import from_python

SHORT = {"periods": 24}
UTILITY = from_python(utility)


def moves_with_utilities(world: World, periods: int) -> tuple[Moves, np.ndarray]:
    """Return everybody's moves, and what each slot was worth to each buyer by the rule itself when all had chosen."""
    looks, worth = Looks(world, periods), np.full((periods, *world.ties.shape), np.nan)
    for t in range(periods):
        world.clock["period"] += 1
        for turn in in_order(world):
            if turn.rule is adapt:
                looks.at_end(t, world)
            turn.take()
            if turn.rule is choose and turn.given[1] == 0:
                looks.at_choice(t, world)
                for i, s in np.argwhere(world.ties["provider"] != NOBODY).tolist():
                    worth[t, i, s] = UTILITY(world, i, s)
    return looks.moves(), worth


@pytest.mark.parametrize("name", ["transactional", "smartphone-chain:transactional", "cold-start:subsidised"])
def test_the_parts_add_up_to_the_difference_of_the_rule(name):
    scenario = load(name, {"customers": 60, "risk": 0.6, "switching": 0.8})
    moves, worth = moves_with_utilities(create(scenario.market, 5), 30)
    parts = differences(moves, 0.6, 0.8, scenario.market.platform.customer_subsidy)
    held = moves.ties["provider"] == moves.former[:, None]
    known = held.any(axis=1) & (moves.former >= 0)
    assert 0 < known.sum() < len(known)
    assert np.isnan(parts[~known]).all()
    new, old = (worth[moves.period, moves.buyer, slots] for slots in (moves.slot, held.argmax(axis=1)))
    np.testing.assert_allclose(parts[known].sum(axis=1), (new - old)[known], atol=1e-9)


def moved(old: dict, new: dict, **more: object) -> Moves:
    """Return one move from the first slot to the second."""
    ties = np.zeros((1, 3), TIE)
    ties["provider"] = (7, 8, NOBODY)
    for slot, fields in enumerate((old, new)):
        for field, value in {"expected": 5.0, "price": 2.0, "trust": 0.5, "origin": OWN, **fields}.items():
            ties[field][0, slot] = value
    plain = {"former": 7, "slot": 1, "current": 0, "shut": False, "department": False, "wrong": False, **more}
    one = {name: np.array([value]) for name, value in plain.items()}
    return Moves(period=np.array([3]), buyer=np.array([0]), ties=ties, **one)


BETTER = {"expected": 9.0}


@pytest.mark.parametrize(
    ("move", "reason"),
    [
        (moved({}, BETTER), "value"),
        (moved({}, {"price": 0.5}), "price"),
        (moved({"trust": 0.1}, {"trust": 0.9}), "trust"),
        (moved({"trust": 0.1}, {"trust": 0.9}, wrong=True), "let_down"),
        (moved({}, BETTER, wrong=True), "value"),
        (moved({}, {"origin": BY_PLATFORM}), "subsidy"),
        (moved({}, {"price": 1.7}), "chance"),  # better by 0.3, but not worth the effort of 0.5
        (moved({}, {"price": 1.7}, current=1), "price"),  # no effort back to the current one
        (moved({}, {}), "chance"),
        (moved({}, BETTER, former=NOBODY), "first"),
        (moved({}, BETTER, former=GONE), "gone"),
        (moved({}, BETTER, former=12), "lost"),
        (moved({}, BETTER, shut=True), "closed"),
        (moved({}, BETTER, former=NOBODY, department=True), "department"),
    ],
)
def test_the_reason_is_the_largest_part(move, reason):
    parts = differences(move, risk=0.35, switching=0.5, subsidy=0.8)
    assert REASONS[reasons(move, parts)[0]] == reason


def counted(film, reason: str) -> list[int]:
    return film.moves["period"][film.moves["reason"] == CODES[reason]].tolist()


def test_a_failure_closes_providers_for_their_buyers():
    failure = {"kind": "supplier failure", "period": 9, "duration": 4, "size": 0.5}
    film = shoot(load("transactional", {**SHORT, "shocks": {"failure": failure}}), 2)
    closed, opened = (film.events["event"] == EVENTS.index(name) for name in ("closes", "opens"))
    assert set(film.events["period"][closed]) == {8}
    assert set(film.events["period"][opened]) == {12}
    assert len(film.events["row"][closed]) == 12 == len(set(film.events["row"][closed]))
    assert len(counted(film, "closed")) > 20
    assert set(counted(film, "closed")) <= set(range(8, 12))


def test_newcomers_have_no_past_and_bankrupt_firms_are_gone():
    film = shoot(load("mixed-market:all-compete", {"periods": 60, "credit": 0.0}), 2)
    came = film.events["event"] == EVENTS.index("arrives")
    firms = film.cast["kind"][film.events["row"]] == FIRM
    assert (came & firms).sum() > 5
    assert len(counted(film, "gone")) > 5
    arrived = {
        (t, row) for t, row in zip(film.events["period"][came & ~firms], film.events["row"][came & ~firms], strict=True)
    }
    first = [
        (t, i)
        for t, i, why in zip(film.moves["period"], film.moves["buyer"], film.moves["reason"], strict=True)
        if why == CODES["first"]
    ]
    for t, i in first:
        since = max([0, *(a for a, row in arrived if row == i and a <= t)])
        assert (film.deals["provider"][since:t, i] == NOBODY).all()
    assert len(first) > 200


def test_who_stops_following_the_platform_loses_touch():
    film = shoot(load("food-delivery:fair-pay", SHORT), 7)
    lost = film.moves["reason"] == CODES["lost"]
    unfollows = film.events["event"] == EVENTS.index("unfollows")
    left = set(film.events["row"][unfollows].tolist())
    assert lost.any()
    assert set(film.moves["buyer"][lost].tolist()) <= left


def test_who_chooses_by_another_rule_is_given_no_reason_of_this_one():
    other = load("transactional", {**SHORT, "customers": 40, "firms": 6, "choose_rule": "loyalty"})
    found = {REASONS[code] for code in np.unique(shoot(other, 3).moves["reason"])}
    assert "rule" in found
    assert found <= {"first", "gone", "closed", "lost", "department", "rule"}
