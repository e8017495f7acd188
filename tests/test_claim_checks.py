"""Claims decided: every kind of check on made data, how often sequential looks err, what verdicts say."""

import numpy as np
import pytest

from scenarios.claim_checks import Contrast, Measured, combined
from scenarios.claim_decisions import BATCH, MOST, Status, decide, find, main_of
from scenarios.claim_runs import prepare, try_points
from scenarios.claim_verdicts import FAILS, HOLDS, HOLDS_WHERE, UNDECIDED, Answer, Edge, answer_of
from scenarios.claim_words import words
from scenarios.claims import LANGUAGES, claim_of
from scenarios.looks import RISK, looks_of
from tests.toy_claim import toy

# --- kinds of checks ---------------------------------------------------------------------------------------

ABOUT = Measured("m")
LUCK = np.random.default_rng(1).normal(size=BATCH)  # shared by all variants


def status_of(table: dict, means: dict[str, float], noise: float = 0.01) -> Status:
    """Decide a check on made data: the variants' means, shared luck, a little noise of their own."""
    check = claim_of(toy() | {"variants": dict.fromkeys(means, "platform"), "checks": [table]}, "toy").checks[0]
    own = np.random.default_rng(2)
    values = {(name, ABOUT): mean + LUCK + own.normal(scale=noise, size=BATCH) for name, mean in means.items()}
    return decide(check.groups(values), 5, check.precision)[0]


T, F, U = Status.TRUE, Status.FALSE, Status.UNDECIDED
DIFFERENCE = {"kind": "difference", "measure": "m", "of": "a", "over": "b"}
TREND = {"kind": "trend", "measure": "m", "over": ["a", "b", "c"]}
PEAK = {"kind": "peak", "measure": "m", "over": ["a", "b", "c", "d"]}
BOTH = {"kind": "complements", "measure": "m", "neither": "a", "one": "b", "other": "c", "both": "d"}
SMALL = {"kind": "small", "measure": "m", "of": "a", "over": "b", "margin": 0.1}


@pytest.mark.parametrize(
    ("table", "means", "noise", "status"),
    [
        (DIFFERENCE, (1, 0), 0.01, T),
        (DIFFERENCE, (0, 1), 0.01, F),
        (DIFFERENCE, (0, 0), 0.01, U),
        (DIFFERENCE, (0, 0), 0, F),  # exactly nothing
        (DIFFERENCE | {"precision": 0.1}, (0, 0), 0.01, F),  # surely less than what matters
        (DIFFERENCE | {"above": 2.0}, (1, 0), 0.01, F),
        (DIFFERENCE | {"below": 2.0}, (1, 0), 0.01, T),
        (DIFFERENCE, (1, 0), 5, U),
        ({"kind": "level", "measure": "m", "of": "a", "above": -9.0}, (0,), 0.01, T),
        ({"kind": "level", "measure": "m", "of": "a", "below": -9.0}, (0,), 0.01, F),
        ({"kind": "level", "measure": "m", "of": "a"}, (-LUCK.mean(),), 0.01, U),
        (TREND, (0, 1, 2), 0.01, T),
        (TREND, (0, 3, 2), 0.01, F),  # a step against it
        (TREND, (2, 1, 0), 0.01, F),
        (TREND | {"direction": "falling"}, (2, 1, 0), 0.01, T),
        (TREND, (0, 0, 0), 0.01, U),
        (PEAK, (0, 1, 2, 1), 0.01, T),
        (PEAK, (0, 1, 2, 3), 0.01, F),
        (PEAK, (3, 1, 2, 1), 0.01, F),
        (PEAK, (0, 1, 1, 1), 0.01, U),
        (BOTH, (0, 1, 1, 3), 0.01, T),
        (BOTH, (0, 1, 1, 1.5), 0.01, F),
        (BOTH, (0, 1, 1, 2), 0.01, U),
        (BOTH | {"below": 0.0}, (0, 1, 1, 1.5), 0.01, T),
        (SMALL, (0, 0), 0.01, T),
        (SMALL, (0, 1), 0.01, F),
        (SMALL, (0, 0.1), 0.01, U),
    ],
)
def test_checks_are_decided_rightly(table: dict, means: tuple, noise: float, status: Status) -> None:
    content = {name: float(mean) for name, mean in zip("abcd", means, strict=False)}
    assert status_of(table, content, noise) == status


@pytest.mark.parametrize(("rival", "status"), [(0.0, T), (2.0, F)])
def test_own_ground(rival: float, status: Status) -> None:
    table = {"kind": "own ground", "measure": "m", "among": ["a", "b"], "grounds": {"x": "a", "y": "b"}}
    content = toy() | {"variants": {"a": {}, "b": {}}, "conditions": {"x": {}, "y": {}}, "checks": [table]}
    check = claim_of(content | {"boundaries": []}, "toy").checks[0]
    means = {"a in x": 1.0, "b in x": 0.0, "a in y": rival, "b in y": 1.0}
    noise = np.random.default_rng(3)
    values = {(name, ABOUT): mean + LUCK + noise.normal(scale=0.01, size=BATCH) for name, mean in means.items()}
    assert sorted(check.variants()) == sorted(means)
    assert decide(check.groups(values), 5, check.precision)[0] == status


