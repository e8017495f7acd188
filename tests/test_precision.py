"""Replications as many as a precision needs: the rule on simulated numbers, and on markets."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scenarios.cli import main
from scenarios.comparison import compare
from scenarios.outcome import joined, observe
from scenarios.precision import STAGE, settle
from scenarios.scenario import ScenarioError
from scenarios.statistics import paired
from tests.soak import times
from tests.test_cli_documents import documented, same_shape
from tests.test_comparison import small

PLENTY = 1000


def settled(values, precision, most=PLENTY):
    """Run the rule on rows of differences, shape (scenarios, at least `most`); return it and the looks it took."""
    looks = []

    def run_until(n):
        looks.append(n)
        return [paired(row[:n], np.zeros(n)) for row in values]

    return settle(run_until, precision, most), looks


def widest(values, n):
    return max(stats.t.ppf(0.975, n - 1) * stats.sem(row[:n]) for row in values)


@pytest.mark.parametrize("precision", [2.0, 0.5, 0.3, 0.15])
def test_the_rule_stops_at_the_precision_and_not_before(precision):
    for seed in range(20):
        values = np.random.default_rng(seed).normal(5, [[1.0], [0.6]], size=(2, PLENTY))
        found, looks = settled(values, precision)
        done = looks[-1]
        assert found.reached and found.needed == done
        assert found.half_width == pytest.approx(widest(values, done)) and found.half_width <= precision
        first = stats.t.ppf(0.975, STAGE - 1) * values[:, :STAGE].std(axis=1, ddof=1).max()
        stein = max(STAGE, int(np.ceil((first / precision) ** 2)))
        assert looks[0] == STAGE and done >= stein  # Stein's number, written out from his paper
        if done > stein:
            assert widest(values, looks[-2]) > precision  # it went on only where it had to


def test_the_rule_stops_at_the_most_there_may_be():
    values = np.random.default_rng(1).normal(size=(1, 60))
    found, looks = settled(values, 0.01, most=60)
    assert (looks[-1], found.reached) == (60, False)
    assert found.needed == pytest.approx((stats.t.ppf(0.975, 20) / 0.01) ** 2, rel=0.5)
    assert "not reached with 60 replications" in found.say()
    assert settled(values, 0.01, most=5)[1] == [5]


def test_narrow_by_luck_is_not_reached():
    values = np.concatenate([np.linspace(-2, 2, STAGE), np.zeros(10)])[np.newaxis]
    found, looks = settled(values, 0.45, most=30)
    assert looks == [20, 30] and found.half_width < 0.45 and not found.reached
    assert "not surely so" in found.say()


def test_nothing_that_varies_is_known_at_once_and_nothing_at_all_never():
    assert settled(np.ones((1, PLENTY)), 1e-9)[1] == [STAGE]
    found, looks = settled(np.full((1, PLENTY), np.nan), 0.1, most=30)
    assert looks == [20, 30] and not found.reached
    assert not settled(np.random.default_rng(1).normal(size=(1, 30)), 1e-300, most=30)[0].reached


@pytest.mark.parametrize("precision", [0.6, 0.4, 0.25])
def test_the_mean_is_within_the_precision_in_95_of_100_cases(precision):
    """Exactly so for normal differences, however often one looked at their variance (Stein 1945)."""
    trials = times(400, 8000)
    samples = np.random.default_rng(int(100 * precision)).normal(size=(trials, 1, 400))
    runs = [settled(one, precision, 400)[1][-1] for one in samples]
    errors = np.array([one[0, :n].mean() for one, n in zip(samples, runs, strict=True)])
    assert np.mean(np.abs(errors) <= precision) >= 0.95 - 3 * np.sqrt(0.0475 / trials)
    halves = [widest(one, n) for one, n in zip(samples, runs, strict=True)]
    assert np.mean(np.abs(errors) <= halves) == pytest.approx(0.95, abs=0.01 + 3 * np.sqrt(0.0475 / trials))
    assert np.mean(runs) <= max(1.05 * STAGE, 1.4 * (1.96 / precision) ** 2)  # and not by running far too many


@pytest.fixture(scope="module")
def pair():
    return [small("transactional"), small("partnership"), small("platform")]


def test_the_result_is_that_of_so_many_replications_in_one_go(pair):
    found = compare(pair, replications=60, precision=0.3)
    assert found.precision.reached and STAGE < found.replications < 60
    again = compare(pair, replications=found.replications, workers=1)
    told, plain = found.to_dict(), again.to_dict()
    assert told.pop("precision")["status"] == "reached"
    assert plain.pop("precision")["status"] == "not asked"
    assert json.dumps(told) == json.dumps(plain)
    assert replace(again, precision=found.precision).to_dict() == found.to_dict()


def test_progress_counts_what_is_run(pair):
    seen = []
    found = compare(pair, replications=50, precision=50.0, progress=lambda *done: seen.append(done))
    assert found.replications == STAGE
    assert seen[0] == (1, 3 * (50 + 5 * 4))
    assert [done for done, _ in seen] == list(range(1, 3 * (20 + 3 * 4) + 1))
    assert seen[-1] == (3 * (20 + 3 * 4),) * 2


def test_replications_join_in_the_order_of_the_seeds():
    mixed = small("mixed-market")
    whole, first, more = (observe(mixed, seeds, 2, lambda: None) for seeds in (range(5), range(2), range(2, 5)))
    both = joined(first, more)
    assert both.strategies and both.example is first.example
    for here, there in zip(
        (both.results, both.series, both.parts, *both.strategies.values()),
        (whole.results, whole.series, whole.parts, *whole.strategies.values()),
        strict=True,
    ):
        assert list(here) == list(there)
        for name in there:
            np.testing.assert_array_equal(here[name], there[name])


@pytest.mark.parametrize("precision", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_precision_is_refused(pair, precision):
    with pytest.raises(ScenarioError, match="precision: .* EUR above 0"):
        compare(pair, precision=precision)


ARGUMENTS = ["compare", "transactional", "partnership", "--set", "customers=30", "--periods", "6", "--replications"]


def test_the_command_says_what_came_out(capsys):
    assert main([*ARGUMENTS, "30", "--precision", "5"]) == 0
    assert "The precision of 5 EUR is reached with 20 replications" in capsys.readouterr().out
    assert main([*ARGUMENTS, "3", "--precision", "0.001", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    same_shape(documented("compare")["precision"], content["precision"])
    assert (content["precision"]["status"], content["replications"]) == ("not reached", 3)
    assert content["precision"]["needed"] > 3


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "wide"])
def test_the_command_refuses_what_is_no_precision(text, capsys):
    assert main([*ARGUMENTS, "3", f"--precision={text}"]) == 2
    assert capsys.readouterr().err.startswith("valuenet: argument --precision:")
