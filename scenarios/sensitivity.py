"""Sensitivity indices through SALib: which inputs a result follows from. Pure functions of points and values.

Screening by elementary effects: Morris (1991), doi:10.1080/00401706.1991.10484804, with the mean of their absolute
values, mu*, and spread out trajectories: Campolongo, Cariboni & Saltelli (2007), doi:10.1016/j.envsoft.2006.10.004;
Ruano et al. (2012), doi:10.1016/j.envsoft.2012.03.008. Decomposition of variance: Sobol' (2001),
doi:10.1016/S0378-4754(00)00270-6, estimated as in Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018.

When an index has converged: Sarrazin, Pianosi & Wagener (2016), doi:10.1016/j.envsoft.2016.02.005. Its 95 % bootstrap
interval is at most 0.05 wide (of the largest mu*, for elementary effects), and the order of the inputs has converged
when bootstrap samples differ by less than one place, large indices counting most. They call an input below 0.05
insensitive.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from SALib.analyze import morris as analyse_morris
from SALib.analyze import sobol as analyse_sobol
from SALib.sample import morris as sample_morris
from SALib.sample import sobol as sample_sobol

from scenarios.catalogue import ScenarioError
from scenarios.statistics import ROUNDING
from scenarios.variation import axis, by_factors, find

LEVELS = 4  # values of an input in Morris' design
STEP = LEVELS / (2 * (LEVELS - 1))  # share of the range that one step of a trajectory goes
POOL, MOST_SPREAD = 4, 20  # trajectories drawn for each one taken, where so many are few enough to choose among
RESAMPLES = 200  # bootstrap samples
PAIRS = 0.95  # share of the pairs of bootstrap samples whose orders must agree
LIMIT = 0.05  # both of an interval's width and of an index that matters
MATTERS, IDLE, UNKNOWN = "matters", "does not matter", "not known yet"

Problem = dict[str, Any]  # as SALib wants it: num_vars, names, bounds, dists


@dataclass(frozen=True)
class Axis:
    """A quantity and the values it takes: from `low` to `high`, by equal factors or steps, whole where it counts."""

    name: str
    low: float
    high: float
    by_factors: bool
    whole: bool


@dataclass(frozen=True)
class Indices:
    """One index of every input with its 95 % bootstrap interval, value - half to value + half.

    Attributes
    ----------
    names : tuple of str
    values, halves : tuple of float
    scale : float
        What intervals are held against: the largest mu*, in the unit of the result, or 1 for shares of variance.
    moves : float
        By how many places orders of the inputs differ: the 95 % quantile over pairs of bootstrap samples.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    halves: tuple[float, ...]
    scale: float
    moves: float

    @property
    def lows(self) -> tuple[float, ...]:
        """Lower bounds."""
        return tuple(value - half for value, half in zip(self.values, self.halves, strict=True))

    @property
    def highs(self) -> tuple[float, ...]:
        """Upper bounds."""
        return tuple(value + half for value, half in zip(self.values, self.halves, strict=True))

    @property
    def widest(self) -> float:
        """Width of the widest interval as a share of `scale`."""
        return 2 * max(self.halves) / self.scale

    @property
    def converged(self) -> tuple[bool, ...]:
        """Whether the interval of each input is narrow enough."""
        return tuple(2 * half <= LIMIT * self.scale for half in self.halves)

    @property
    def order_converged(self) -> bool:
        """Whether the order of the inputs is known."""
        return self.moves < 1

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Whether each input matters: its interval is above the limit, below it, or holds it."""
        limit = LIMIT * self.scale
        sides = zip(self.lows, self.highs, strict=True)
        return tuple(MATTERS if low > limit else IDLE if high < limit else UNKNOWN for low, high in sides)

    def descending(self) -> list[int]:
        """Return the places of the inputs, that of the largest index first."""
        return sorted(range(len(self.values)), key=lambda i: -self.values[i])


@dataclass(frozen=True)
class Effects:
    """Elementary effects over the whole range of each input, in the unit of the result: mu*, mean mu, deviation sigma.

    A sigma that is large against mu* tells of interactions or of a curve.
    """

    mu_star: Indices
    mu: tuple[float, ...]
    sigma: tuple[float, ...]


@dataclass(frozen=True)
class Shares:
    """Shares of the variance of the result: of each input alone (first order), and with all interactions (total)."""

    first: Indices
    total: Indices


def axis_of(text: str) -> Axis:
    """Return an axis such as 'turnover', between its usual ends, or 'turnover=0.01:0.2'; errors as in `axis`."""
    name, ends = axis(text, 2)
    low, high = map(float, ends)
    return Axis(name, low, high, by_factors(low, high), find(name)[2].annotation is int)


def problem(axes: Sequence[str | Axis]) -> Problem:
    """Return what SALib calls a problem: names, bounds and distributions, uniform over values or over factors.

    Raises
    ------
    ScenarioError
        If a quantity or a range is not possible, or a quantity is given twice.
    """
    made = [one if isinstance(one, Axis) else axis_of(one) for one in axes]
    places = [find(one.name)[:2] for one in made]
    for n, place in enumerate(places):
        if place in places[:n]:
            first = made[places.index(place)].name
            raise ScenarioError(f"{first} and {made[n].name} are the same quantity; an axis is given once")
    return {
        "num_vars": len(made),
        "names": [one.name for one in made],
        "bounds": [[one.low, one.high] for one in made],
        "dists": ["logunif" if one.by_factors else "unif" for one in made],
    }


def trajectories(of: Problem, number: int, seed: int) -> NDArray:
    """Return `number` trajectories of Morris, shape (number * (inputs + 1), inputs).

    Up to 20 are those of four times as many that lie farthest apart; more cover the ranges by themselves, and
    choosing among them would take minutes.
    """
    drawn, taken = (POOL * number, number) if number <= MOST_SPREAD else (number, None)
    return _inside(of, lambda asked, rng: sample_morris.sample(asked, drawn, LEVELS, taken, seed=rng), seed)


def saltelli(of: Problem, number: int, seed: int) -> NDArray:
    """Return Saltelli's design over `number` scrambled Sobol' points, shape (number * (inputs + 2), inputs).

    Raises
    ------
    ScenarioError
        If `number` is no power of two.
    """
    refuse_odd_number(number)
    return _inside(of, lambda asked, rng: sample_sobol.sample(asked, number, calc_second_order=False, seed=rng), seed)


def refuse_odd_number(number: int) -> None:
    """Raise ScenarioError if `number` is no power of two: so many Sobol' points would not be spread evenly."""
    if number < 2 or number & (number - 1):
        below = 2 ** max(number.bit_length() - 1, 1)
        raise ScenarioError(
            f"points: {number} is not a power of two, as Sobol' points need; take {below} or {2 * below}"
        )


