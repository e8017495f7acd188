"""Loyalty and price dispersion: who goes where, at what price, and who comes too late (`price-dispersion.toml`)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.config import Market
from sim.create import create
from sim.notes import notes_of
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS
from sim.variants.deliver.stalls import CAME_OF_IT, LATE, WENT_TO

RUNS = 6
SETTLED = 2500  # days after which learning has calmed down


class Days(NamedTuple):
    """What happened day by day: the buyers' mornings, shape (days, buyers), and the means of each day."""

    went_to: NDArray  # row of the seller
    late: NDArray  # whether nothing was left
    loyalty: NDArray
    price: NDArray  # EUR, of what was bought, all day
    spread: NDArray  # EUR, standard deviation of those prices


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks, means over runs."""
    found = [told(days_of(preset.scenario().market, seed)) for seed in preset.seeds(RUNS)]
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


def told(days: Days) -> dict[str, float]:
    """Return the measures of a run, over the days after it has settled."""
    settled = slice(SETTLED, None)
    return {
        "loyalty": float(days.loyalty[settled].mean()),
        "price": float(days.price[settled].mean()),
        "spread": float(days.spread[settled].mean()),
        "served": served_more(days.went_to[settled], days.late[settled]),
    }


def served_more(went_to: NDArray, late: NDArray) -> float:
    """Return by how many percentage points more of those who come again are served than of those who switched."""
    again, in_time = went_to[1:] == went_to[:-1], ~late[1:]
    return 100 * float(in_time[again].mean() - in_time[~again].mean())


def days_of(market: Market, seed: int) -> Days:
    """Run a market, and return its days."""
    world, buyers, periods = create(market, seed), market.customers.customers, market.periods
    days = Days(*np.zeros((2, periods, buyers), np.int64), *np.zeros((3, periods)))
    kept, late = notes_of(world, "deliver")[:buyers], np.zeros((periods, buyers), bool)
    for day in range(periods):
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        days.went_to[day], late[day] = kept[:, WENT_TO], kept[:, CAME_OF_IT] == LATE
        days.loyalty[day] = loyalty(world)
        prices = world.encounters["price"][:buyers][world.encounters["volume"][:buyers] > 0]
        if len(prices):
            days.price[day], days.spread[day] = prices.mean(), prices.std()
    return days._replace(late=late)


def loyalty(world: World) -> float:
    """Return the mean of the buyers' sum(L**2)/sum(L)**2: 1 with one seller only, 0.1 with ten alike."""
    pos, neg = world.ties["gpos"], world.ties["gneg"]
    to_sellers = (pos + 1) / (pos + neg + 2)  # goodwill
    return float(np.mean((to_sellers**2).sum(axis=1) / to_sellers.sum(axis=1) ** 2))
