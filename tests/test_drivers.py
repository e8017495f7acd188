"""What drives a measure: the right runs in the right order, an honest answer, files that hold it all."""

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios import SensitivityPlan, save_sensitivity, sensitivity_analysis
from scenarios.cli import main
from scenarios.driver_plans import check_plan, runs_of, usual_axes
from scenarios.driver_words import answer, record, remarks
from scenarios.drivers import evaluate, screened
from scenarios.scenario import ScenarioError, load
from scenarios.sensitivity import IDLE, MATTERS, UNKNOWN, Indices
from scenarios.variation import set_quantities, value_of
from sim.ensemble import run
from tests.conftest import REGIMES

ROOT = Path(__file__).parent.parent
SMALL = {"customers": 30, "periods": 12}
AXES = ("complexity", "turnover=0.01:0.3", "firms=4:12", "data_rights")
PLAN = SensitivityPlan(AXES, "value_total", trajectories=6, points=16, strongest=2, replications=2, seed=5)
SCENARIO = load("partnership", SMALL)


@pytest.fixture(scope="module")
def found():
    return sensitivity_analysis(SCENARIO, PLAN)


def test_every_point_is_a_run_of_each_seed_in_order():
    points = np.array([[0.2, 5.4], [0.8, 9.0], [0.2, 5.4]])
    values = evaluate(SCENARIO, ["complexity", "firms"], points, [3, 4], ["trust", "value_total"], 2, lambda: None)
    assert values.shape == (3, 2, 2)
    market = load("partnership", SMALL | {"complexity": 0.8, "firms": 9}).market
    assert values[1, 1].tolist() == [run(market, 4).results()[name] for name in ("trust", "value_total")]
    assert np.array_equal(values[0], values[2]) and not np.array_equal(values[0], values[1])


def test_workers_do_not_matter_and_progress_counts_every_run(found):
    seen = []
    again = sensitivity_analysis(SCENARIO, PLAN, workers=1, progress=lambda *done: seen.append(done))
    assert record(again) == record(found)
    runs = found.screening.values.size + found.decomposition.values.size
    assert seen == [(n, runs) for n in range(1, runs + 1)] and runs == runs_of(PLAN, 4) == (6 * 5 + 16 * 4) * 2
    assert record(sensitivity_analysis(SCENARIO, replace(PLAN, seed=6))) != record(found)


def test_the_strongest_are_decomposed(found):
    star = found.effects.mu_star
    assert set(found.shares.total.names) == {star.names[i] for i in star.descending()[:2]}
    assert found.verdicts["data_rights"] == IDLE  # a partnership has no platform whose data it could be
    assert star.values[star.names.index("data_rights")] == 0
    only = sensitivity_analysis(SCENARIO, replace(PLAN, strongest=0))
    assert only.shares is None and only.effects == found.effects and record(only)["decomposition"] is None
    assert "decomposition" not in " ".join(remarks(only))


def test_what_does_nothing_is_not_decomposed():
    found = sensitivity_analysis(SCENARIO, replace(PLAN, axes=("complexity", "data_rights", "fee"), strongest=3))
    assert found.shares.total.names == ("complexity",)
    assert found.shares.total.values == pytest.approx([1.0], abs=0.6)


def test_usual_axes_are_the_same_in_all_regimes():
    named = {regime: usual_axes(load(regime)) for regime in REGIMES}
    assert named["transactional"] == named["partnership"] == named["platform"]
    axes = {axis.name: axis for axis in check_plan(SCENARIO, SensitivityPlan())}
    assert {"complexity", "turnover", "specificity", "risk"} <= set(axes)
    assert not {"customers", "slots", "value", "switching", "command"} & set(axes)  # counts, EUR, and what is 0
    assert (axes["turnover"].low, axes["turnover"].high) == (0.01, 0.04)
    assert (axes["memory"].low, axes["memory"].high) == (0.475, 1.0)
    for axis in axes.values():
        for end in (axis.low, axis.high):
            assert value_of(set_quantities(SCENARIO, {axis.name: end}).market, axis.name) == end
    assert "command" in {text.partition("=")[0] for text in usual_axes(load("partnership", {"command": 0.2}))}