def _inside(of: Problem, sample: Callable[[Problem, np.random.Generator], NDArray], seed: int) -> NDArray:
    """Sample within the bounds, beyond which rounding may lead; SALib writes into the problem it is given."""
    points = sample(dict(of), np.random.default_rng(seed))
    return np.clip(points, *np.array(of["bounds"]).T)


def morris(of: Problem, points: NDArray, values: ArrayLike, seed: int) -> Effects:
    """Return the elementary effects of each input.

    Parameters
    ----------
    of : dict
    points : ndarray, shape (points, inputs)
        What `trajectories` gave.
    values : array_like, shape (points,)
        The result at each point, in the same order.
    seed : int
        Of the bootstrap.

    Raises
    ------
    ScenarioError
        If a value is missing, or all are equal.
    """
    y = _complete(values, len(points))
    rng = np.random.default_rng(seed)
    found = analyse_morris.analyze(dict(of), points, y, RESAMPLES, num_levels=LEVELS, seed=rng)
    sizes = np.abs(elementary_effects(points, y))
    resampled = sizes[rng.integers(len(sizes), size=(RESAMPLES, len(sizes)))].mean(axis=1)
    mu_star = _numbers(found["mu_star"])
    indices = Indices(tuple(of["names"]), mu_star, _numbers(found["mu_star_conf"]), max(mu_star), moves(resampled))
    return Effects(indices, _numbers(found["mu"]), _numbers(found["sigma"]))


