"""Sensitivity indices against closed forms: published functions whose indices are known."""

import warnings

import numpy as np
import pytest

from scenarios.scenario import ScenarioError, load
from scenarios.sensitivity import (
    IDLE,
    LEVELS,
    MATTERS,
    UNKNOWN,
    Axis,
    Indices,
    axis_of,
    effects_of_luck,
    elementary_effects,
    morris,
    moves,
    problem,
    saltelli,
    sobol,
    trajectories,
)
from scenarios.variation import set_quantities
from tests.soak import SOAK, times

POINTS = times(2048, 16384)
TOLERANCE = 0.02 if SOAK else 0.05


def box(inputs, low=0.0, high=1.0):
    """Return the problem of `inputs` inputs, uniform between the same ends."""
    return {
        "num_vars": inputs,
        "names": [f"x{i + 1}" for i in range(inputs)],
        "bounds": [[low, high]] * inputs,
        "dists": ["unif"] * inputs,
    }


def ishigami(x, a=7.0, b=0.1):
    """Ishigami & Homma 1990; the inputs from -pi to pi; those after the third are dummies."""
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    """Return (first order, total) in closed form (Saltelli, Chan & Scott 2000, Sensitivity Analysis)."""
    first, second = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = first + second + both
    return np.array([first, second, 0]) / variance, np.array([first + both, second, both]) / variance


G = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])  # Saltelli & Sobol' 1995


def g_function(x):
    """Sobol's g-function: the product of (|4 x - 2| + a) / (1 + a)."""
    return ((np.abs(4 * x - 2) + G) / (1 + G)).prod(axis=1)


def g_indices():
    """Return (first order, total) in closed form: V_i = 1/3 / (1 + a_i)**2, V = prod(1 + V_i) - 1."""
    parts = 1 / 3 / (1 + G) ** 2
    whole = (1 + parts).prod() - 1
    return parts / whole, parts * (1 + parts).prod() / (1 + parts) / whole


def test_closed_forms_are_the_published_numbers():
    assert ishigami_indices()[0] == pytest.approx([0.3139, 0.4424, 0], abs=5e-5)
    assert ishigami_indices()[1] == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)
    assert g_indices()[0][:5] == pytest.approx([0.7162, 0.1790, 0.0237, 0.0072, 0.0001], abs=1e-4)


@pytest.mark.parametrize(("function", "of", "known"), [
    (ishigami, box(3, -np.pi, np.pi), ishigami_indices()),
    (g_function, box(8), g_indices()),
])  # fmt: skip
def test_shares_of_variance_are_the_published_ones(function, of, known):
    found = sobol(of, function(saltelli(of, POINTS, 1)), 1)
    for indices, share in zip((found.first, found.total), known, strict=True):
        assert indices.values == pytest.approx(share, abs=TOLERANCE)
        misses = [not low <= s <= high for low, high, s in zip(indices.lows, indices.highs, share, strict=True)]
        assert sum(misses) <= 1  # of 95 % intervals
        assert indices.names == tuple(of["names"])


def test_intervals_hold_the_truth_as_often_as_they_say():
    of, (first, total) = box(3, -np.pi, np.pi), ishigami_indices()
    held = []
    for seed in range(times(20, 200)):
        found = sobol(of, ishigami(saltelli(of, 256, seed)), seed)
        for indices, share in ((found.first, first), (found.total, total)):
            held += [low <= s <= high for low, high, s in zip(indices.lows, indices.highs, share, strict=True)]
    assert np.mean(held) > 0.93  # scrambled points do better than the bootstrap, which takes them for random, thinks


def test_a_dummy_does_not_matter():
    of = box(4, -np.pi, np.pi)
    found = sobol(of, ishigami(saltelli(of, POINTS, 3)), 3)
    assert found.first.lows[3] <= 0 <= found.first.highs[3]
    assert found.total.lows[3] <= 0 <= found.total.highs[3] and found.total.verdicts[3] == IDLE
    points = trajectories(of, 20, 3)
    screened = morris(of, points, ishigami(points), 3)
    assert screened.mu_star.lows[3] <= 0 <= screened.mu_star.highs[3] and screened.mu_star.verdicts[3] == IDLE