def test_what_could_not_be_measured_decides_nothing() -> None:
    gaps = np.where(np.arange(BATCH) < 8, np.nan, 1.0)
    found = find(Contrast("x", gaps, "above", 0.0), 0.01, 0.0)
    assert found.status == Status.UNDECIDED and (found.n, found.left_out) == (4, 8)
    few = np.where(np.arange(BATCH) < 2, np.nan, 1.0 + np.arange(BATCH))
    found = find(Contrast("x", few, "above", 0.0), 0.01, 0.0)
    assert found.status == Status.TRUE and found.n == 10 and main_of([found]) is found


def test_rounding_is_no_difference() -> None:
    a = LUCK / 3
    assert not combined([1, -1], [a * 3, LUCK]).any()


# --- sequential looks --------------------------------------------------------------------------------------


def test_looks() -> None:
    assert (
        looks_of(MOST, BATCH) == [12, 24, 36, 48, 60]
        and looks_of(5, BATCH) == [5]
        and looks_of(30, BATCH) == [12, 24, 30]
    )


@pytest.mark.parametrize("mean", [0.0, 0.3])
def test_all_intervals_together_hold_the_mean(mean: float) -> None:
    """Stopping whenever one likes, the interval at hand misses the mean in at most 5 % of the cases."""
    rows = np.random.default_rng(4).normal(mean, size=(1500, MOST))
    looks = looks_of(MOST, BATCH)
    missed = [any(not _holds(row[:n], mean, len(looks)) for n in looks) for row in rows]
    assert np.mean(missed) <= RISK + 2 * np.sqrt(RISK * (1 - RISK) / len(rows))


def _holds(values: np.ndarray, mean: float, looks: int) -> bool:
    found = find(Contrast("x", values, "above", 0.0), RISK / looks, 0.0)
    return found.low <= mean <= found.high


def test_without_the_correction_it_would_err_more_often() -> None:
    rows = np.random.default_rng(5).normal(size=(1000, MOST))
    missed = [any(not _holds(row[:n], 0.0, 1) for n in looks_of(MOST, BATCH)) for row in rows]
    assert np.mean(missed) > 2 * RISK


# --- verdicts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "shape"),
    [
        ((T, T, F), ("up to", [2])),
        ((F, T, T), ("from", [2])),
        ((F, T, F), ("one", [2])),
        ((T, F, T), ("at", [1, 3])),
        ((T, T, T), ("all", [])),
        ((F, U, F), ("none", [])),
        ((T, U, F), ("up to", [1])),
    ],
)
def test_shapes_of_boundaries(statuses: tuple, shape: tuple) -> None:
    assert Edge("q", (1, 2, 3), statuses).shape == shape


def test_boundaries_between_and_of_words() -> None:
    assert Edge("q", (1, 2, 3, 4), (F, T, T, F)).shape == ("between", [2, 3])
    assert Edge("q", ("a", "b"), (T, F)).shape == ("one", ["a"])
    assert Edge("q", ("a", "b", "c"), (T, F, T)).shape == ("at", ["a", "c"])


def answer_with(monkeypatch, statuses: list[Status], stops: bool = False) -> Answer:
    """Return the answer to the toy claim, were its points (base, then 0.3) decided so."""
    experiment = prepare(claim_of(toy() | {"stops": stops}, "toy"))
    points = try_points(experiment, most=2)
    for point, status in zip(points, statuses, strict=True):
        monkeypatch.setattr(type(point), "status", property(lambda self: self.__dict__["_status"]), raising=False)
        point.__dict__["_status"] = status
    return answer_of(experiment, 1, points)


@pytest.mark.parametrize(
    ("statuses", "verdict", "where"),
    [
        ([T, T], HOLDS, "boundary not found"),
        ([T, F], HOLDS_WHERE, "exchange.complexity >= 0.5"),
        ([F, T], HOLDS_WHERE, "exchange.complexity <= 0.3"),
        ([F, F], FAILS, ""),
        ([U, F], UNDECIDED, "undecided at exchange.complexity = 0.5"),
        ([U, T], HOLDS_WHERE, "exchange.complexity <= 0.3; undecided at exchange.complexity = 0.5"),
    ],
)
def test_verdicts(monkeypatch, statuses: list[Status], verdict: str, where: str) -> None:
    answer = answer_with(monkeypatch, statuses, stops=True)
    assert (answer.verdict, answer.where()) == (verdict, where)
    for language in LANGUAGES:
        assert answer.title(language) == words(language)[verdict]
