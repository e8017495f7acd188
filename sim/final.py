"""Measures of a whole run: of the world it leaves, and of what a shock did to it."""

import numpy as np
from numpy.typing import NDArray

from sim.config import Market
from sim.metrics import MEASURES, value_total
from sim.state import World, sellers
from sim.totals import pooled

BEFORE, AFTER = 12, 24  # periods before a shock that it is held against, and after it in which it is felt
SMOOTH = 6  # periods of a mean that is free of chance enough to tell a recovery
RECOVERED = 0.95  # share of what there was before

FINAL = {  # name: (unit, meaning)
    "gini_gains": ("share", "Inequality of what customers gain (Gini coefficient): 0 is equality"),
    "offering_diversity": ("1", "How far the offerings of those who sell lie from their mean (root mean square)"),
    "shock_loss": ("share", "Share of the total value lost in the 24 periods from the first shock on"),
    "recovery_time": ("periods", "Periods from the first shock until 95 % of the total value is back"),
}


def gini(gains: NDArray) -> float:
    """Return the Gini coefficient of gains, in [0, 1]; losses count as zero, no gains at all as equality."""
    ordered = np.sort(np.maximum(gains, 0.0))
    n, total = len(ordered), ordered.sum()
    if n == 0 or total == 0:
        return 0.0
    weighted = ((2 * np.arange(1, n + 1) - n - 1) * ordered).sum()  # `@` is another library's sum on each processor
    return float(weighted / (n * total))


def gini_gains(world: World) -> float:
    """Return the Gini coefficient of what customers have gained since the start of the run."""
    return gini(world.actors["gains"][: int(world.market["customers"][0])])


def offering_diversity(world: World) -> float:
    """Return sqrt(mean |x_j - mean x|**2) of the offerings of those who sell to the customers; 0: all are alike."""
    offerings = world.offerings[sellers(world)]
    return float(np.sqrt(((offerings - offerings.mean(axis=0)) ** 2).sum(axis=1).mean())) if len(offerings) else 0.0


def of_world(world: World) -> dict[str, float]:
    """Return the final measures of the world a run leaves."""
    return {"gini_gains": gini_gains(world), "offering_diversity": offering_diversity(world)}


def of_shocks(market: Market, totals: NDArray) -> dict[str, float]:
    """Return what the first shock did to total value, from totals of shape (periods, strategies + 1); NaN without one.

    The value is held against its mean over the 12 periods before. It has recovered in the first period,
    not before its lowest point, in which the mean of 6 periods is back at 95 %; NaN if it never is.
    """
    first = min((shock.period for shock in market.shocks.values()), default=0)
    values = value_total(pooled(totals, 1))
    if not 1 < first <= len(values) - SMOOTH + 1:
        return {"shock_loss": np.nan, "recovery_time": np.nan}
    before, after = values[max(first - 1 - BEFORE, 0) : first - 1].mean(), values[first - 1 :]
    smooth = np.convolve(after, np.ones(SMOOTH) / SMOOTH, "valid")
    lowest = int(np.argmin(smooth[:AFTER]))
    back = np.flatnonzero(smooth[lowest:] >= before - (1 - RECOVERED) * abs(before))
    lost = (before - after[:AFTER].mean()) / abs(before) if before != 0 else np.nan
    fell = smooth[lowest] < before - (1 - RECOVERED) * abs(before)
    recovery = (lowest + int(back[0]) if len(back) else np.nan) if fell else 0
    return {"shock_loss": float(lost), "recovery_time": float(recovery)}


def units() -> dict[str, tuple[str, str]]:
    """Return (unit, meaning) of everything `Run.results()` holds."""
    return {name: (m.unit, m.meaning) for name, m in MEASURES.items()} | FINAL