def test_effects_of_a_linear_function_are_its_slopes():
    of, slopes = box(5, 2.0, 4.0), np.array([5.0, -3.0, 1.0, 0.01, 0.0])
    points = trajectories(of, 8, 1)
    found = morris(of, points, 7 + points @ slopes, 1)
    assert found.mu == pytest.approx(2 * slopes)  # over the whole range, 2 wide
    assert found.mu_star.values == pytest.approx(np.abs(2 * slopes))
    assert found.sigma == pytest.approx(np.zeros(5), abs=1e-12)
    assert all(found.mu_star.converged) and found.mu_star.order_converged
    assert found.mu_star.verdicts == (MATTERS, MATTERS, MATTERS, IDLE, IDLE)
    assert found.mu_star.scale == pytest.approx(10)


def test_effects_of_a_product_have_their_moments():
    """y = x1 x2 on four levels: an effect of x1 is x2, uniform over 0, 1/3, 2/3, 1."""
    of = box(2)
    points = trajectories(of, times(100, 400), 1)
    found = morris(of, points, points.prod(axis=1), 1)
    levels = np.linspace(0, 1, LEVELS)
    assert found.mu_star.values == pytest.approx([levels.mean()] * 2, abs=0.1)
    assert found.sigma == pytest.approx([levels.std()] * 2, abs=0.06)


def test_own_elementary_effects_are_those_of_the_library():
    of = problem(["turnover=0.005:0.3", "complexity", "specificity", "firms=10:200"])
    points = trajectories(of, 30, 2)
    values = np.sin(9 * points[:, 0]) * points[:, 1] + np.log(points[:, 3]) / (1 + points[:, 2])
    effects, found = elementary_effects(points, values), morris(of, points, values, 2)
    assert np.abs(effects).mean(axis=0) == pytest.approx(found.mu_star.values)
    assert effects.mean(axis=0) == pytest.approx(found.mu)


def test_luck_alone_gives_the_effects_it_is_said_to_give():
    of, rng = box(3), np.random.default_rng(1)
    points = trajectories(of, 100, 1)
    noise = rng.normal(size=(len(points), 5))
    found = morris(of, points, noise.mean(axis=1), 1)
    assert effects_of_luck(points, noise) == pytest.approx(found.mu_star.values, rel=0.25)
    slope = points[:, :1] * 3 + rng.normal(size=5)  # luck that all points share is in no effect
    assert effects_of_luck(points, slope) == pytest.approx(np.zeros(3), abs=1e-12)


