"""Fitting: known quantities are found again, the same seed gives the same bits, mistakes get one sentence."""

import os
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scenarios.fitting.answers import save_fit
from scenarios.fitting.calibration import FITS, calibration_of, calibrations
from scenarios.fitting.findings import quantities_of, record, targets_of, weighted_quantile
from scenarios.fitting.posterior import Fit, fit, most_runs
from scenarios.fitting.ratings import simulated
from scenarios.fitting.targets import Problem, prepare, simulate
from scenarios.scenario import load

SOAK = "VALUENET_SOAK" in os.environ
SMALL = """
title = "Small"
description = "For tests."
source = "nobody"
scenario = "transactional"
settings = {periods = 24, customers = 60, "platform.breadth" = 12}
[windows]
late = {first = 13, last = 24, spell = 4}
[quantities]
turnover = [0.0, 0.2]
frequency = [0.1, 1.0]
[effort]
population = 30
populations = 3
replications = 1
resamples = 20
[[targets]]
name = "newcomers"
window = "late"
use = "fit"
observed = 0.5
error = 0.02
[[targets]]
name = "encounters"
window = "late"
use = "fit"
observed = 0.4
error = 0.02
[[targets]]
name = "retention"
window = "late"
use = "check"
observed = 0.99
error = 0.001
"""


def small(folder: Path, text: str = SMALL) -> Problem:
    (folder / "small.toml").write_text(text, "utf-8")
    return prepare(folder / "small.toml")


def observed_at(problem: Problem, truth: tuple[float, ...], seed: int) -> Problem:
    """Let a market with known quantities be what was observed; its seed is no seed of the fit."""
    found = simulate(problem, [truth], [2**40 + seed], 1)[0]
    aims = tuple(replace(aim, observed=float(value)) for aim, value in zip(problem.aims, found, strict=True))
    return replace(problem, aims=aims)


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return small(tmp_path_factory.mktemp("fit"))


@pytest.fixture(scope="module")
def found(problem: Problem):
    return cache(lambda seed, workers: fit(problem, seed, workers))


def test_known_quantities_are_found_again(problem: Problem) -> None:
    """The truth lies in the 90 % intervals, which are narrower than the priors; of many truths in about 90 %."""
    truths = [(0.03, 0.8), (0.08, 0.4), (0.05, 0.6), (0.12, 0.9), (0.02, 0.5), (0.06, 0.3), (0.09, 0.7), (0.04, 0.95)]
    inside = []
    for n, truth in enumerate(truths if SOAK else truths[:2]):
        for value, one in zip(truth, quantities_of(fit(observed_at(problem, truth, n), seed=n * 10_000)), strict=True):
            inside.append(one.low <= value <= one.high)
            assert one.told and one.width < 0.8
    assert np.mean(inside) >= (0.8 if SOAK else 1.0)


def test_known_quantities_are_found_again_from_a_file_of_ratings(tmp_path: Path) -> None:
    """The whole way: a market's ratings as a file, patterns and their errors counted from it, quantities fitted."""
    settings = {"periods": 24, "customers": 200, "turnover": 0.1, "frequency": 0.7}
    ratings = simulated(load("transactional", settings).market, 2**40)
    rows = [f"{a},{b},{value:.3f},{86_400 * (7 * period - 6)}" for a, b, value, period in zip(*ratings, strict=True)]
    (tmp_path / "ratings.csv").write_text("\n".join(["buyer,provider,rating,time", *rows]) + "\n")
    data = '[data]\nratings = "ratings.csv"\nperiod_days = 7\n[windows]'
    text = SMALL.replace("[windows]", data).replace("observed = 0.5\nerror = 0.02\n", "")
    text = text.replace('"encounters"', '"ratings_per_rater"').replace("observed = 0.4\nerror = 0.02\n", "")
    problem = small(
        tmp_path, text.replace('"retention"', '"rating_again"').replace("customers = 60", "customers = 200")
    )
    turnover, frequency = quantities_of(fit(problem))
    assert turnover.low <= 0.1 <= turnover.high and turnover.told
    assert frequency.low <= 0.7 <= frequency.high


def test_the_same_seed_gives_the_same_bits(problem: Problem, found) -> None:
    one, other = found(1, 2), found(2, 2)
    np.random.seed(12345)  # noqa: NPY002  # whatever others did with the global generator before
    again = fit(problem, 1, workers=1)
    for name in ("points", "weights", "distances", "simulated"):
        assert np.array_equal(getattr(one.posterior, name), getattr(again.posterior, name), equal_nan=True)
    assert np.array_equal(one.predicted, again.predicted, equal_nan=True) and record(one) == record(again)
    assert not np.array_equal(one.posterior.points, other.posterior.points)


