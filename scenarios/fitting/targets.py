"""Targets: what was observed, how surely, and the same number of a simulated market."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import ScenarioError, short
from scenarios.fitting.calibration import Calibration, Data, Target, read_calibration
from scenarios.fitting.patterns import PATTERNS, Window, bootstrapped, observe
from scenarios.fitting.ratings import Ratings, read_ratings, watched_ratings
from scenarios.networks import NetworkError, shipped
from scenarios.scenario import Scenario, load
from scenarios.variation import find, keys_in, refuse_odd_range, set_quantities, vary
from sim.metrics import MEASURES, means
from sim.totals import pooled


@dataclass(frozen=True)
class Aim:
    """One target: its name, where it is read, the value observed and its standard error, whether it is fitted."""

    name: str
    window: str
    periods: Window
    observed: float
    error: float
    fitted: bool

    @property
    def unit(self) -> str:
        """Unit of the number."""
        return (PATTERNS | MEASURES)[self.name].unit  # type: ignore[operator]

    @property
    def meaning(self) -> str:
        """What the number says."""
        return (PATTERNS | MEASURES)[self.name].meaning  # type: ignore[operator]


@dataclass(frozen=True)
class Problem:
    """A calibration with everything at hand: the market, the ends of each quantity, the targets with what was observed.

    Attributes
    ----------
    name, title : str
    calibration : Calibration
    scenario : Scenario
    ends : dict of str to (float, float)
        Prior of each quantity: uniform between two ends.
    aims : tuple of Aim
    """

    name: str
    title: str
    calibration: Calibration
    scenario: Scenario
    ends: dict[str, tuple[float, float]]
    aims: tuple[Aim, ...]

    @property
    def middle(self) -> tuple[float, ...]:
        """The point in the middle of the priors."""
        return tuple((low + high) / 2 for low, high in self.ends.values())

    def at(self, point: Sequence[float]) -> Scenario:
        """Return the scenario with the quantities set to a point, in the order of `ends`."""
        return set_quantities(self.scenario, dict(zip(self.ends, point, strict=True)))


def prepare(name: str | Path, seed: int = 1) -> Problem:
    """Read a calibration and what it needs; `seed` is that of the samples that tell the data's standard errors.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    calibration, folder, called = read_calibration(name)
    try:
        scenario = load(calibration.scenario, calibration.settings)
        _check_quantities(calibration, scenario)
    except ScenarioError as error:
        raise ScenarioError(f"{called}: {error}") from None
    _check_windows(calibration, called, scenario.market.periods, "the run")
    ends = {key: (low, high) for key, (low, high) in calibration.quantities.items()}
    ratings = _ratings(calibration.data, called, folder) if calibration.data is not None else None
    if ratings is not None:
        _check_windows(calibration, called, int(ratings.periods.max()), "the data")
    aims = tuple(_aim(calibration, called, target, ratings, seed) for target in calibration.targets)
    return Problem(called, calibration.title, calibration, scenario, ends, aims)


def _check_quantities(calibration: Calibration, scenario: Scenario) -> None:
    """Refuse ends that a market does not allow, and quantities that are set as well, or named twice."""
    taken = [keys_in(scenario.market, key) for key in calibration.quantities]
    for n, (key, (low, high)) in enumerate(calibration.quantities.items()):
        refuse_odd_range(f"quantities.{short(key)} = [{low:g}, {high:g}]", find(key)[2], low, high)
        if taken[n] in taken[:n]:
            raise ScenarioError(f"quantities.{short(key)} is there twice, under two names")
        if any(key == given or taken[n][-1] == given or ".".join(taken[n]) == given for given in calibration.settings):
            raise ScenarioError(f"settings.{short(key)} is what is fitted; leave it out of the settings")
        for value in (low, high):
            vary(scenario, key, value)


def _check_windows(calibration: Calibration, called: str, periods: int, of: str) -> None:
    for name, span in calibration.windows.items():
        if span.last > periods:
            raise ScenarioError(
                f"{called}: windows.{short(name)}.last = {span.last} is after the last period of {of}, {periods}"
            )


def _ratings(data: Data, called: str, folder: Path) -> Ratings:
    path = shipped(data.ratings) or folder / data.ratings
    try:
        return read_ratings(path, data.period_days)
    except NetworkError as error:
        raise ScenarioError(f"{called}: data.ratings: {error}") from None


def _aim(calibration: Calibration, called: str, target: Target, ratings: Ratings | None, seed: int) -> Aim:
    span, fitted = calibration.windows[target.window], target.use == "fit"
    window = Window(span.first, span.last, span.spell)
    observed, error = target.observed, target.error
    if ratings is not None and (observed is None or error is None):
        observed = observe(target.name, ratings, window)
        resampled = bootstrapped(target.name, ratings, window, calibration.effort.resamples, seed)
        error = float(np.std(resampled, ddof=1))
    if observed is None or error is None or not (np.isfinite(observed) and np.isfinite(error)):
        raise ScenarioError(
            f"{called}: {target.name} in {short(target.window)}: the data have nothing to measure there"
        )
    return Aim(target.name, target.window, window, observed, error, fitted)


def simulate(problem: Problem, points: Sequence[Sequence[float]], seeds: Sequence[int], workers: int) -> NDArray:
    """Run the market at each point with its seed; return every target, shape (points, targets); NaN without any."""
    with ThreadPoolExecutor(workers) as pool:
        return np.array(list(pool.map(lambda point, seed: _simulated(problem, point, seed), points, seeds)))


def _simulated(problem: Problem, point: Sequence[float], seed: int) -> list[float]:
    scenario = problem.at(point)
    done, ratings = watched_ratings(scenario.market, seed, scenario.network)
    found = []
    for aim in problem.aims:
        if aim.name in PATTERNS:
            found.append(observe(aim.name, ratings, aim.periods))
        else:
            totals = pooled(done.totals[aim.periods.first - 1 : aim.periods.last], 1)
            found.append(float(means(totals)[aim.name]))
    return found
