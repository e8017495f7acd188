"""Speed, measured in one run so that the ratios hold on any machine: `make bench`.

Nanoseconds per tie and period for each regime and size, each rule's part of it, what the same rules take
when Python interprets them, and what a second thread brings to an ensemble.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

from scenarios.scenario import load
from sim.config import Market
from sim.create import create
from sim.ensemble import run, simulate
from sim.rules import SCHEDULE

REGIMES = ("transactional", "partnership", "platform")
SIZES = (200, 2_000, 20_000)
PERIODS = 30
WORLDS = 60
INTERPRETED = "from tests.bench import *; print(per_tie(market('partnership', 40, 5)))"


def market(regime: str, customers: int, periods: int) -> Market:
    """Return a regime's market at another size, with providers in the library's proportion."""
    providers = {} if regime == "platform" else {"firms": max(customers * 24 // 200, 1)}
    return load(regime, {"customers": customers, "periods": periods, **providers}).market


def seconds(action: Callable[[], object], repeats: int = 3) -> float:
    """Return the least wall time of several calls, after one that is not counted."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def per_tie(m: Market) -> float:
    """Return nanoseconds per tie and period of a whole run, creation included."""
    return 1e9 * seconds(lambda: run(m, 1)) / (m.customers.customers * m.customers.slots * m.periods)


def rule_shares(m: Market) -> dict[str, float]:
    """Return each rule's share of the time of a period."""
    world, spent = create(m, 1), dict.fromkeys((rule.__name__ for rule in SCHEDULE), 0.0)
    for _ in range(m.periods):
        world.clock["period"] += 1
        for rule in SCHEDULE:
            start = time.perf_counter()
            rule(world)
            spent[rule.__name__] += time.perf_counter() - start
    total = sum(spent.values())
    return {name: took / total for name, took in spent.items()}


def interpreted_per_tie() -> float:
    """Return nanoseconds per tie and period of the same rules without compilation."""
    done = subprocess.run(
        [sys.executable, "-c", INTERPRETED],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def ensemble_gain() -> tuple[float, float]:
    """Return runs per second of an ensemble in one thread, and how many times that two threads reach."""
    tasks = [(market("transactional", 200, 120), seed) for seed in range(WORLDS)]
    one, two = (seconds(lambda w=w: list(simulate(tasks, workers=w, keep=lambda r: r.gini_gains)), 2) for w in (1, 2))
    return WORLDS / one, one / two


def main() -> None:
    """Print the benchmark."""
    console, table = Console(), Table(title="ns per tie and period (6 ties per customer), measuring included")
    for head in ("customers", *REGIMES):
        table.add_column(head, justify="right")
    for size in SIZES:
        table.add_row(f"{size:,}", *(f"{per_tie(market(regime, size, PERIODS)):.0f}" for regime in REGIMES))
    console.print(table)
    rule_shares(market("platform", 200, 2))
    for regime in REGIMES:
        parts = rule_shares(market(regime, 2_000, PERIODS))
        console.print(f"{regime}: " + ", ".join(f"{name} {share:.0%}" for name, share in parts.items()))
    compiled = per_tie(market("partnership", 40, 5))
    console.print(f"compiled against interpreted, 40 customers: {interpreted_per_tie() / compiled:.0f} times as fast")
    rate, gain = ensemble_gain()
    console.print(f"{WORLDS} runs of 200 customers x 120 periods: {rate:.0f} runs/s in one thread, x {gain:.2f} in two")
    console.print(f"memory: {memory_per_customer():.0f} bytes per customer (partnership)")


def memory_per_customer() -> float:
    """Return the bytes of a world's arrays per customer."""
    world = create(market("partnership", 2_000, 1), 1)
    return sum(np.asarray(array).nbytes for array in world) / 2_000


if __name__ == "__main__":
    main()
