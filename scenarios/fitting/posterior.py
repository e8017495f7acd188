"""Approximate Bayesian computation: the points at which a market comes near to what was observed.

Sequential Monte Carlo (Toni et al. 2009, DOI 10.1098/rsif.2008.0172) as pyABC does it: populations of points, each
nearer than the median of the one before, moved by a normal kernel and weighted against the prior.
"""

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from tempfile import TemporaryDirectory

import numpy as np
import pyabc
from numpy.typing import NDArray
from pyabc.sampler import SingleCoreSampler

from scenarios.catalogue import ScenarioError
from scenarios.fitting.targets import Problem, simulate
from sim.create import SEEDS

PILOT = 20  # runs in the middle of the priors that tell how much runs differ by chance
USUAL_TRIES = 4  # points tried for each one kept
NOTHING_THERE = 1e6  # distance of a market in which a target cannot be measured
Tick = Callable[[int, int], None]
_ONE_AT_A_TIME = threading.Lock()  # pyABC draws from the one generator of numpy.random


@dataclass(frozen=True)
class Population:
    """Points kept, all at most `allowed` from what was observed.

    Attributes
    ----------
    points : ndarray of float64, shape (kept, quantities)
    weights : ndarray of float64, shape (kept,)
        Sum to 1.
    distances : ndarray of float64, shape (kept,)
        In standard errors: root mean square over the fitted targets.
    simulated : ndarray of float64, shape (kept, targets)
        Means of the runs at each point.
    allowed : float
    tried : int
        Points tried to find them.
    """

    points: NDArray
    weights: NDArray
    distances: NDArray
    simulated: NDArray
    allowed: float
    tried: int


@dataclass(frozen=True)
class Fit:
    """What came out.

    Attributes
    ----------
    problem : Problem
    seed : int
    scales : ndarray of float64, shape (targets,)
        What a difference is measured in: the standard error of the data and the spread of runs together.
    populations : tuple of Population
        The last one is the posterior.
    predicted : ndarray of float64, shape (runs, targets)
        Fresh runs at points drawn from the posterior.
    runs : int
        Markets simulated in all.
    """

    problem: Problem
    seed: int
    scales: NDArray
    populations: tuple[Population, ...]
    predicted: NDArray
    runs: int

    @property
    def posterior(self) -> Population:
        """The last population."""
        return self.populations[-1]


def most_runs(problem: Problem) -> int:
    """Return the runs that a fit takes at most."""
    effort = problem.calibration.effort
    tried = effort.population * (1 + effort.populations * effort.most_tries)
    return PILOT + tried * effort.replications + effort.population


def usual_runs(problem: Problem) -> int:
    """Return the runs that a fit usually takes."""
    effort = problem.calibration.effort
    tried = effort.population * (1 + effort.populations * min(USUAL_TRIES, effort.most_tries))
    return PILOT + tried * effort.replications + effort.population


def fit(problem: Problem, seed: int = 1, workers: int = 2, progress: Tick = lambda done, total: None) -> Fit:
    """Fit a market's quantities to its targets; the same seed gives the same bits, whatever `workers` is.

    The k-th market simulated has the seed `seed + k`, from 0. One fit runs at a time: pyABC's draws come from
    NumPy's global generator, which is put back afterwards.

    Raises
    ------
    ScenarioError
        If the seed is too large, or in no market of the first population there is anything to measure.
    """
    if not 0 <= seed <= SEEDS - most_runs(problem):
        raise ScenarioError(f"--seed: {seed} is too large for {most_runs(problem)} runs")
    seeds = count(seed)
    scales = _scales(problem, seeds, workers)
    trial = _Trial(problem, scales, seeds, workers, progress)
    with _own_generator(seed):
        populations = _populations(problem, trial)
    effort = problem.calibration.effort
    posterior = populations[-1]
    drawn = np.random.default_rng(seed).choice(len(posterior.points), effort.population, p=posterior.weights)
    worlds = [next(seeds) for _ in drawn]
    predicted = simulate(problem, [tuple(posterior.points[row]) for row in drawn], worlds, workers)
    return Fit(problem, seed, scales, populations, predicted, next(seeds) - seed)


