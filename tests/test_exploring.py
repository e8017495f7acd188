"""Measuring a map's cells: what is measured is what the full grid has, clear cells cost less, sure means sure."""

import math

import numpy as np
import pytest
from scipy.stats import t as student

from scenarios.exploring import at, bests, evaluator, explore, looks_at, range_of_runs
from scenarios.looks import RISK, confidence, level
from scenarios.maps import strategy_map
from scenarios.scenario import load
from scenarios.statistics import paired
from sim.ensemble import run
from tests.fields import alone, disc, evaluation, everywhere, mapped, meeting, sides

LOOKS = (5, 10, 15, 20)
NOISE = 0.1


def nothing(down, right):
    """No scenario is better than another."""
    return [np.zeros_like(right), np.zeros_like(right)]


@pytest.mark.parametrize("means", [sides, disc, meeting], ids=lambda means: means.__name__)
def test_measured_cells_are_those_of_the_full_grid(means):
    evaluate = evaluation(means, 40, NOISE)
    mesh, (values,) = explore(40, 40, LOOKS, evaluate)
    (full,) = evaluate(everywhere(40), range(LOOKS[-1]))
    rows = mesh.places @ [40, 1]
    done = np.isfinite(values[0])
    assert np.array_equal(np.where(done, values, 0), np.where(done, full[:, rows], 0))
    winners = full.mean(axis=-1).argmax(axis=0)[rows]
    firsts = bests(values, len(LOOKS))
    decided = np.array([one.sure for one in firsts])
    agree = np.array([one.scenario for one in firsts]) == winners
    assert agree[~decided].all() and agree.mean() > 0.98  # an early look may err, as often as RISK at most


def test_clear_cells_get_few_replications_and_unsure_ones_all():
    found = mapped(sides, 40, LOOKS, NOISE)
    replicated, measured = found.replicated(), found.mesh.measured
    assert set(np.unique(replicated[measured])) <= set(LOOKS) and (replicated[~measured] == 0).all()
    assert (replicated[measured & found.contested()] == LOOKS[-1]).all()
    far = measured & (np.abs(found.means(found.values)[0]) > 8 * NOISE / math.sqrt(5))
    assert far.any() and (replicated[far] == LOOKS[0]).mean() > 0.9
    assert found.runs == 2 * replicated.sum() < found.all_runs == 2 * 40**2 * LOOKS[-1]


def test_the_border_lies_in_a_contested_band():
    found = mapped(sides, 65, LOOKS, NOISE)
    down, right = np.meshgrid(found.ys, found.xs, indexing="ij")
    lead = sides(down, right)[0]
    near, far = np.abs(lead) < 0.2 * NOISE / math.sqrt(LOOKS[-1]), np.abs(lead) > 10 * NOISE / math.sqrt(LOOKS[-1])
    assert found.contested()[near].mean() > 0.85 and not found.contested()[far].any()
    assert np.array_equal(found.winners()[far], (lead < 0)[far])
    assert (found.confidence()[far] > 0.95).all() and found.confidence()[near].mean() < 0.8


def test_nothing_is_asked_twice():
    asked, field = [], evaluation(disc, 50, NOISE)

    def evaluate(places, replications):
        asked.extend((row, column, r) for row, column in places.tolist() for r in replications)
        return field(places, replications)

    explore(50, 50, LOOKS, evaluate)
    assert len(asked) == len(set(asked))


def test_one_winner_costs_the_first_cells_at_the_first_look():
    found = mapped(alone, 257, LOOKS, 0.01)
    assert found.runs == 2 * range_of_runs(257, 20)[0] == 2 * 17**2 * 5
    assert not found.contested().any() and (found.winners() == 0).all()


def test_sure_errs_as_often_as_it_says_however_often_one_looks():
    """Nobody is better: whoever stops when a lead looks sure is wrong in at most 5 % of the cells."""
    values = evaluation(nothing, 20, 1.0)(everywhere(20), range(60))[0]
    looks = range(5, 61, 5)
    most = RISK + 2.5 * math.sqrt(RISK * (1 - RISK) / 400)

    def wrong(looks_said):
        return np.mean([any(bests(values[:, [c], :n], looks_said)[0].sure for n in looks) for c in range(400)])

    assert wrong(len(looks)) <= most
    assert wrong(1) > 2 * RISK  # what it would be without the correction


@pytest.mark.parametrize("looks", [1, 4])
def test_confidence_is_that_of_the_widest_interval_without_0(looks):
    rng = np.random.default_rng(3)
    for _ in range(50):
        lead = rng.normal(rng.uniform(0, 1), 1, 8)
        lead *= np.sign(lead.mean())
        change = paired(lead, np.zeros(8), level(looks))
        sure = confidence(change, looks)
        assert (sure > 1 - RISK) == (change.sign > 0)
        p = 2 * student.sf(lead.mean() / (lead.std(ddof=1) / math.sqrt(8)), 7)
        assert sure == pytest.approx(max(1 - looks * p, 0), abs=1e-12)


def test_confidence_without_variation_is_all_or_nothing():
    assert confidence(paired([2.0, 2.0], [1.0, 1.0]), 3) == 1
    assert confidence(paired([1.0, 1.0], [1.0, 1.0]), 3) == 0
    assert confidence(paired([2.0], [1.0]), 1) == 0


def test_looks():
    assert looks_at(8, 30) == [30] and looks_at(17, 10) == [10]
    assert looks_at(18, 12) == [5, 10, 12] and looks_at(257, 10) == [5, 10] and looks_at(257, 3) == [3]
    assert level(1) == 0.95 and level(2) == 0.975


SETTINGS = {"customers": 20, "periods": 6, "firms": 4}
TINY = [load(name, SETTINGS) for name in ("transactional", "partnership")]


def test_runs_of_a_map_are_runs_of_the_changed_markets():
    axes = ("complexity", np.array([0.2, 0.8])), ("turnover", np.array([0.01, 0.1, 0.2]))
    places, seen = np.array([[2, 0], [0, 1]]), []
    values = evaluator(TINY, *axes, 3, 2, lambda *done: seen.append(done))(places, range(5, 7))
    assert values.shape == (3, 2, 2, 2) and seen == [(n, 8) for n in range(1, 9)]
    market = load("partnership", SETTINGS | {"complexity": 0.8, "turnover": 0.01}).market
    results = run(market, 3 + 6).results()
    assert values[:, 1, 1, 1].tolist() == [results[f"value_{of}"] for of in ("total", "customers", "providers")]
    assert at(TINY[0], *axes, 2, 0).market.customers.turnover == 0.2


def test_a_large_map_does_not_depend_on_workers():
    one, two = (strategy_map(TINY, size=18, replications=2, seed=3, workers=n) for n in (1, 2))
    assert np.array_equal(one.values, two.values) and np.array_equal(one.mesh.places, two.mesh.places)
    assert 17**2 <= len(one.mesh.places) <= 18**2


def test_relabelling_scenarios_permutes_a_noisy_map():
    order = [2, 0, 1]
    field = evaluation(meeting, 40, NOISE)
    one = explore(40, 40, LOOKS, field)
    other = explore(40, 40, LOOKS, lambda places, replications: field(places, replications)[:, order])
    assert np.array_equal(one[0].places, other[0].places)
    assert np.array_equal(one[1][:, order], other[1], equal_nan=True)
