"""Random numbers: published vectors, and a small statistical battery on the draws as the rules use them."""

import itertools
import math
import statistics

import numba
import numpy as np
import pytest
from scipy import stats

from sim.draws import NUMBERS, draw, philox, pick
from sim.maths import exp, log, normal_quantile, power

U = np.uint64
# Random123, kat_vectors, philox 4x32 with 10 rounds: counter, key, result.
PUBLISHED = [
    ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, 0xFFFFFFFFFFFFFFFF, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        0x299F31D0A4093822,
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@numba.njit
def along(coordinate, count):
    """Return `count` draws of four with one of the coordinates (key, rule, period, actor, place) running."""
    out = np.empty((NUMBERS, count))
    at = np.array([7, 3, 5, 11, 2])
    for n in range(count):
        at[coordinate] = n
        out[0, n], out[1, n], out[2, n], out[3, n] = draw(np.uint64(at[0]), at[1], at[2], at[3], at[4])
    return out


@pytest.mark.parametrize(("counter", "key", "result"), PUBLISHED)
def test_philox_gives_the_published_words(counter, key, result):
    assert tuple(int(word) for word in philox(U(key), *map(U, counter))) == result


@pytest.mark.parametrize("number", range(NUMBERS))
@pytest.mark.parametrize("coordinate", range(5))
def test_draws_are_uniform_and_independent_along_every_coordinate(coordinate, number):
    draws = along(coordinate, 100_000)[number]
    assert draws.min() > 0 and draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > 1e-4
    for lag in (1, 2, 7):
        assert abs(np.corrcoef(draws[:-lag], draws[lag:])[0, 1]) < 4 / math.sqrt(len(draws))
    pairs, _, _ = np.histogram2d(draws[:-1], draws[1:], bins=16)
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("coordinate", range(5))
def test_the_four_numbers_of_a_draw_are_independent(coordinate):
    draws = along(coordinate, 100_000)
    assert np.abs(np.corrcoef(draws) - np.eye(NUMBERS)).max() < 4.5 / math.sqrt(100_000)
    for one, other in itertools.combinations(draws, 2):
        together, _, _ = np.histogram2d(one, other, bins=16)
        assert stats.chisquare(together.ravel()).pvalue > 1e-4


def test_no_coordinate_can_stand_for_another():
    values = [number for at in itertools.permutations((1, 2, 3, 4)) for number in draw(U(9), *at)]
    assert len(set(values)) == len(values)


def test_normal_draws_are_normal():
    draws = np.array([normal_quantile(luck) for i in range(5_000) for luck in draw(U(1), 2, 3, i, 0)])
    assert stats.kstest(draws, "norm").pvalue > 1e-4


def test_integer_draws_cover_their_range_evenly():
    counts = np.bincount([pick(draw(U(1), 2, 3, i, 0)[0], 10) for i in range(20_000)])
    assert len(counts) == 10
    assert stats.chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize("x", [-700.0, -50.5, -1.0, -1e-9, 0.0, 1e-300, 0.5, 1.0, 20.25, 700.0])
def test_exp_is_within_one_ulp(x):
    assert abs(exp(x) - math.exp(x)) <= math.ulp(math.exp(x))


def test_exp_saturates_without_overflow():
    assert exp(-1e9) == 0.0
    assert math.isfinite(exp(1e9))


@pytest.mark.parametrize("x", [1e-300, 0.1, 0.5, 0.99, 1.0, 1.01, 3.0, 1e300])
def test_log_is_within_one_ulp(x):
    assert abs(log(x) - math.log(x)) <= max(math.ulp(math.log(x)), 5e-324)


@pytest.mark.parametrize("p", [1e-15, 1e-6, 0.01, 0.075, 0.3, 0.5, 0.9, 0.999, 1 - 1e-12])
def test_normal_quantile_agrees_with_the_standard_library(p):
    assert normal_quantile(p) == pytest.approx(statistics.NormalDist().inv_cdf(p), rel=1e-12, abs=1e-15)


def test_power_at_its_ends():
    assert power(0.0, 0.0) == 1.0
    assert power(0.0, 0.3) == 0.0
    assert power(1.0, 0.7) == 1.0
    assert power(0.25, 0.5) == pytest.approx(0.5, rel=1e-15)