def _scales(problem: Problem, seeds: Iterator[int], workers: int) -> NDArray:
    """Return sqrt(error**2 + variance of runs in the middle of the priors) of each target."""
    found = simulate(problem, [problem.middle] * PILOT, [next(seeds) for _ in range(PILOT)], workers)
    there = [column[np.isfinite(column)] for column in found.T]
    chance = [float(np.var(values, ddof=1)) if len(values) > 1 else 0.0 for values in there]
    return np.sqrt(np.array([aim.error**2 for aim in problem.aims]) + chance)


class _Trial:
    """Tries points; remembers what each gave, so that pyABC has to keep nothing but a number."""

    def __init__(self, problem: Problem, scales: NDArray, seeds: Iterator[int], workers: int, progress: Tick) -> None:
        self.problem, self.scales, self.seeds = problem, scales, seeds
        self.workers, self.progress = workers, progress
        self.found: list[NDArray] = []
        self.fitted = np.array([aim.fitted for aim in problem.aims])
        self.observed = np.array([aim.observed for aim in problem.aims])

    def __call__(self, point: pyabc.Parameter) -> dict[str, float]:
        """Simulate one point and return its distance and its number."""
        values, times = tuple(point[name] for name in self.problem.ends), self.problem.calibration.effort.replications
        simulated = simulate(self.problem, [values] * times, [next(self.seeds) for _ in range(times)], self.workers)
        self.found.append(simulated.mean(axis=0))
        usual = usual_runs(self.problem) // times
        self.progress(min(len(self.found), usual), usual)
        return {"distance": self.distance(self.found[-1]), "number": len(self.found) - 1}

    def distance(self, simulated: NDArray) -> float:
        """Return the root mean square of the fitted targets' differences, in their scales."""
        off = ((simulated - self.observed) / self.scales)[self.fitted]
        return math.sqrt(math.fsum(off**2) / len(off)) if np.all(np.isfinite(off)) else NOTHING_THERE


def _populations(problem: Problem, trial: _Trial) -> tuple[Population, ...]:
    """Let pyABC find the populations.

    Its database is a file of its own that goes at the end: one in memory stays open, in the thread that opened it.
    """
    effort = problem.calibration.effort
    prior = pyabc.Distribution(
        **{name: pyabc.RV("uniform", low, high - low) for name, (low, high) in problem.ends.items()}
    )
    search = pyabc.ABCSMC(
        trial,
        prior,
        lambda one, other: abs(one["distance"] - other["distance"]),
        population_size=effort.population,
        sampler=SingleCoreSampler(check_max_eval=True),
    )
    with TemporaryDirectory(prefix="valuenet-fit-") as folder:
        search.new(pyabc.create_sqlite_db_id(folder, "fit.db"), {"distance": 0.0, "number": -1})
        history = search.run(max_nr_populations=effort.populations, min_acceptance_rate=1 / effort.most_tries)
        return _read(problem, trial, history)


def _read(problem: Problem, trial: _Trial, history: pyabc.History) -> tuple[Population, ...]:
    nothing = ScenarioError(f"{problem.name}: too few points of the priors give a market with anything to measure")
    if history.max_t < 0:
        raise nothing
    told = history.get_all_populations().set_index("t")
    found = tuple(_population(problem, trial, history, told, t) for t in range(history.max_t + 1))
    if found[-1].distances.max() >= NOTHING_THERE:
        raise nothing
    return found


def _population(problem: Problem, trial: _Trial, history: pyabc.History, told, t: int) -> Population:  # type: ignore[no-untyped-def]
    particles = history.get_population(t).particles
    order = sorted(particles, key=lambda particle: particle.sum_stat["number"])
    weights = np.array([particle.weight for particle in order])
    return Population(
        np.array([[particle.parameter[name] for name in problem.ends] for particle in order]),
        weights / math.fsum(weights),
        np.array([particle.distance for particle in order]),
        np.array([trial.found[int(particle.sum_stat["number"])] for particle in order]),
        float(told.loc[t, "epsilon"]),
        int(told.loc[t, "samples"]),
    )


@contextmanager
def _own_generator(seed: int) -> Iterator[None]:
    """Seed numpy.random for pyABC, keep its messages back, and put both back afterwards."""
    log = logging.getLogger("ABC")
    with _ONE_AT_A_TIME:
        before, level = np.random.get_state(), log.level  # noqa: NPY002
        np.random.seed([seed & 0xFFFFFFFF, seed >> 32])  # noqa: NPY002
        log.setLevel(logging.ERROR)
        try:
            yield
        finally:
            np.random.set_state(before)  # noqa: NPY002
            log.setLevel(level)
