"""What a sweep will take, before it starts: time, disk, memory. Above a limit it is refused with what would fit."""

import os
import shutil
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scenarios.catalogue import ScenarioError
from scenarios.scenario import Scenario
from scenarios.size import GIGABYTE, duration, memory, seconds
from scenarios.sweeps.plan import Plan
from sim.ensemble import run

LOOKED_AT = 200  # points
LONGEST_PROBE = 5.0  # seconds a run may be expected to take for it to be timed before the sweep
PER_NUMBER = 8  # bytes; measures hardly compress
PER_RUN = 60  # bytes of numbers, names and hash
WORKER = 350e6  # bytes of a worker with the engine loaded
COORDINATOR = 300e6  # bytes
HOUR = 3600
START = 4.0  # seconds until workers have loaded the engine
SPARE = 0.9  # of the free disk and of the memory may be taken


class Estimate(NamedTuple):
    """What runs take: seconds with these workers, bytes of disk, bytes of memory of all processes."""

    runs: int
    seconds: float
    disk: float
    memory: float

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"seconds": self.seconds, "disk_bytes": self.disk, "memory_bytes": self.memory}

    def __str__(self) -> str:
        """Return it in words."""
        return f"about {duration(self.seconds)}, {size(self.disk)} of disk and {size(self.memory)} of memory"


def size(amount: float) -> str:
    """Return bytes in words."""
    return f"{amount / GIGABYTE:.1f} GB" if amount >= GIGABYTE else f"{max(amount / 1e6, 1):.0f} MB"


def estimate(plan: Plan, workers: int, runs: int | None = None) -> Estimate:
    """Predict what `runs` of a plan take (all, if None); one run is timed where that is quick."""
    runs = plan.design.runs if runs is None else runs
    rows = np.unique(np.linspace(0, len(plan.design.points) - 1, LOOKED_AT).astype(int)).tolist()
    markets = [plan.design.market(row) for row in rows]
    each = np.array([seconds(one.market, 1, 1) for one in markets])
    largest = max(memory(one.market) for one in markets)
    faster = _measured(markets[int(each.argmin())], float(each.min()))
    numbers = len(plan.kept.measures) + len(plan.design.factors)
    series = float(np.mean([one.market.periods for one in markets])) * len(plan.kept.series)
    disk = runs * (PER_RUN + PER_NUMBER * (numbers + series))
    taken = START + float(each.mean()) * faster * runs / workers
    return Estimate(runs, taken, disk, COORDINATOR + workers * (WORKER + largest))


def _measured(scenario: Scenario, expected: float) -> float:
    """Return how many times as long as expected a run takes; the first one may compile the rules and does not count."""
    if expected > LONGEST_PROBE:
        return 1.0
    run(scenario.market, 1, scenario.network)
    start = time.perf_counter()
    run(scenario.market, 1, scenario.network).results()
    return (time.perf_counter() - start) / expected


def refuse_above(found: Estimate, folder: Path, hours: float, here: bool) -> None:
    """Raise ScenarioError if a sweep would take longer than `hours`, or more than there is.

    Parameters
    ----------
    here : bool
        Whether the workers are on this machine: else their memory is not ours to judge.
    """
    if found.seconds > hours * HOUR:
        raise ScenarioError(
            f"this would take about {duration(found.seconds)}, more than the {hours:g} hours allowed; take fewer "
            f"replications or points, more workers, or allow more with --max-hours {np.ceil(found.seconds / HOUR):.0f}"
        )
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if found.disk > SPARE * free:
        raise ScenarioError(
            f"this would take about {size(found.disk)} of disk, and {size(free)} are free; "
            "keep fewer measures or series, or name another --out"
        )
    there = _memory_there()
    if here and there and found.memory > SPARE * there:
        raise ScenarioError(
            f"this would take about {size(found.memory)} of memory, and there are {size(there)}; take fewer --workers"
        )


def _memory_there() -> float | None:
    names = ("SC_PAGE_SIZE", "SC_PHYS_PAGES")
    there = all(name in getattr(os, "sysconf_names", {}) for name in names)
    return float(os.sysconf(names[0]) * os.sysconf(names[1])) if there else None
