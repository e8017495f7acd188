"""Diffusion: when most people take up a new good, and how many have it by then (`diffusion.toml`)."""

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from scenarios.scenario import NOTHING
from sim.ensemble import run
from sim.totals import pooled

RUNS = 8
PER_UNIT = 100  # periods to the paper's unit of time
WIDTH = 300  # periods each side of the peak that say where it is; adoption is symmetric around it


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks, of the mean of several runs."""
    when, share = peak(np.mean([curve(preset, seed) for seed in preset.seeds(RUNS)], axis=0))
    return {"peak": when, "share": share}


def curve(preset: Preset, seed: int, settings: dict[str, object] | None = None) -> NDArray:
    """Return the share of the customers who have adopted, before the first period and after every one."""
    market = preset.scenario(settings=settings or NOTHING).market
    buying = pooled(run(market, seed).totals, 1)["encounters"]  # who has adopted buys in every period
    return np.concatenate(([0.0], buying / market.customers.customers))


def peak(adopted: NDArray) -> tuple[float, float]:
    """Return when most adopt, in the paper's units of time, and the share who have adopted by then.

    Adoption is smoothed with weights that fall from the middle to nothing `WIDTH` periods away: its peak is where the
    share adopted rises most from the mean of the `WIDTH` periods before to that of those after.
    """
    sums = np.concatenate(([0.0], np.cumsum(adopted)))
    means = (sums[WIDTH:] - sums[:-WIDTH]) / WIDTH
    middle = WIDTH + int(np.argmax(means[WIDTH + 1 :] - means[: -WIDTH - 1]))
    return middle / PER_UNIT, float(adopted[middle])
