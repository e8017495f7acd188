"""Ratings, observed or simulated: who rated whom, when and how, one row for each pair of people.

Who rates has had something from the person rated. A file of ratings keeps one rating of a pair, however often
the two have dealt; of a simulated market the pair's first encounter is taken, so that both say the same: these
two have met, and what the one thought of the other.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import ScenarioError
from scenarios.edge_lists import table
from scenarios.networks import contents
from scenarios.relationships import number_of, text_of
from sim.config import Market
from sim.ensemble import Run, run
from sim.network import Network
from sim.records import NOBODY
from sim.state import World

DAY = 86_400  # seconds
BEST = 10.0  # ratings go from -10 to 10
COLUMNS = ("buyer", "provider", "rating", "time")
MOST_PEOPLE = 2**31


class Ratings(NamedTuple):
    """Ratings in order of time, one of each pair; all arrays have shape (ratings,)."""

    raters: NDArray  # int64, numbers of people
    rated: NDArray  # int64, of the same people
    values: NDArray  # float64 in [-10, 10]
    periods: NDArray  # int64 from 1


def read_ratings(path: Path, period_days: float) -> Ratings:
    """Read the ratings of a CSV with the columns buyer, provider, rating (-10 to 10) and time (seconds).

    Parameters
    ----------
    path : Path
        A .csv or .csv.gz file of at most 50 MB uncompressed.
    period_days : float
        Length of a period; the first one begins with the earliest rating.

    Raises
    ------
    NetworkError
        If the file cannot be used: one sentence with file, line, value and what is allowed.
    ScenarioError
        If it holds no rating.
    """
    numbers: dict[str, int] = {}
    rows = []
    for line, row in table(path.name, contents(path), COLUMNS, (), may_be_empty=()):
        place = f"{path.name}, line {line}"
        ends = [numbers.setdefault(text_of(row[end], end, place), len(numbers)) for end in COLUMNS[:2]]
        time = number_of(row["time"], "time", 0.0, 1e12, place)
        rows.append((*ends, number_of(row["rating"], "rating", -BEST, BEST, place), time))
    if not rows:
        raise ScenarioError(f"{path.name}: there are no ratings in it")
    raters, rated, values, times = np.array(rows, np.float64).T
    periods = (times - times.min()) // (period_days * DAY) + 1
    return first_of_each_pair(raters.astype(np.int64), rated.astype(np.int64), values, periods.astype(np.int64))


def first_of_each_pair(raters: NDArray, rated: NDArray, values: NDArray, periods: NDArray) -> Ratings:
    """Return ratings in order of time, of each pair the first; those of one period keep their order."""
    order = np.argsort(periods, kind="stable")
    pairs = raters[order] * MOST_PEOPLE + rated[order]
    _, first = np.unique(pairs, return_index=True)
    kept = order[np.sort(first)]
    return Ratings(raters[kept], rated[kept], values[kept], periods[kept])


def simulated(market: Market, seed: int, network: Network | None = None) -> Ratings:
    """Run one market and return its ratings (see `watched_ratings`)."""
    return watched_ratings(market, seed, network)[1]


def watched_ratings(market: Market, seed: int, network: Network | None = None) -> tuple[Run, Ratings]:
    """Run one market and return the run and its ratings: satisfaction s with a pair's first encounter rates 20 s - 10.

    That is how a rating is read as trust, turned round (`docs/networks.md`). A person is a row of the market from
    its arrival to that of the newcomer who takes the row over.
    """
    found: list[tuple[NDArray, ...]] = []
    done = run(market, seed, network, looks=range(1, market.periods + 1), look=_collector(found))
    raters, rated, values, periods = (np.concatenate(column) for column in zip(*found, strict=True))
    _, people = np.unique(np.concatenate((raters, rated)), return_inverse=True)
    return done, first_of_each_pair(people[: len(raters)], people[len(raters) :], values, periods)


def _collector(found: list[tuple[NDArray, ...]]) -> Callable[[int, World], None]:
    def look(period: int, world: World) -> None:
        rows = np.flatnonzero(world.encounters["slot"][: int(world.market["customers"][0])] != NOBODY)
        met = world.encounters[rows]
        person = np.arange(len(world.actors)) + len(world.actors) * world.actors["arrived"]
        values = 2 * BEST * met["satisfaction"] - BEST
        found.append((person[rows], person[met["provider"]], values, np.full(len(rows), period)))

    return look
