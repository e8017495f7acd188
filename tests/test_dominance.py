"""Stochastic dominance: cases worked by hand, laws, and how sure resampling is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.dominance import dominance
from tests.test_statistics import NAN

numbers = arrays(float, 7, elements=st.integers(-20, 20).map(float))


def signs(other, baseline):
    return tuple(one.sign for one in dominance(other, baseline))


@pytest.mark.parametrize(("other", "baseline", "expected", "violations"), [
    ([2, 3, 4], [1, 3, 4], (1, 1), (0, 0)),
    ([1, 3, 4], [2, 3, 4], (-1, -1), (0, 0)),
    ([2, 2], [1, 3], (0, 1), (0.5, 0)),  # the same mean without the risk
    ([1, 4], [2, 2.5], (0, 0), (0.5, 0.25)),  # a higher mean for more risk: neither
    ([1, 4, 4, 4], [2, 3, 3, 3], (0, 0), (0.25, 0.25)),
    ([5, 5], [5, 5], (0, 0), (0, 0)),
])  # fmt: skip
def test_cases_by_hand(other, baseline, expected, violations):
    found = dominance(other, baseline)
    assert tuple(one.sign for one in found) == expected
    assert [one.violation for one in found] == pytest.approx(violations)


@given(numbers, numbers)
def test_laws_of_dominance(a, b):
    one, other = dominance(a, b), dominance(b, a)
    for here, there in zip(one, other, strict=True):
        assert here.sign == -there.sign
        assert (here.violation, here.share) == pytest.approx((there.violation, there.share))
    first, second = (found.sign for found in one)
    assert first in (0, second)  # the first order implies the second
    if first:
        assert first * (a.mean() - b.mean()) > 0
    if second:
        assert second * (a.mean() - b.mean()) >= 0
    if (a > b).all():
        assert (first, second) == (1, 1)


@given(numbers, numbers)
def test_the_first_order_does_not_depend_on_the_scale(a, b):
    here, there = dominance(a, b)[0], dominance(a**3 + 2 * a, b**3 + 2 * b)[0]
    assert here == there


@given(numbers, numbers)
def test_sorted_samples_tell_the_same(a, b):
    """The quantile side of the definition: the first order is that of sorted numbers, the second of their sums."""
    lead = np.sort(a) - np.sort(b)
    for found, function in zip(dominance(a, b), (lead, np.cumsum(lead)), strict=True):
        expected = int((function >= 0).all() and (function > 0).any()) - int(
            (function <= 0).all() and (function < 0).any()
        )
        assert found.sign == expected


def test_the_share_tells_how_sure_the_answer_is():
    generator = np.random.default_rng(1)
    luck = generator.normal(size=40)
    far, near = dominance(luck + 3, luck), dominance(0.5 + generator.normal(size=40), luck)
    assert [one.share for one in far] == [1, 1]
    assert 0.3 < near[1].share < 1
    assert dominance(luck + 3, luck) == far  # the same every time


def test_replications_are_resampled_with_both_scenarios_of_a_seed():
    """Whatever is drawn, a pair that is ahead by a constant stays ahead; drawn apart it would often not."""
    luck = np.random.default_rng(2).normal(size=30)
    assert dominance(luck + 0.01, luck)[0].share == 1
    shuffled = np.random.default_rng(3).permutation(luck)
    assert dominance(shuffled + 0.01, luck)[0].share < 0.5


def test_shares_are_those_of_all_possible_resamples():
    # Two pairs, (1, 0) and (0, 1), are drawn twice: equally often ahead, behind, and, in half the cases, the same.
    found = dominance([1.0, 0.0], [0.0, 1.0])
    assert [one.sign for one in found] == [0, 0]
    assert [one.share for one in found] == pytest.approx([0.5, 0.5], abs=0.05)


def test_nothing_to_measure_and_rounding():
    assert all(np.isnan([one.violation, one.share]).all() for one in dominance([NAN], [1.0]))
    assert dominance([1.0, NAN, 3.0], [0.0, 9.0, 2.0]) == dominance([1.0, 3.0], [0.0, 2.0])
    assert signs([0.1 + 0.2, 0.5], [0.3, 0.5]) == (0, 0)
    with pytest.raises(ValueError, match="one length"):
        dominance([1.0], [1.0, 2.0])
