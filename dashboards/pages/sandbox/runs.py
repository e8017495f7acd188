"""The runs of the page: one to look at, before and after the change, and a few pairs of them to be sure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from numpy.typing import NDArray

from dashboards.footage import is_too_large
from dashboards.limits import THREADS
from dashboards.pages.compare.markets import REGIMES
from dashboards.pages.sandbox.markets import Asked, scenario_of
from dashboards.shelf import Shelf
from dashboards.trajectory import Film, record
from dashboards.working import Tick
from scenarios.comparison import Comparison
from scenarios.outcome import Outcome, observe
from scenarios.runs import run

REPLICATIONS = 10
KEPT_RUNS, KEPT_OUTCOMES = 48, 96  # runs with films take about 2 MB each
RUNS, OUTCOMES = Shelf(KEPT_RUNS), Shelf(KEPT_OUTCOMES)
BEFORE, AFTER = "before", "after"  # what the two are called in files


@dataclass(frozen=True, eq=False)
class Played:
    """One run: every measure period by period, and the film, unless the market is too large for one."""

    asked: Asked
    series: dict[str, NDArray]
    film: Film | None


@dataclass(frozen=True, eq=False)
class Shown:
    """What there is to show: the run after the change, the one before it, and later how sure the difference is."""

    seed: int
    after: Played
    before: Played
    comparison: Comparison | None = None

    @property
    def same(self) -> bool:
        """Whether nothing is changed."""
        return self.after.asked == self.before.asked

    @property
    def paired(self) -> bool:
        """Whether both have the same people over the same time, so that one can be held against the other."""
        return _people(self.after) == _people(self.before)


def _people(played: Played) -> tuple[int, int]:
    market = scenario_of(played.asked).market
    return market.customers.customers, market.periods


def steps(after: Asked, before: Asked) -> int:
    """Return how many runs it takes to make `Shown` whole."""
    return (1 + REPLICATIONS) * (1 if after == before else 2)


def shown(after: Asked, before: Asked, seed: int, tick: Tick) -> Iterator[Shown]:
    """Make what there is to show, the runs first."""
    tick(of=steps(after, before))
    runs = Shown(seed, played(after, seed, tick), played(before, seed, tick))
    yield runs
    yield replace(runs, comparison=comparison(after, before, seed, tick))


def played(asked: Asked, seed: int, tick: Tick) -> Played:
    """Return one run, made or kept."""

    def make() -> Played:
        tick()
        scenario = scenario_of(asked)
        if is_too_large(scenario.market):
            return Played(asked, run(scenario, seed).series(), None)
        film = record(scenario, seed)
        return Played(asked, film.series, film)

    found: Played = RUNS.get((asked, seed), make, tick.wait)
    return found


def comparison(after: Asked, before: Asked, seed: int, tick: Tick) -> Comparison:
    """Return both over the same seeds, the one before first; one alone where nothing is changed."""
    asked = [(BEFORE, before), (AFTER, after)] if after != before else [(AFTER, after)]
    outcomes = [replace(outcome(one, seed, tick), scenario=replace(scenario_of(one), name=name)) for name, one in asked]
    return Comparison(tuple(outcomes), REPLICATIONS, seed, nearby=())


def outcome(asked: Asked, seed: int, tick: Tick) -> Outcome:
    """Return the replications of a market, made or kept."""
    seeds = range(seed, seed + REPLICATIONS)
    return OUTCOMES.get((asked, seed), lambda: observe(scenario_of(asked), seeds, THREADS, tick), tick.wait)


def three_regimes(file: str, seed: int, tick: Tick) -> Iterator[Comparison]:
    """Make the comparison of the three ways of doing business on a network that was brought."""
    tick(of=REPLICATIONS * len(REGIMES))
    outcomes = tuple(outcome(Asked(regime, file), seed, tick) for regime in REGIMES)
    yield Comparison(outcomes, REPLICATIONS, seed, nearby=())