def test_problems_and_designs():
    of = problem(["turnover=0.005:0.3", "complexity", "firms=10:40", Axis("talk", 0.1, 0.2, False, False)])
    assert of == {
        "num_vars": 4,
        "names": ["turnover", "complexity", "firms", "talk"],
        "bounds": [[0.005, 0.3], [0.0, 0.9], [10.0, 40.0], [0.1, 0.2]],
        "dists": ["logunif", "unif", "unif", "unif"],
    }
    asked = dict(of)
    designs = {trajectories: trajectories(of, 6, 1), saltelli: saltelli(of, 64, 1)}
    assert of == asked  # the library writes into what it is given
    assert designs[trajectories].shape == (6 * 5, 4) and designs[saltelli].shape == (64 * 6, 4)
    low, high = np.array(of["bounds"]).T
    for make, points in designs.items():
        assert (points >= low).all() and (points <= high).all()
        assert np.array_equal(points, make(of, len(points) // (5 if make is trajectories else 6), 1))
    assert not np.array_equal(saltelli(of, 64, 2), designs[saltelli])
    middle = np.median(designs[saltelli][:, 0])
    assert middle == pytest.approx(np.sqrt(0.005 * 0.3), rel=0.1)  # by factors
    assert axis_of("firms=10:40").whole and not axis_of("turnover").whole
    scenario = set_quantities(load("transactional"), dict(zip(of["names"], designs[saltelli][7], strict=True)))
    assert type(scenario.market.providers.firms) is int


def test_the_last_bit_of_a_bound_is_not_crossed():
    of = problem(["drift=0.03:0.3", "complexity"])  # (0.3 - 0.03) + 0.03 is above 0.3, the most that is allowed
    points = trajectories(of, 10, 1)
    assert points[:, 0].max() == 0.3 and points[:, 0].min() == 0.03
    set_quantities(load("transactional"), dict(zip(of["names"], points.max(axis=0), strict=True)))


def test_everything_is_a_function_of_the_seed():
    of = box(3, -np.pi, np.pi)
    for seed in (0, 5):
        points, lines = saltelli(of, 64, seed), trajectories(of, 6, seed)
        assert sobol(of, ishigami(points), seed) == sobol(of, ishigami(points), seed)
        assert morris(of, lines, ishigami(lines), seed) == morris(of, lines, ishigami(lines), seed)
    assert sobol(of, ishigami(points), 1) != sobol(of, ishigami(points), 2)


def test_marks_follow_the_rule():
    made = Indices(("a", "b", "c", "d"), (0.5, 0.06, 0.0, 0.03), (0.026, 0.02, 0.01, 0.01), 1.0, 0.99)
    assert made.converged == (False, True, True, True) and made.widest == pytest.approx(0.052)
    assert made.verdicts == (MATTERS, UNKNOWN, IDLE, IDLE)
    assert made.order_converged and made.descending() == [0, 1, 3, 2]
    scaled = Indices(made.names, tuple(10 * v for v in made.values), tuple(10 * h for h in made.halves), 10.0, 1.0)
    assert scaled.converged == made.converged and scaled.verdicts == made.verdicts
    assert scaled.widest == pytest.approx(made.widest) and not scaled.order_converged


def test_moves_count_places_large_indices_most():
    assert moves(np.array([[3.0, 2.0, 1.0]] * 5)) == 0
    assert moves(np.array([[2.0, 1.0], [1.0, 2.0]])) == 1  # both move one place
    assert moves(np.array([[10.0, 0.2, 0.1], [10.0, 0.1, 0.2]])) == pytest.approx(2 * 0.04 / (100 + 0.08))


def test_more_points_converge():
    of = box(3, -np.pi, np.pi)
    few, many = (sobol(of, ishigami(saltelli(of, n, 1)), 1).total for n in (64, 4096))
    assert not any(few.converged[:2]) and many.widest < few.widest / 5
    y = saltelli(of, 4096, 1) @ np.array([1.0, 0.02, 0.0])
    clear = sobol(of, y, 1).total
    assert clear.converged[1:] == (True, True) and clear.verdicts == (MATTERS, IDLE, IDLE)


def test_few_trajectories_are_spread_out():
    of = box(6)
    spread, plain = (trajectories(of, n, 1)[: 20 * 7] for n in (20, 21))
    apart = [np.linalg.norm(points[:, np.newaxis] - points, axis=2).mean() for points in (spread, plain)]
    assert apart[0] > apart[1]


@pytest.mark.parametrize(("ask", "sentence"), [
    (lambda: problem(["turnover", "customers.turnover"]), "turnover and customers.turnover are the same quantity"),
    (lambda: problem(["complexty"]), "did you mean complexity"),
    (lambda: problem(["complexity=0.5:0.1"]), "not a range"),
    (lambda: problem(["firms=3:3.4"]), "not a range|fewer than 2 different whole"),
    (lambda: saltelli(box(2), 100, 1), "points: 100 is not a power of two.* take 64 or 128"),
    (lambda: saltelli(box(2), 1, 1), "points: 1 is not a power of two.* take 2 or 4"),
    (lambda: sobol(box(2), np.ones(64), 1), "the result is 1 at all 64 points: there is no variation"),
    (lambda: sobol(box(2), [1.0, np.nan] * 32, 1), "32 of 64 points have no value"),
    (lambda: sobol(box(2), np.arange(63.0), 1), "one value for each of the 60 points"),
    (lambda: sobol(box(2), [], 1), "one value for each"),
    (lambda: morris(box(2), trajectories(box(2), 4, 1), np.arange(11.0), 1), "each of the 12 points"),
    (lambda: morris(box(2), trajectories(box(2), 4, 1), np.full(12, 0.1) + 1e-17, 1), "no variation"),
    (lambda: morris(box(2), trajectories(box(2), 4, 1), [np.inf, *range(11)], 1), "1 of 12 points have no value"),
])  # fmt: skip
def test_wrong_questions_get_a_sentence(ask, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        ask()


def test_the_library_has_nothing_to_warn_of():
    of = problem(["turnover=0.005:0.3", "complexity"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        points = trajectories(of, 6, 1)
        morris(of, points, points.sum(axis=1), 1)
        sobol(of, saltelli(of, 64, 1).sum(axis=1), 1)