def test_the_global_generator_is_put_back(problem: Problem) -> None:
    np.random.seed(7)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    quick = problem.calibration.effort.model_copy(update={"population": 10, "populations": 1})
    fit(replace(problem, calibration=problem.calibration.model_copy(update={"effort": quick})))
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_populations_come_nearer_and_weights_are_shares(found) -> None:
    one: Fit = found(1, 2)
    allowed = [population.allowed for population in one.populations]
    assert allowed == sorted(allowed, reverse=True) and len(allowed) == 3
    for population in one.populations:
        assert np.all(population.distances <= population.allowed) and len(population.points) == 30
        assert population.weights.sum() == pytest.approx(1) and np.all(population.weights > 0)
        assert np.all((population.points >= [0.0, 0.1]) & (population.points <= [0.2, 1.0]))
    first, *_, last = one.populations
    assert np.ptp(first.weights) == 0 and np.ptp(last.weights) > 0  # drawn from the prior; moved, and weighted for it
    assert one.runs <= most_runs(one.problem)


def test_differences_are_measured_in_the_chance_of_data_and_market(found) -> None:
    one: Fit = found(1, 2)
    middle = simulate(one.problem, [(0.1, 0.55)] * 20, range(1, 21), 1)  # the first twenty seeds
    errors = np.array([aim.error for aim in one.problem.aims])
    assert one.scales == pytest.approx(np.sqrt(errors**2 + middle.var(axis=0, ddof=1)), rel=1e-9)


def test_distances_are_as_the_simulated_values_say(found) -> None:
    one: Fit = found(1, 2)
    observed = np.array([aim.observed for aim in one.problem.aims])
    off = ((one.posterior.simulated - observed) / one.scales)[:, :2]  # retention is only checked
    assert one.posterior.distances == pytest.approx(np.sqrt((off**2).mean(axis=1)), rel=1e-12)


def test_a_target_out_of_reach_is_missed_by_how_far(found) -> None:
    *_, retention = targets_of(found(1, 2))
    runs = np.sort(found(1, 2).predicted[:, 2])
    assert not retention.met and retention.missed_by == pytest.approx(0.99 - runs[28])  # 95 % of 30 runs
    assert record(found(1, 2))["targets"][2]["met"] is False


def test_a_quantity_that_changes_nothing_is_not_told(tmp_path: Path) -> None:
    """Without a platform nobody pays its fee."""
    one = fit(small(tmp_path, SMALL.replace("frequency = [0.1, 1.0]", "fee = [0.0, 0.9]")))
    turnover, fee = quantities_of(one)
    assert turnover.told and not fee.told
    assert "do not tell fee" in record(one)["answer"]


def test_weighted_quantiles() -> None:
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25])
    assert [weighted_quantile(values, weights, share) for share in (0.05, 0.25, 0.3, 0.5, 0.51, 0.95)] == [
        1,
        1,
        2,
        2,
        3,
        3,
    ]


def test_files_hold_the_posterior(found, tmp_path: Path) -> None:
    names = {file.name for file in save_fit(found(1, 2), tmp_path / "out")}
    assert names == {path.name for path in (tmp_path / "out").iterdir()}
    nearest = load(tmp_path / "out" / "scenario.toml").market
    best = [one.best for one in quantities_of(found(1, 2))]
    assert [nearest.customers.turnover, nearest.customers.frequency] == pytest.approx(best)
    lines = (tmp_path / "out" / "posterior.csv").read_text().splitlines()
    assert len(lines) == 31 and lines[0].startswith("weight,distance,turnover,frequency,newcomers in late")


@pytest.mark.parametrize("name", calibrations())
def test_shipped_calibrations_can_be_tried(name: str) -> None:
    calibration = calibration_of(tomllib.loads((FITS / f"{name}.toml").read_text("utf-8")), name)
    for variant in ("", *(f":{one}" for one in calibration.variants)):
        problem = prepare(name + variant)
        low, high = (tuple(end[n] for end in problem.ends.values()) for n in (0, 1))
        assert problem.at(low).market != problem.at(high).market
        assert all(np.isfinite([aim.observed, aim.error]).all() and aim.error > 0 for aim in problem.aims)


def test_the_shipped_observations_are_counted_from_the_data() -> None:
    told = {(aim.name, aim.window): aim for aim in prepare("bitcoin-otc").aims}
    assert told["negative", "second year"].observed == pytest.approx(0.074, abs=0.001)
    assert told["newcomers", "third year"].observed == pytest.approx(0.785, abs=0.001)
    assert not any(aim.fitted for aim in told.values() if aim.window == "third year")