def made(found, verdicts):
    """Return the analysis as if the screening had come out so: 1 matters, 0 does not, None is not known."""
    values, halves = zip(*[{1: (1.0, 0.01), 0: (0.0, 0.01), None: (0.1, 0.2)}[v] for v in verdicts], strict=True)
    star = Indices(found.effects.mu_star.names, values, halves, 1.0, 0.0)
    return replace(found, effects=replace(found.effects, mu_star=star), decomposition=None, shares=None)


def test_the_answer_says_what_drives_what_does_not_and_what_is_not_known(found):
    assert answer(made(found, (1, 0, None, 0))) == (
        "value_total follows from complexity; turnover and data_rights do not matter in these ranges; "
        "not known yet: firms."
    )
    assert answer(made(found, (None, None, None, 0))).startswith("nothing surely drives value_total; data_rights does")
    total = Indices(("turnover", "firms"), (0.7, 0.04), (0.01, 0.005), 1.0, 0.0)
    decomposed = replace(
        made(found, (1, 1, 1, 1)), decomposition=found.decomposition, shares=replace(found.shares, total=total)
    )
    assert answer(decomposed) == (
        "value_total follows from turnover (70 % of its variance, interactions included), complexity and data_rights; "
        "firms does not matter in these ranges."
    )


def test_the_largest_share_comes_first(found):
    total = Indices(("complexity", "turnover"), (0.3, 0.7), (0.01, 0.01), 1.0, 0.0)
    decomposed = replace(found, shares=replace(found.shares, total=total, first=total))
    assert answer(decomposed).startswith("value_total follows from turnover (70 % of its")


def test_remarks_say_what_is_not_sure(found):
    told = " ".join(remarks(found))
    assert "The screening has NOT converged" in told and "The decomposition has NOT converged" in told
    assert "The values of firms were rounded to whole numbers" in told
    assert "The values of turnover were spread by equal factors" in told
    assert re.search(
        r"about [\d,]+ trajectories instead of 6 would do \(more than the 1,000 that are allowed\)\.", told
    )
    assert re.search(r"share of the seed in the variance of single runs is \d+ % .* in the screening and", told)
    assert "No axes were given" not in told
    sure = " ".join(remarks(made(found, (1, 0, 0, 0))))
    assert "The screening has converged" in sure
    usual = " ".join(remarks(replace(found, plan=replace(PLAN, axes=()))))
    assert "No axes were given" in usual


def test_a_decomposition_has_converged_when_all_its_indices_have(found):
    names = found.shares.total.names
    narrow = Indices(names, (0.6, 0.4), (0.02, 0.02), 1.0, 0.0)
    wide = replace(narrow, halves=(0.02, 0.1))  # 0.2: four times too wide, which takes 16 times as many points
    for first, total in ((narrow, narrow), (wide, narrow), (narrow, wide)):
        one = replace(found, shares=replace(found.shares, first=first, total=total))
        stage, both = record(one)["decomposition"], first == total
        assert (stage["converged"], stage["widest"]) == (both, pytest.approx(0.04 if both else 0.2))
        assert [row["converged"] for row in stage["shares"]] == [True, both]
        told = next(remark for remark in remarks(one) if remark.startswith("The decomposition"))
        assert ("has converged: no interval" in told) == both
        assert ("is 0.2, more than 0.05" in told and "about 256 points instead of 16" in told) == (not both)


def test_a_measure_that_is_missing_somewhere_gets_a_sentence():
    with pytest.raises(ScenarioError, match="recovery_time could not be measured at 30 of 30 points .such as complexi"):
        sensitivity_analysis(SCENARIO, replace(PLAN, measure="recovery_time"))
    with pytest.raises(ScenarioError, match="no variation to explain"):
        sensitivity_analysis(SCENARIO, replace(PLAN, axes=("data_rights", "fee")))


