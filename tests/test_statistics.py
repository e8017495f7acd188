"""Paired statistics: against published and independent numbers, and the laws they obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from scenarios.statistics import estimate, intervals, paired, spread

# Student (1908), "The probable error of a mean", Biometrika 6:1-25: additional hours of sleep of ten patients.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
numbers = arrays(float, 8, elements=st.floats(-1e3, 1e3))
NAN = float("nan")


def test_the_sleep_data_of_student():
    found = paired(DRUG_2, DRUG_1)
    assert found.difference == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)  # R: t.test(paired = TRUE)
    assert found.effect_size == pytest.approx(1.58 / 1.229995, abs=1e-5)
    assert (found.pairs, found.left_out, found.sign) == (10, 0, 1)


def test_intervals_are_those_of_scipy():
    values = np.random.default_rng(1).normal(3, 2, 12)
    found = estimate(values)
    expected = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected)
    test = stats.ttest_rel(DRUG_2, DRUG_1)
    assert paired(DRUG_2, DRUG_1).effect_size == pytest.approx(test.statistic / np.sqrt(10))


def test_interval_holds_the_truth_in_95_of_100_cases():
    samples = np.random.default_rng(2).normal(5, 1, (6, 4000))
    _, low, high, _ = intervals(samples)
    assert np.mean((low < 5) & (high > 5)) == pytest.approx(0.95, abs=0.012)


@given(numbers, numbers)
def test_order_flips_the_sign(a, b):
    one, other = paired(a, b), paired(b, a)
    assert one.difference == pytest.approx(-other.difference)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.sign == -other.sign
    assert one.variance_ratio == pytest.approx(other.variance_ratio)


@given(numbers)
def test_a_scenario_does_not_differ_from_itself(a):
    found = paired(a, a)
    assert (found.difference, found.low, found.high, found.effect_size, found.sign) == (0, 0, 0, None, 0)


@given(numbers, st.floats(0.5, 100))
def test_a_constant_difference_has_no_width_and_no_effect_size(a, constant):
    found = paired(a + constant, a)
    assert found.difference == pytest.approx(constant)
    assert found.low == found.high
    assert found.effect_size is None
    assert found.sign == 1


@given(numbers, numbers, st.floats(0.01, 100))
def test_units_do_not_matter_to_effect_size_and_gain(a, b, scale):
    one, other = paired(a, b), paired(scale * a, scale * b)
    if one.effect_size is not None and np.ptp(a - b) > 1e-6:
        assert other.effect_size == pytest.approx(one.effect_size, rel=1e-6)
        assert other.variance_ratio == pytest.approx(one.variance_ratio, rel=1e-6)


def test_variance_ratio_is_what_pairing_gained():
    luck = np.array([1.0, 2.0, 3.0, 4.0])
    assert paired(luck + np.array([0.1, -0.1, 0.1, -0.1]), luck).variance_ratio < 0.05
    assert paired(-luck, luck).variance_ratio == pytest.approx(2)  # opposite luck: twice as bad as none
    assert paired([1.0, 1.0], [2.0, 2.0]).variance_ratio is None


def test_pairs_with_nothing_to_measure_are_left_out_and_counted():
    found = paired([1.0, NAN, 3.0, 4.0, NAN], [0.0, 5.0, NAN, 2.0, NAN])
    assert (found.pairs, found.left_out, found.difference) == (2, 3, 1.5)
    complete = paired([1.0, 4.0, 2.0], [0.0, 2.0, 2.0])
    assert paired([1.0, 9.0, 4.0, 2.0], [0.0, NAN, 2.0, 2.0]).variance_ratio == complete.variance_ratio
    assert estimate([1.0, NAN, 3.0]).mean == 2
    assert estimate([1.0, NAN, 3.0]).n == 2


@pytest.mark.parametrize("values", [[], [NAN], [NAN, NAN], [7.0]])
def test_too_few_replications_have_no_interval(values):
    one, two = estimate(values), paired(values, values)
    assert np.isnan([one.low, one.high, two.low, two.high]).all()
    assert (two.sign, two.effect_size) == (0, None)
    assert one.to_dict()["low"] is None
    assert two.to_dict()["high"] is None


def test_rounding_is_not_variation():
    assert spread(np.array([0.1 + 0.2, 0.3, 0.3])) == 0
    assert paired([0.1 + 0.2, 0.3], [0.2, 0.2]).effect_size is None


def test_columns_are_independent():
    values = np.array([[1.0, NAN], [3.0, 4.0], [5.0, 8.0]])
    mean, low, _, n = intervals(values)
    assert mean.tolist() == [3, 6]
    assert n.tolist() == [3, 2]
    assert low[1] == pytest.approx(estimate([4.0, 8.0]).low)


def test_unequal_lengths_are_no_pairs():
    with pytest.raises(ValueError, match="one length"):
        paired([1.0, 2.0], [1.0])
