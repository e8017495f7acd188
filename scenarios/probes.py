"""Probes: what claims measure in a finished run beyond its totals, one pure function each.

A probe may want to look at the world at earlier periods; `scenarios/watching.py` then runs the market in pieces.
It is found by its name.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from scenarios.claim_checks import Measured
from scenarios.watching import Look, Watched
from sim.config import Market
from sim.ensemble import Run
from sim.metrics import means
from sim.records import NOBODY
from sim.totals import DETRACTOR, PROMOTER, SCALE_OF_RECOMMENDATION, pooled

YEAR = 12  # periods
FEWEST = 5  # providers, buyers or ties without which a rank or a mean says nothing
APART = 3  # periods between looks at volumes


class Probe(NamedTuple):
    """One probe: its unit, its meaning, how it reads a run, at which periods it wants a look."""

    unit: str
    meaning: str
    read: Callable[[Watched, Measured], float]
    looks: Callable[[Market, Measured], Iterable[int]]


PROBES: dict[str, Probe] = {}


def never(market: Market, measured: Measured) -> Iterable[int]:
    """Want no look."""
    return ()


def probe(unit: str, looks: Callable[[Market, Measured], Iterable[int]] = never) -> Callable:
    """Declare a function of a watched run as a probe."""

    def declare(read: Callable[[Watched, Measured], float]) -> Callable[[Watched, Measured], float]:
        meaning = (read.__doc__ or "").split("\n")[0].strip().rstrip(".")
        PROBES[read.__name__] = Probe(unit, meaning, read, looks)
        return read

    return declare


def measure(watched: Watched, measured: Measured) -> float:
    """Return what is measured in a run; NaN where there was nothing."""
    if measured.name in PROBES:
        return float(PROBES[measured.name].read(watched, measured))
    run = watched.run
    if not measured.first and not measured.strategy:
        return run.results()[measured.name]
    totals = run.totals[_window(run, measured)]
    of = totals[:, strategy_column(run.market, measured.strategy)] if measured.strategy else pooled(totals, 1)
    return float(means(of)[measured.name])


def _window(run: Run, measured: Measured) -> slice:
    """Return the periods measured: the window, or without one those that results are taken from."""
    return slice(measured.first - 1, measured.last or None) if measured.first else run.settled


def strategy_column(market: Market, strategy: str) -> int:
    """Return the column of the totals that a strategy has."""
    return list(market.strategies).index(strategy)


# --- relations ---------------------------------------------------------------------------------------------


def after_a_year_and_five(market: Market, measured: Measured) -> Iterable[int]:
    """Look half a year after the start and a year later, then the same in the last third."""
    late = 2 * market.periods // 3
    return (YEAR // 2, YEAR // 2 + YEAR, late, late + YEAR)


@probe("EUR per encounter", after_a_year_and_five)
def growth_of_young_ties(watched: Watched, measured: Measured) -> float:
    """Rise within a year of what an encounter is worth, in ties of at most half a year that go on."""
    start = YEAR // 2
    return _growth(watched.looks[start], watched.looks[start + YEAR], 1, YEAR // 2)


@probe("EUR per encounter", after_a_year_and_five)
def growth_of_old_ties(watched: Watched, measured: Measured) -> float:
    """Rise within a year of what an encounter is worth, in ties of at least three years that go on."""
    start = 2 * watched.run.market.periods // 3
    return _growth(watched.looks[start], watched.looks[start + YEAR], 3 * YEAR, 10**9)


@probe("EUR per encounter", after_a_year_and_five)
def slowing_growth(watched: Watched, measured: Measured) -> float:
    """How much faster young ties gain value than old ones."""
    return growth_of_young_ties(watched, measured) - growth_of_old_ties(watched, measured)


def _growth(before: Look, after: Look, shortest: int, longest: int) -> float:
    """Return the mean rise of the value of ties in use whose tenure at first was within bounds."""
    buyers, slots = _current(before.actors, len(before.ties))
    then, now = before.ties[buyers, slots], after.ties[buyers, slots]
    used = (now["provider"] == then["provider"]) & (now["tenure"] > then["tenure"])
    chosen = used & (then["tenure"] >= shortest) & (then["tenure"] <= longest)
    if np.count_nonzero(chosen) < FEWEST:
        return np.nan
    return float(np.mean(now["value"][chosen] - then["value"][chosen]))


def _current(actors: NDArray, customers: int) -> tuple[NDArray, NDArray]:
    """Return the customers with a current provider, and its slot."""
    current = actors["current"][:customers]
    buyers = np.flatnonzero(current != NOBODY)
    return buyers, current[buyers]


def between(market: Market, measured: Measured) -> Iterable[int]:
    """Look at the first and the last period of the window."""
    return (measured.first or market.periods // 3, measured.last or market.periods)


@probe("share", between)
def tie_survival(watched: Watched, measured: Measured) -> float:
    """Share of the ties in use at the first period of the window that are in use at its last, newcomers' left out."""
    first, last = between(watched.run.market, measured)
    before, after = watched.looks[first], watched.looks[last]
    buyers, slots = _current(before.actors, len(before.ties))
    stayed = after.actors["bought"][buyers] >= before.actors["bought"][buyers]
    buyers, slots = buyers[stayed], slots[stayed]
    then, now = before.ties[buyers, slots], after.ties[buyers, slots]
    same = (now["provider"] == then["provider"]) & (now["tenure"] > then["tenure"])
    going_on = same & (after.actors["current"][buyers] == slots)
    return float(going_on.mean()) if len(buyers) >= FEWEST else np.nan


