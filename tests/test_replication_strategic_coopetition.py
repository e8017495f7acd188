"""Pant & Yu 2025 (complementarity) on this engine, and the rules it stands on: joint, coopetition, contributions."""

import math

import numpy as np
import pytest

from scenarios.replication import replicate
from scenarios.replications.strategic_coopetition import efforts, settled
from scenarios.scenario import load
from sim.create import create
from sim.network import PARTNER as PARTNERS
from sim.period import advance
from sim.state import World, check
from sim.totals import TOTALS
from tests.test_variants import PLAIN, with_rules

NAME = "strategic-coopetition"
FIRM, PARTNER = 1, 2  # rows


def world_of(periods: int = 1, **settings: object) -> World:
    """Return the world of the preset with other settings, after some periods."""
    market = load(NAME, settings).market
    world = create(market, 1)
    world.actors["capability"] = 1.0
    advance(world, np.zeros((periods, len(world.strategies) + 1), TOTALS))
    return world


def test_the_paper():
    answer = next(replicate(["R04"]))
    assert [one.check.measure for one in answer.found if not one.passed] == []


def test_joint_value_is_what_each_makes_and_what_arises_together():
    world = world_of(offer_rule="joint", **{"strategies.firm.effort": 0.3, "strategies.partner.effort": 0.1})
    made = 20 * (math.log(31) + math.log(11))
    assert world.encounters["value"][0] == pytest.approx(made + 0.65 * math.sqrt(30 * 10))
    assert world.terms["unit_cost"][[FIRM, PARTNER]] == pytest.approx([30, 10])


def test_each_is_paid_what_it_made_and_its_share_of_the_rest():
    world = world_of(offer_rule="joint", **{"strategies.firm.effort": 0.3, "strategies.partner.effort": 0.1})
    together = 0.65 * math.sqrt(30 * 10)
    assert world.tallies["revenue"][PARTNER] == pytest.approx(20 * math.log(11) + 0.45 * together, abs=0.01)
    assert world.tallies["margin"][FIRM] == pytest.approx(20 * math.log(31) + 0.55 * together - 30, abs=0.01)
    assert world.tallies["margin"][PARTNER] == pytest.approx(world.tallies["revenue"][PARTNER] - 10, abs=0.01)
    assert check(world) == []


def test_nobody_could_do_better_by_another_effort():
    """Nash: each one's aim, from money the engine paid, at efforts around the one it chose."""
    chosen = dict(zip(("firm", "partner"), efforts(settled(load(NAME), 1)), strict=True))
    concern = {"firm": 0.64, "partner": 0.86}

    def aim(who: str, effort: float) -> float:
        tried = chosen | {who: effort}
        names = {f"strategies.{name}.effort": value for name, value in tried.items()}
        margins = world_of(offer_rule="joint", **names).tallies["margin"]
        own, other = (margins[FIRM], margins[PARTNER])[:: 1 if who == "firm" else -1]
        return float(own + concern[who] * other)

    for who, effort in chosen.items():
        best = aim(who, effort)
        assert all(aim(who, effort + off) < best for off in (-0.1, -0.03, 0.03, 0.1))


def test_the_more_the_other_counts_the_more_effort():
    found = [efforts(world_of(20, **{"strategies.firm.alignment": care}))[0] for care in (0.0, 0.3, 0.64, 1.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_contributions_move_money_between_firms_and_their_partners_only():
    one, other = (create(market, 4) for market in (PLAIN, with_rules(PLAIN, settle="contributions")))
    for world in (one, other):
        advance(world, np.zeros((1, len(world.strategies) + 1), TOTALS))
    assert one.actors["cash"].sum() == other.actors["cash"].sum()
    firms = one.actors["partners"] > 0
    moved = one.tallies["cents"][firms].sum() - other.tallies["cents"][firms].sum()
    kept = [round(100 * (world.tallies["margin"] * (world.actors["kind"] == PARTNERS)).sum()) for world in (one, other)]
    assert moved == kept[1] - kept[0] != 0
    rest = ~firms & (one.actors["kind"] != PARTNERS)
    assert one.actors["cash"][rest].tolist() == other.actors["cash"][rest].tolist()


def test_betrayal_is_no_effort():
    shock = {"kind": "betrayal", "period": 1, "size": 1.0}
    market = load(NAME).market
    world = create(type(market).model_validate(market.model_dump() | {"shocks": {"b": shock}}), 1)
    advance(world, np.zeros((2, len(world.strategies) + 1), TOTALS))
    assert world.terms["effort"][FIRM] == 0.0 < world.terms["effort"][PARTNER]
