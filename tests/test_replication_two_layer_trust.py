"""Two-layer trust (R05): the paper's numbers in a world, and the rule's equations step by step."""

import numpy as np
import pytest

from scenarios.replication import Preset, measure_of, read_replication
from scenarios.replications.two_layer_trust import watched
from scenarios.scenario import load
from sim.create import create
from sim.records import NOBODY
from sim.rules import step
from sim.state import check
from sim.variants.evidence import as_number

NAME = "two-layer-trust"
PEOPLE = 40


def test_the_numbers_of_the_paper():
    ours = measure_of(NAME)(Preset(NAME))
    checks = read_replication(NAME).checks
    assert {one.measure for one in checks} == set(ours)
    assert [one.measure for one in checks if not one.passes(ours[one.measure])] == []


@pytest.mark.parametrize(("quantity", "ratio"), [("building", 1.5), ("erosion", 6.0)])
def test_the_ratio_is_that_of_the_market(quantity, ratio):
    """Twice the building halves it, twice the erosion doubles it (while the ceiling is not in the way)."""
    rules = {quantity: 2 * {"building": 0.1, "erosion": 0.3}[quantity], "damage": 0.1}
    path = watched(load(NAME, {"customers": PEOPLE, "periods": 1, "incident": 0.5} | rules).market, 1)
    moved, bad = path.trust[1] - path.trust[0], path.failed[1]
    assert 0 < bad.sum() < PEOPLE
    assert -moved[bad].mean() / moved[~bad].mean() == pytest.approx(ratio, rel=1e-12)


def test_every_step_is_the_equation():
    settings = {"customers": PEOPLE, "incident": 0.3, "building": 0.2, "erosion": 0.25, "damage": 0.4, "recovery": 0.1}
    path = watched(load(NAME, settings | {"periods": 30}).market, 3)
    trust, damage = np.full(PEOPLE, 0.5), np.zeros(PEOPLE)
    for period in range(1, 31):
        bad = path.failed[period]
        trust = np.where(bad, trust * 0.75, trust + 0.2 * np.maximum(1 - damage - trust, 0))
        damage = np.where(bad, damage + 0.4 * (1 - damage), damage * 0.9)
        trust = np.minimum(trust, 1 - damage)
        assert path.trust[period] == pytest.approx(trust, abs=1e-12)
        assert path.damage[period] == pytest.approx(damage, abs=1e-12)


def test_damage_heals_without_encounters_and_trust_stays():
    market = load(NAME, {"customers": PEOPLE, "frequency": 0.5, "incident": 0.5}).market
    world = create(market, 2)
    idle = 0
    for _ in range(20):
        before = [as_number(tie.pos, tie.neg) for tie in world.ties[:, 0]]
        step(world)
        assert check(world) == []
        for i in np.flatnonzero(world.encounters["slot"] == NOBODY):
            trust, damage = as_number(world.ties[i, 0].pos, world.ties[i, 0].neg)
            assert trust == pytest.approx(before[i][0], abs=1e-12)
            assert damage == pytest.approx(0.97 * before[i][1], abs=1e-12)
            idle += damage > 0
    assert idle > 50


def test_the_signal_is_tanh_of_what_is_beyond_expectation():
    """2*logistic(x) - 1 = tanh(x/2): the paper's signal, its baseline being what the buyer has come to expect."""
    sold_at_cost = {"value": 4001.5, "strategies.supplier.markup": 0.0, "beta": 100.0}
    world = create(load(NAME, sold_at_cost | {"customers": 1, "incident": 0.0}).market, 1)
    for _ in range(10):
        expected, trust = float(world.actors["aspiration"][0]), float(world.ties["trust"][0, 0])
        step(world)
        signal = np.tanh((4001.5 - 4000.0 - expected) / 2)
        assert world.ties["trust"][0, 0] == pytest.approx(trust + 0.1 * signal * (1 - trust), abs=1e-12)