@probe("rank correlation", between)
def focus_carries_on(watched: Watched, measured: Measured) -> float:
    """Rank correlation, over a buyer's ties, of encounters up to the first period with those from there to the last."""
    first, last = between(watched.run.market, measured)
    before, after = watched.looks[first], watched.looks[last]
    customers = len(before.ties)
    stayed = after.actors["bought"][:customers] >= before.actors["bought"][:customers]
    then, now = before.ties[stayed], after.ties[stayed]
    known = then["provider"] != NOBODY
    later = np.where(now["provider"] == then["provider"], now["tenure"] - then["tenure"], 0)
    return rank_correlation(then["tenure"][known], later[known])


# --- firms -------------------------------------------------------------------------------------------------


def year_and_end(market: Market, measured: Measured) -> Iterable[int]:
    """Look at the year up to the first period of the window, and the last year of the run."""
    now, end = measured.first or market.periods // 3, market.periods
    return (*range(max(now - YEAR, 0) + APART, now + 1, APART), *range(end - YEAR + APART, end + 1, APART))


@probe("rank correlation", year_and_end)
def nps_foretells_volume(watched: Watched, measured: Measured) -> float:
    """Rank correlation over providers of the net promoter score in one year with the volume of the last year."""
    periods = list(year_and_end(watched.run.market, measured))
    half = len(periods) // 2
    said = np.array([_points_of_sellers(watched, watched.looks[p]) for p in periods[:half]])
    later = np.array([_volumes(watched, watched.looks[p]) for p in periods[half:]]).sum(axis=0)
    asked = said[:, 1].sum(axis=0)
    enough = asked >= FEWEST
    return rank_correlation(said[:, 0].sum(axis=0)[enough] / asked[enough], later[enough])


def _points_of_sellers(watched: Watched, look: Look) -> NDArray:
    """Return for each seller promoters less detractors, and how many buyers it had, shape (2, sellers)."""
    rows = np.flatnonzero(look.encounters["slot"] != NOBODY)
    points = np.floor(SCALE_OF_RECOMMENDATION * look.actors["recommends"][rows] + 0.5)
    score = (points >= PROMOTER).astype(float) - (points <= DETRACTOR)
    provider = look.encounters["provider"][rows]
    size = len(look.actors)
    counted = [np.bincount(provider, weights, size) for weights in (score, np.ones(len(rows)))]
    return np.array(counted)[:, watched.sellers]


def _volumes(watched: Watched, look: Look) -> NDArray:
    return _points_of_sellers(watched, look)[1]


@probe("share")
def volume_share(watched: Watched, measured: Measured) -> float:
    """Share of all encounters that a strategy has in the window."""
    mine, everybody = _volume_of(watched.run, measured)
    window = slice(max(measured.first, 1) - 1, measured.last or None)
    everything = everybody[window].sum()
    return float(mine[window].sum() / everything) if everything > 0 else np.nan


@probe("periods")
def adoption_time(watched: Watched, measured: Measured) -> float:
    """Periods from the first of the window until a strategy has an even provider's share of the volume; else all."""
    run = watched.run
    mine, everybody = _volume_of(run, measured)
    start = max(measured.first, 1) - 1
    reached = np.flatnonzero(mine[start:] * len(watched.sellers) >= np.maximum(everybody[start:], 1))
    return float(reached[0] + 1 if len(reached) else len(mine) - start)


def _volume_of(run: Run, measured: Measured) -> tuple[NDArray, NDArray]:
    """Return the encounters of a strategy and of all, by period."""
    encounters = run.totals["encounters"]
    return encounters[:, strategy_column(run.market, measured.strategy)], encounters.sum(axis=1)


# --- platform ----------------------------------------------------------------------------------------------


@probe("encounters per customer and period")
def platform_volume(watched: Watched, measured: Measured) -> float:
    """Encounters through the platform, per customer and period of the window."""
    totals = pooled(watched.run.totals[_window(watched.run, measured)], 1)
    return float(np.mean(totals["mediated"] / totals["customers"]))


@probe("share")
def consenting(watched: Watched, measured: Measured) -> float:
    """Share of the customers who let their data be used, at the end."""
    world = watched.run.world
    return float(world.actors["consents"][: watched.run.market.customers.customers].mean())


@probe("share")
def firms_share(watched: Watched, measured: Measured) -> float:
    """Share of the surplus that firms keep, of what customers and firms gain together."""
    totals = pooled(watched.run.totals[watched.run.settled], 1)
    firms, both = totals["gain_firms"].sum(), (totals["gain_firms"] + totals["gain_customers"]).sum()
    return float(firms / both) if both > 0 else np.nan


@probe("share")
def firm_knob_share(watched: Watched, measured: Measured) -> float:
    """Mean share of the surplus that the firms' strategies ask, at the end."""
    world = watched.run.world
    return float(world.strategies["share"][world.actors["strategy"][watched.firms]].mean())


def rank_correlation(one: NDArray, other: NDArray) -> float:
    """Return Spearman's rank correlation; NaN for fewer than five pairs, or where one side does not vary."""
    if len(one) < FEWEST:
        return np.nan
    a, b = rankdata(one), rankdata(other)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])