def elementary_effects(points: NDArray, values: NDArray) -> NDArray:
    """Return the change of the result per range of the one input that a step moves, shape (trajectories, inputs)."""
    inputs = points.shape[1]
    steps = np.diff(points.reshape(-1, inputs + 1, inputs), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    ways = np.sign(np.take_along_axis(steps, moved[:, :, np.newaxis], axis=2)[:, :, 0])
    effects = np.empty(moved.shape)
    np.put_along_axis(effects, moved, ways * np.diff(values.reshape(-1, inputs + 1), axis=1) / STEP, axis=1)
    return effects


def effects_of_luck(points: NDArray, values: NDArray) -> tuple[float, ...]:
    """Return the mu* that luck alone would give each input, from values of shape (points, replications).

    An elementary effect of a mean over n seeds has the variance s**2 / n, s**2 being that of the single seeds' effects;
    what has no effect but this noise has the mean absolute effect sqrt(2 / pi * s**2 / n) (half-normal distribution).
    """
    single = np.array([elementary_effects(points, one) for one in values.T])
    variances = single.var(axis=0, ddof=1).mean(axis=0) / len(single)
    return _numbers(np.sqrt(2 / np.pi * variances))


def sobol(of: Problem, values: ArrayLike, seed: int) -> Shares:
    """Return the shares of variance of each input; values and errors as for `morris`, at the points of `saltelli`."""
    inputs = of["num_vars"]
    y = _complete(values, np.size(values) // (inputs + 2) * (inputs + 2))
    rng = np.random.default_rng(seed)  # a plain seed of 0 would be taken for none
    found = analyse_sobol.analyze(dict(of), y, False, RESAMPLES, keep_resamples=True, seed=rng)
    first, total = (
        Indices(tuple(of["names"]), _numbers(found[key]), _numbers(found[f"{key}_conf"]), 1.0, moves(resampled))
        for key in ("S1", "ST")
        for resampled in [found[f"{key}_conf_all"]]
    )
    return Shares(first, total)


def moves(resampled: NDArray) -> float:
    """Return by how many places the order of inputs differs between bootstrap samples, shape (samples, inputs).

    For samples j and k: sum_i w_i |rank_ij - rank_ik| / sum_i w_i with w_i = max(S_ij, S_ik)**2; of all pairs, the
    95 % quantile (Sarrazin, Pianosi & Wagener 2016).
    """
    ranks = np.argsort(np.argsort(-resampled, axis=1, kind="stable"), axis=1)
    found = []
    for j in range(1, len(resampled)):
        weights = np.maximum(resampled[:j], resampled[j]) ** 2
        found.append((weights * np.abs(ranks[:j] - ranks[j])).sum(axis=1) / weights.sum(axis=1))
    return float(np.quantile(np.concatenate(found), PAIRS))


def _complete(values: ArrayLike, rows: int) -> NDArray:
    """Return the values as floats if there is one for every point and they are not all equal."""
    y = np.asarray(values, float)
    if y.shape != (rows,) or rows == 0:
        raise ScenarioError(f"there must be one value for each of the {rows} points in their order, not {y.shape}")
    if missing := int((~np.isfinite(y)).sum()):
        raise ScenarioError(f"{missing} of {rows} points have no value; sensitivity needs the result at every point")
    if np.ptp(y) <= ROUNDING * np.abs(y).max():
        raise ScenarioError(f"the result is {y[0]:g} at all {rows} points: there is no variation to explain")
    return y


def _numbers(values: ArrayLike) -> tuple[float, ...]:
    return tuple(np.asarray(values, float).tolist())