@pytest.mark.parametrize(("change", "sentence"), [
    ({"measure": "value_totl"}, "measure: value_totl is not a measure; did you mean value_total"),
    ({"axes": ("complexity",)}, "axes: 1 is too few"),
    ({"axes": ("complexity", "exchange.complexity")}, "are the same quantity"),
    ({"points": 100}, "points: 100 is not a power of two"),
    ({"points": 2**15}, "points: 32768 is outside 4 .. 16384"),
    ({"trajectories": 3}, "trajectories: 3 is outside 4 .. 1000"),
    ({"replications": 1}, "replications: 1 is outside 2 .. 1000"),
    ({"strongest": -1}, "strongest: -1 is outside 0 .. 1000"),
    ({"seed": 2**64 - 1}, "seed: 18446744073709551615 is outside 0 .. 18446744073709551614"),
    ({"axes": ("complexity", "strategies.none.effort")}, "there is no strategies.none"),
    ({"axes": ("complexity", "couriers=1:4")}, "there is no platform to work for.* .somewhere within the axes"),
])  # fmt: skip
def test_a_plan_that_is_not_possible_gets_a_sentence_before_anything_runs(change, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        screened(SCENARIO, replace(PLAN, **change))


def test_what_cannot_be_varied_at_all_is_not_a_matter_of_ends():
    network = load("bitcoin-otc:platform", {"periods": 2})
    with pytest.raises(ScenarioError, match="the network says how many take part$"):
        screened(network, replace(PLAN, axes=("complexity", "customers=10:20")))


def test_points_need_no_power_of_two_without_a_decomposition():
    assert len(screened(SCENARIO, replace(PLAN, points=100, strongest=0))) == 6 * 5


def test_the_report_shows_the_answer(found, tmp_path):
    files = save_sensitivity(found, tmp_path / "out")
    assert [file.name for file in files] == [
        "report.html", "indices.csv", "points.csv", "scenario.toml", "results.json"
    ]  # fmt: skip
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "What drives value_total of Win-win partnerships" in report and "<svg" in report
    assert answer(found) in report and "SensitivityPlan(axes=" in report
    assert json.loads((tmp_path / "out" / "results.json").read_text())["answer"] == answer(found)


def test_tables_hold_every_index_and_every_point(found, tmp_path):
    save_sensitivity(found, tmp_path / "out")
    rows = list(csv.DictReader((tmp_path / "out" / "indices.csv").open()))
    assert [row["index"] for row in rows] == ["mu_star"] * 4 + ["first"] * 2 + ["total"] * 2
    assert float(rows[0]["value"]) == max(found.effects.mu_star.values)
    points = list(csv.DictReader((tmp_path / "out" / "points.csv").open()))
    assert len(points) == 30 + 64
    assert all(float(row["firms"]).is_integer() for row in points)
    left_out = next(name for name in ("complexity", "turnover", "data_rights") if name not in found.shares.total.names)
    assert {float(row[left_out]) for row in points[30:]} == {value_of(SCENARIO.market, left_out)}
    some = points[40]
    values = {name: float(some[name]) for name in ("complexity", "turnover", "firms", "data_rights")}
    market = set_quantities(SCENARIO, values).market
    runs = [run(market, seed).results()["value_total"] for seed in (5, 6)]
    assert float(some["value_total mean"]) == pytest.approx(np.mean(runs))
    assert float(some["value_total deviation"]) == pytest.approx(np.std(runs, ddof=1))


def test_the_command_says_what_it_found(capsys):
    arguments = ["sensitivity", "partnership", "--axis", "complexity", "--axis", "turnover", "--trajectories", "4"]
    small = ["--points", "16", "--replications", "2", "--periods", "6", "--set", "customers=30"]
    assert main([*arguments, *small]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Win-win partnerships: ") and "Elementary effects" in out and "Shares of variance" in out
    assert {MATTERS, IDLE, UNKNOWN} & set(re.findall("matters|does not matter|not known yet", out))
    assert main([*arguments, "--set", "customers.turnover=0.1"]) == 2
    assert "customers.turnover is an axis" in capsys.readouterr().err


def test_where_the_library_is_missing_a_sentence_says_what_to_install():
    code = (
        "import sys; sys.modules['SALib'] = None; from scenarios.cli import main; "
        "from scenarios import compare, simulate; sys.exit(main(['sensitivity', 'partnership']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == 'valuenet: SALib is not installed: pip install "valuenet[sensitivity]"\n'
