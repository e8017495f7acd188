"""Trust and loyalty of buyers who copy what pays (`trust-and-loyalty-of-buyers.toml`): Klos & Nooteboom 2001."""

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.config import Market
from sim.ensemble import run
from sim.records import NOBODY
from sim.state import World
from sim.variants.choose.dispositions import DISLOYAL, DISPOSITIONS, TRUSTLESS

CONDITIONS: Mapping[str, tuple[float, ...]] = {
    "specificity": (0.0, 2.0, 4.0),
    "skill_gain": (0.0, 1.0, 3.0),
    "beta": (0.5, 1.0, 2.0),
}
WORLDS = 3  # of each condition
EVERY = 4  # periods between two looks
VIABLE = 0.25  # half of the share that chance alone would leave
BOTH, NEITHER = 0, TRUSTLESS + DISLOYAL


class Survey(NamedTuple):
    """What became of the four dispositions in one market: each one's share of the buyers, and gain per period in EUR.

    A disposition that nobody has gains NaN.
    """

    shares: NDArray
    gains: NDArray

    @property
    def trusting(self) -> float:
        """The share of buyers who weigh trust."""
        return float(sum(share for kind, share in enumerate(self.shares) if not kind & TRUSTLESS))

    @property
    def loyal(self) -> float:
        """The share of buyers who are loyal."""
        return float(sum(share for kind, share in enumerate(self.shares) if not kind & DISLOYAL))


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    markets = [preset.scenario("", dict(zip(CONDITIONS, one, strict=True))).market for one in conditions()]
    found = [survey(market, preset.seeds(WORLDS)) for market in markets]
    trusting, loyal = np.array([one.trusting for one in found]), np.array([one.loyal for one in found])
    return {
        "trust_viable": float((trusting >= VIABLE).mean()),
        "loyalty_viable": float((loyal >= VIABLE).mean()),
        "trust_share": float(trusting.mean()),
        "loyalty_share": float(loyal.mean()),
        "gain": float(np.nanmean([one.gains[BOTH] / one.gains[NEITHER] for one in found])),
    }


def conditions() -> list[tuple[float, ...]]:
    """Return every combination of the conditions."""
    return list(itertools.product(*CONDITIONS.values()))


def survey(market: Market, seeds: range) -> Survey:
    """Return the shares and gains of the dispositions over the last half of some runs."""
    had, gained = np.zeros(DISPOSITIONS), np.zeros(DISPOSITIONS)

    def count(period: int, world: World) -> None:
        met = world.encounters[: market.customers.customers]
        kinds = world.actors["disposition"][: len(met)]
        gains = np.where(met["slot"] != NOBODY, met["value"] - met["price"], 0.0)
        had[:] += np.bincount(kinds, minlength=DISPOSITIONS)
        gained[:] += np.bincount(kinds, gains, DISPOSITIONS)

    for seed in seeds:
        run(market, seed, looks=range(market.periods // 2, market.periods, EVERY), look=count)
    return Survey(had / had.sum(), np.divide(gained, had, where=had > 0, out=np.full(DISPOSITIONS, np.nan)))
