"""Two-layer trust: what good and bad encounters did to the ties of a world (`two-layer-trust.toml`)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.config import Market
from sim.create import create
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS
from sim.variants.evidence import as_number

LONG = 35  # periods after which the paper looks at the recovery
BEFORE = (0.83, 0.87)  # trust before the violation: 0.85 in the paper


class Path(NamedTuple):
    """What became of every buyer's one tie: shape (periods + 1, buyers), row 0 before the first period."""

    trust: NDArray
    damage: NDArray
    failed: NDArray  # whether the encounter of the period went wrong

    def first_failures(self, quiet: int) -> tuple[NDArray, NDArray]:
        """Return (period, buyer) of every first failure that `quiet` periods without another follow."""
        first = np.argmax(self.failed, axis=0)
        there = [i for i in np.flatnonzero(first) if self._is_quiet(int(first[i]) + 1, quiet, int(i))]
        return first[there], np.array(there, int)

    def _is_quiet(self, start: int, quiet: int, i: int) -> bool:
        after = self.failed[start : start + quiet, i]
        return len(after) == quiet and not after.any()


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    path = watched(preset.scenario().market, preset.seed)
    period, buyer = path.first_failures(0)
    violated = np.maximum.accumulate(path.failed, axis=0)
    return {
        "ratio": _ratio(path),
        "after": float(path.trust[period, buyer].max()),
        "above": float((path.trust + path.damage - 1.0)[violated].max()),
        "half_life": _half_life(path),
        "recovery": _recovery(path),
    }


def watched(market: Market, seed: int) -> Path:
    """Run a market whose buyers have one tie each, and return what became of the ties."""
    world, rows = create(market, seed), []
    rows.append(_seen(world))
    for _ in range(market.periods):
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        rows.append(_seen(world))
    return Path(*(np.array(column) for column in zip(*rows, strict=True)))


def _seen(world: World) -> tuple[NDArray, NDArray, NDArray]:
    """Return trust, damage and failure of every buyer's one tie."""
    ties = world.ties[:, 0]
    damage = [as_number(pos, neg)[1] for pos, neg in zip(ties["pos"], ties["neg"], strict=True)]
    return ties["trust"].copy(), np.array(damage), world.encounters["incident"] == 1


def _ratio(path: Path) -> float:
    """Return how much more a bad first encounter moved trust than a good one."""
    moved, bad = path.trust[1] - path.trust[0], path.failed[1]
    return float(-moved[bad].mean() / moved[~bad].mean())


def _half_life(path: Path) -> float:
    """Return after how many periods at most half of the damage of a first failure is left."""
    period, buyer = path.first_failures(LONG)
    left = np.array([path.damage[period + k, buyer] / path.damage[period, buyer] for k in range(LONG + 1)])
    return float(np.mean(np.argmax(left <= 0.5, axis=0)))


def _recovery(path: Path) -> float:
    """Return the trust long after a first failure as a share of that before it, where that was as in the paper."""
    period, buyer = path.first_failures(LONG)
    before, after = path.trust[period - 1, buyer], path.trust[period + LONG, buyer]
    alike = (before >= BEFORE[0]) & (before <= BEFORE[1])
    return float(np.mean((after / before)[alike]))
