"""Effect sizes, adjusted p values and the seeds' share: published numbers, coverage by simulation, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from scenarios.effects import holm, p_value, seed_share, seed_share_paired, superiority
from scenarios.statistics import paired
from tests.soak import times
from tests.test_statistics import DRUG_1, DRUG_2, NAN

# Shrout & Fleiss (1979), table 2: six targets (rows) rated by four judges (columns).
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
numbers = arrays(float, 9, elements=st.integers(-50, 50).map(float))


def luck(samples, n, correlation, seed=1):
    """Return pairs of standard normal numbers, shape (samples, n) each."""
    one, two = np.random.default_rng(seed).normal(size=(2, samples, n))
    return one, correlation * one + np.sqrt(1 - correlation**2) * two


@pytest.mark.parametrize("ties", [False, True])
def test_superiority_is_mann_whitneys_u_without_the_pairs_of_one_seed(ties):
    a, b = np.random.default_rng(3).normal([[0.4], [0.0]], size=(2, 14))
    if ties:
        a, b = a.round(), b.round()
    u = stats.mannwhitneyu(a, b).statistic - ((a > b) + (a == b) / 2).sum()
    assert superiority(a, b).a12 == pytest.approx(u / (14 * 13))


def test_superiority_on_the_sleep_data_counted_by_hand():
    wins = sum((x > y) + (x == y) / 2 for i, x in enumerate(DRUG_2) for j, y in enumerate(DRUG_1) if i != j)
    assert superiority(DRUG_2, DRUG_1).a12 == pytest.approx(wins / 90)


@pytest.mark.parametrize("correlation", [0.0, 0.9])
@pytest.mark.parametrize("truth", [0.5, 0.8, 0.97])
def test_superiority_is_unbiased_and_its_interval_holds_the_truth(correlation, truth):
    a, b = luck(times(400, 4000), 24, correlation)
    found = [superiority(x, y) for x, y in zip(a + np.sqrt(2) * stats.norm.ppf(truth), b, strict=True)]
    error = np.std([one.a12 for one in found]) / np.sqrt(len(found))
    assert np.mean([one.a12 for one in found]) == pytest.approx(truth, abs=3.5 * error)
    covered = np.mean([one.low <= truth <= one.high for one in found])
    assert covered >= 0.95 - 3 * np.sqrt(0.0475 / len(found))
    assert np.mean([one.high - one.low for one in found]) < 0.45  # no wide interval that holds everything


@given(numbers, numbers)
def test_laws_of_superiority(a, b):
    one, other = superiority(a, b), superiority(b, a)
    assert one.a12 + other.a12 == pytest.approx(1)
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low))
    assert 0 <= one.low <= one.a12 <= one.high <= 1
    assert superiority(a**3 + 2 * a, b**3 + 2 * b) == one
    assert superiority(a, a).a12 == 0.5


def test_superiority_at_its_ends_is_not_more_certain_than_independent_comparisons_are():
    found = superiority(np.arange(10.0) + 100, np.arange(10.0))
    exact = stats.binomtest(5, 5).proportion_ci(0.95, "exact")
    assert (found.a12, found.low, found.high) == pytest.approx((1, exact.low, 1))
    assert superiority(np.arange(10.0), np.arange(10.0) + 100).high == pytest.approx(1 - exact.low)


def test_superiority_of_little_or_nothing():
    assert superiority([1.0, 2.0, NAN, 5.0], [0.0, NAN, 3.0, 1.0]).pairs == 2
    assert np.isnan(superiority([1.0, 2.0], [0.0, 1.0]).low)
    assert np.isnan(superiority([1.0], [0.0]).a12)
    assert superiority([0.1 + 0.2] * 3, [0.3] * 3).a12 == 0.5  # rounding is a tie
    with pytest.raises(ValueError, match="one length"):
        superiority([1.0], [1.0, 2.0])


def test_p_values_are_students():
    assert p_value(paired(DRUG_2, DRUG_1)) == pytest.approx(0.00283289, abs=1e-8)  # R: t.test(paired = TRUE)
    a, b = luck(1, 8, 0.5)
    assert p_value(paired(a[0], b[0])) == pytest.approx(stats.ttest_rel(a[0], b[0]).pvalue)
    assert p_value(paired([2.0, 3.0], [1.0, 2.0])) == 0
    assert p_value(paired([2.0, 3.0], [2.0, 3.0])) == 1
    assert np.isnan(p_value(paired([2.0], [1.0])))


def test_holm_on_published_examples():
    # Wikipedia, "Holm-Bonferroni method": hypotheses 1 and 4 are rejected, 2 and 3 are not.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # Benjamini & Hochberg (1995), J R Stat Soc B 57:289-300, section 4: Bonferroni's and Hochberg's procedures, between
    # which Holm's lies, reject the same three of fifteen.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    assert (holm(p) <= 0.05).sum() == 3
    assert holm(p)[:4] == pytest.approx([15 * 0.0001, 14 * 0.0004, 13 * 0.0019, 12 * 0.0095])


@given(arrays(float, 7, elements=st.floats(0, 1)))
def test_holm_rejects_what_his_steps_reject(p):
    adjusted, ordered = holm(p), np.sort(p)
    steps = ordered <= 0.05 / np.arange(7, 0, -1)
    rejected = 7 if steps.all() else int(np.argmin(steps))
    assert (adjusted <= 0.05 + 1e-12).sum() >= rejected >= (adjusted <= 0.05 - 1e-12).sum()
    assert (p <= adjusted).all() and (adjusted <= np.minimum(1, 7 * p)).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


def test_holm_leaves_out_what_was_no_test():
    assert holm([[0.01, NAN], [0.02, NAN]]) == pytest.approx(np.array([[0.02, NAN], [0.02, NAN]]), nan_ok=True)
    assert holm([]).size == 0


def test_holm_keeps_the_risk_of_any_false_alarm():
    a = np.random.default_rng(5).normal(size=(times(2000, 20_000), 5))
    alarms = [(holm(2 * stats.norm.sf(np.abs(row))) <= 0.05).any() for row in a]
    assert np.mean(alarms) == pytest.approx(0.05, abs=3.5 * np.sqrt(0.0475 / len(a)))


def test_seed_shares_of_shrout_and_fleiss():
    one, two = seed_share(RATINGS), seed_share_paired(RATINGS)
    assert 1 - one.share == pytest.approx(0.17, abs=0.005)  # ICC(1,1), -0.13 to 0.72; below 0 there is no share
    assert (1 - one.high, 1 - one.low) == pytest.approx((0.0, 0.72), abs=0.005)
    assert 1 - two.share == pytest.approx(0.29, abs=0.005)  # ICC(2,1), 0.02 to 0.76
    assert (1 - two.high, 1 - two.low) == pytest.approx((0.02, 0.76), abs=0.005)


def table(generator, points, seeds, rest, shape):
    """Return values whose variance has the three parts; `seeds` is luck that all points share."""
    n, r = shape
    parts = (points, (n, 1)), (seeds, (1, r)), (rest, (n, r))
    return sum(np.sqrt(part) * generator.normal(size=size) for part, size in parts)


@pytest.mark.parametrize(("share", "parts", "of"), [
    (0.3, (0.7, 0.0, 0.3), seed_share),
    (0.8, (0.2, 0.0, 0.8), seed_share),
    (0.3, (0.7, 0.2, 0.1), seed_share_paired),
    (0.8, (0.2, 0.5, 0.3), seed_share_paired),
    (0.8, (0.2, 0.0, 0.8), seed_share_paired),
])  # fmt: skip
def test_known_seed_shares_are_found(share, parts, of):
    generator = np.random.default_rng(7)
    found = [of(table(generator, *parts, (12, 15))) for _ in range(times(400, 4000))]
    assert np.median([one.share for one in found]) == pytest.approx(share, abs=0.05)
    covered = np.mean([one.low <= share <= one.high for one in found])
    assert covered == pytest.approx(0.95, abs=0.015 + 3 * np.sqrt(0.0475 / len(found)))


def test_parts_of_the_variance_are_unbiased():
    generator = np.random.default_rng(8)
    many = table(generator, 0.6, 0.3, 0.1, (400, 400))
    assert seed_share_paired(many).share == pytest.approx(0.4, abs=0.03)
    apart = table(generator, 0.6, 0.0, 0.4, (400, 400))
    assert seed_share(apart).share == pytest.approx(0.4, abs=0.04)


def test_shared_luck_misleads_a_one_way_analysis():
    generator = np.random.default_rng(9)
    tables = [table(generator, 0.1, 0.89, 0.01, (10, 5)) for _ in range(200)]
    one, two = (np.mean([of(values).share for values in tables]) for of in (seed_share, seed_share_paired))
    assert two < 0.92 < 0.94 < one  # the truth is 0.9


@pytest.mark.parametrize("of", [seed_share, seed_share_paired])
def test_seed_shares_at_their_ends(of):
    assert of([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]).share == 0
    assert np.isnan(of([[1.0, 1.0], [1.0, 1.0]]).share)
    assert np.isnan(of([[1.0, 2.0, 3.0]]).low)
    assert np.isnan(of([[1.0, NAN], [2.0, 3.0]]).share)  # one replication is left
    for seeds in ([1.0, 2.0, 4.0], [0.0, 1.0], [2.2206547677, 1.774521393]):
        assert of([seeds] * 4).share == pytest.approx(1)
    complete = of([[1.0, 2.0, 4.0], [5.0, 3.0, 7.0]])
    assert of([[1.0, 2.0, NAN, 4.0], [5.0, 3.0, 8.0, 7.0]]) == complete
    scaled = of(1e-6 * np.array([[1.0, 2.0, 4.0], [5.0, 3.0, 7.0]]) + 1)
    assert scaled.share == pytest.approx(complete.share, rel=1e-6)
    with pytest.raises(ValueError, match="points, replications"):
        of([1.0, 2.0])
