"""Where a strategy landed among the thousand: better than how many, how surely, and at whose cost.

The thousand and the player had the same seeds. How sure a place is comes from drawing seeds again, with replacement,
for all of them together (bootstrap; Efron 1979, doi:10.1214/aos/1176344552): luck that helped everybody moves no place.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.contest.field import Field
from scenarios.contest.game import MEASURES, SEEDS
from scenarios.statistics import Estimate, estimate

RESAMPLES, RESAMPLING_SEED = 1000, 1
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Place:
    """Where a strategy landed by one measure.

    Attributes
    ----------
    measure : str
    value : Estimate
        Its mean over the seeds with the 95 % t interval.
    better_than, least, most : int
        How many of the thousand it left behind, and the 95 % interval of that number.
    rank : int
        Its place from the top: 1 is better than all.
    of : int
        How many there are.
    """

    measure: str
    value: Estimate
    better_than: int
    least: int
    most: int
    rank: int
    of: int


@dataclass(frozen=True)
class Landing:
    """Where a strategy landed on a market.

    Attributes
    ----------
    market : str
    places : dict of str to Place
        By measure.
    both : int
        How many of the thousand earn more *and* leave their customers more.
    """

    market: str
    places: dict[str, Place]
    both: int

    @property
    def trade(self) -> str:
        """Return who got more than the half of the thousand leave them: 'both', 'firm', 'customers' or 'neither'."""
        ahead = {name: 2 * place.better_than >= place.of for name, place in self.places.items()}
        if ahead["profit"]:
            return "both" if ahead["gain_customers"] else "firm"
        return "customers" if ahead["gain_customers"] else "neither"

    def __str__(self) -> str:
        """Return it in a few lines."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        yield f"market {self.market}, {len(SEEDS)} runs:"
        for name, place in self.places.items():
            yield (
                f"  {name:<14} {place.value.mean:8.2f} ({place.value.low:.2f} to {place.value.high:.2f})  "
                f"better than {place.better_than} of {place.of:,} strategies ({place.least} to {place.most})"
            )
        yield f"  {self.both} of them earn more and leave their customers more"


def landing(result: NDArray, field: Field) -> Landing:
    """Return where a strategy with these results (seeds, measures) landed in a field."""
    weights = np.random.default_rng(RESAMPLING_SEED).multinomial(len(SEEDS), [1 / len(SEEDS)] * len(SEEDS), RESAMPLES)
    places = {
        name: _place(name, result[:, m].astype(float), field.results[:, :, m].astype(float), weights)
        for m, name in enumerate(MEASURES)
    }
    mine, theirs = result.astype(float).mean(axis=0)[:2], field.results.astype(float).mean(axis=1)[:, :2]
    return Landing(field.name, places, int((theirs > mine).all(axis=1).sum()))


def _place(name: str, mine: NDArray, theirs: NDArray, weights: NDArray) -> Place:
    means, mean = theirs.mean(axis=1), mine.mean()
    behind, rank = int((means < mean).sum()), int((means > mean).sum()) + 1
    again = (weights @ theirs.T < (weights @ mine)[:, None]).sum(axis=1)
    least, most = np.quantile(again, INTERVAL, method="nearest").astype(int).tolist()
    return Place(name, estimate(mine), behind, min(least, behind), max(most, behind), rank, len(theirs))
