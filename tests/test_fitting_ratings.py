"""Ratings and their patterns: against an example counted by hand, closed forms, and other numbers for the people."""

import math

import numpy as np
import pytest

from scenarios import load
from scenarios.fitting.patterns import PATTERNS, Window, bootstrapped, observe
from scenarios.fitting.ratings import Ratings, first_of_each_pair, read_ratings, simulated, watched_ratings
from scenarios.networks import NetworkError, shipped

A, B, C, D, E = range(5)
BY_HAND = first_of_each_pair(
    np.array([A, A, B, C, A, D, E]),
    np.array([B, C, A, D, D, A, A]),
    np.array([1.0, -2, 3, 1, 1, -1, 0]),
    np.array([1, 1, 2, 2, 3, 4, 4]),
)
WHOLE = Window(1, 4, 2)
HEADER = "buyer,provider,rating,time\n"


@pytest.mark.parametrize(
    ("name", "window", "counted"),
    [
        ("negative", WHOLE, 2 / 7),
        ("negative_raters", WHOLE, 2 / 5),  # A and D
        ("rating_again", WHOLE, 1 / 3),  # of A, B and C only A
        ("newcomers", Window(3, 4, 1), 2 / 3),  # D and E, not A
        ("newcomers", WHOLE, 1.0),
        ("ratings_per_rater", WHOLE, 7 / 6),  # four by three, three by three
        ("gini_received", WHOLE, 7 / 28),  # 1, 1, 2, 3
        ("gini_given", WHOLE, 8 / 35),  # 1, 1, 1, 1, 3
        ("reciprocity", WHOLE, 4 / 7),  # A and B, A and D
        ("reciprocity", Window(1, 2, 1), 2 / 4),
        ("negative", Window(3, 3, 1), 0.0),
    ],
)
def test_patterns_are_as_counted_by_hand(name: str, window: Window, counted: float) -> None:
    assert observe(name, BY_HAND, window) == pytest.approx(counted, abs=1e-15)


@pytest.mark.parametrize("name", PATTERNS)
def test_nothing_to_measure_is_nan(name: str) -> None:
    assert math.isnan(observe(name, BY_HAND, Window(8, 11, 2)))


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_do_not_depend_on_how_people_are_numbered(name: str) -> None:
    found = read_ratings(shipped("bitcoin-otc"), 7)
    other = np.random.default_rng(5).permutation(10_000) + 77
    renamed = Ratings(other[found.raters], other[found.rated], found.values, found.periods)
    window = Window(51, 102, 13)
    assert observe(name, renamed, window) == pytest.approx(observe(name, found, window), rel=1e-12)


@pytest.mark.parametrize("name", sorted(set(PATTERNS) - {"reciprocity"}))
def test_a_rater_drawn_twice_counts_as_two_people(name: str) -> None:
    """But for reciprocity: a copy is rated by nobody."""
    clone = [np.concatenate((column, column[BY_HAND.raters == A])) for column in BY_HAND]
    clone[0][len(BY_HAND.raters) :] = 99
    weights = np.where(BY_HAND.raters == A, 2.0, 1.0)
    for window in (WHOLE, Window(3, 4, 1)):
        assert PATTERNS[name].read(BY_HAND, window, weights) == pytest.approx(observe(name, Ratings(*clone), window))


def test_the_bootstrap_knows_the_error_of_a_share() -> None:
    """200 raters with one rating each, 60 of them negative: sqrt(p (1 - p) / n)."""
    n, p = 200, 0.3
    values = np.where(np.arange(n) < p * n, -1.0, 1.0)
    ratings = Ratings(np.arange(n), np.full(n, n), values, np.ones(n, int))
    drawn = bootstrapped("negative", ratings, Window(1, 2, 1), 2000, 1)
    assert np.std(drawn) == pytest.approx(math.sqrt(p * (1 - p) / n), rel=0.06)
    assert np.array_equal(drawn, bootstrapped("negative", ratings, Window(1, 2, 1), 2000, 1))


def test_a_rater_with_many_ratings_is_one_piece_of_evidence() -> None:
    """Five people, one of whom gives all the negative ratings: in about (4/5)**5 of the samples there are none."""
    raters = np.repeat(np.arange(5), 40)
    ratings = Ratings(raters, np.arange(200) + 5, np.where(raters == 0, -1.0, 1.0), np.ones(200, int))
    drawn = bootstrapped("negative", ratings, Window(1, 2, 1), 2000, 1)
    assert np.mean(drawn == 0) == pytest.approx(0.8**5, abs=0.04)


def test_a_file_is_cut_into_periods(tmp_path) -> None:
    file = tmp_path / "trades.csv"
    day = 86_400
    file.write_text(f"{HEADER}x,y,1,{10 * day}\nz,x,-3,{5 * day}\nx,y,-9,{25 * day}\nx,z,2,{12 * day}\n")
    found = read_ratings(file, 7)
    assert found.periods.tolist() == [1, 1, 2] and found.values.tolist() == [1.0, -3.0, 2.0]
    assert found.raters.tolist() == [0, 2, 0] and found.rated.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("buyer,provider,rating\nx,y,1\n", "trades.csv, line 1: no column time; the header needs"),
        (f"{HEADER}x,y,11,0\n", "trades.csv, line 2: rating is '11'; it must be a number from -10 to 10"),
        (f"{HEADER}x,y,1,-1\n", "trades.csv, line 2: time is '-1'; it must be a number from 0 to"),
        (HEADER, "trades.csv: there are no ratings in it"),
    ],
)
def test_mistakes_in_a_file_are_said(text: str, said: str, tmp_path) -> None:
    (tmp_path / "trades.csv").write_text(text)
    with pytest.raises((NetworkError, ValueError)) as caught:
        read_ratings(tmp_path / "trades.csv", 7)
    assert str(caught.value).startswith(said) and "\n" not in str(caught.value)


def test_a_market_with_one_firm_gives_one_rating_of_each_customer() -> None:
    settings = {"firms": 1, "customers": 30, "frequency": 1.0, "periods": 40, "turnover": 0.0, "specificity": 0.0}
    found = simulated(load("transactional", settings).market, 1)
    assert 0 < len(found.raters) <= 30 and len(set(found.raters)) == len(found.raters)
    assert len(set(found.rated)) == 1
    newcomers = simulated(load("transactional", settings | {"turnover": 0.2}).market, 1)
    assert len(newcomers.raters) > 60  # whoever takes over a row is another person


def test_a_simulated_rating_is_the_satisfaction_with_the_encounter() -> None:
    """In the first period every encounter is a pair's first."""
    done, found = watched_ratings(load("transactional", {"customers": 80, "periods": 1}).market, 1)
    assert len(found.values) == done.totals["encounters"].sum()
    assert ((found.values + 10) / 20).mean() == pytest.approx(done.series()["satisfaction"][0], rel=1e-12)


def test_simulated_ratings_are_first_encounters_of_pairs() -> None:
    found = simulated(load("platform", {"customers": 40, "periods": 20}).market, 3)
    pairs = list(zip(found.raters, found.rated, strict=True))
    assert len(set(pairs)) == len(pairs) and all(rater != rated for rater, rated in pairs)
    assert np.all(np.diff(found.periods) >= 0) and found.periods.min() == 1
    assert np.all(np.abs(found.values) <= 10) and (found.values < 0).any() and (found.values > 0).any()
