"""Speed, measured in one run so that the ratios hold on any machine: `make bench` writes `docs/performance.md`
and `docs/scaling.md`.

What is compared is measured in turns, and of each the best time counts: what else the machine does disturbs
both alike. A cost per tie is that of one of a buyer's six slots in one period.
"""

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import mesa
import numba
import numpy as np
from rich.console import Console

from scenarios.scenario import load
from sim.config import Market
from sim.create import create
from sim.ensemble import run, simulate
from sim.period import advance
from sim.rules import SCHEDULE
from sim.totals import TOTALS
from sim.version import MODEL_VERSION
from tests import bench_sweeps
from tests.bench_start import memory, starts
from tests.reference import ReferenceMarket
from tests.whole import whole, with_chain, with_couriers

DOCS = Path(__file__).parent.parent / "docs"
PAGE, SCALING = DOCS / "performance.md", DOCS / "scaling.md"
REGIMES = ("transactional", "partnership", "platform")
SLOTS = 6
NANO = 1e9
Rows = list[tuple[object, ...]]
console = Console(width=120)


def market(regime: str, customers: int, periods: int) -> Market:
    """Return a regime's market at another size, with firms in the library's proportion, at most 100,000."""
    providers = {} if regime == "platform" else {"firms": min(max(customers * 24 // 200, 1), 100_000)}
    return load(regime, {"customers": customers, "periods": periods, **providers}).market


def best_of(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """Return the least wall time of each action, all of them taking turns."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, taken in zip(actions, times, strict=True):
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in times]


def ties(m: Market) -> int:
    """Return how many ties times periods a run has."""
    return m.customers.customers * SLOTS * m.periods


def periods_at(customers: int) -> int:
    """Return how many periods of a market of this size are measured."""
    return max(4, min(120, 300_000 // customers))


# the engine against idiomatic Mesa


def against_mesa() -> Rows:
    """Compare whole runs of 120 periods, creation included, with the reference implementation.

    The reference's large markets are measured over a few periods and reckoned up to 120.
    """
    rows: Rows = []
    for customers, periods, rounds in ((100, 120, 3), (1_000, 20, 2), (10_000, 5, 1), (100_000, 2, 1)):
        for regime in ("transactional", "partnership"):
            m = market(regime, customers, 120)
            (ours,) = best_of(5 if customers < 100_000 else 2, lambda m=m: run(m, 1))
            theirs = min(reference_run(m, periods) for _ in range(rounds))
            rows.append((f"{customers:,}", regime, periods, f"{theirs:.3g}", f"{ours:.3g}", f"{theirs / ours:.0f}"))
    return rows


def reference_run(m: Market, periods: int) -> float:
    """Return the seconds that a run of 120 periods with one object per agent takes, of which `periods` are run."""
    start = time.perf_counter()
    model = ReferenceMarket(m, rng=1)
    created = time.perf_counter()
    for _ in range(periods):
        model.step()
    return created - start + (time.perf_counter() - created) * m.periods / periods


def ensembles() -> Rows:
    """Compare runs per second of many small markets: our threads, and Mesa's `batch_run` in two processes."""
    m = market("transactional", 200, 120)
    tasks = [(m, seed) for seed in range(1000)]
    one, two = best_of(2, *(lambda w=w: list(simulate(tasks, workers=w, keep=keep)) for w in (1, 2)))
    (theirs,) = best_of(2, lambda: bench_sweeps.batch(m, 8))
    rates = len(tasks) / one, len(tasks) / two, 8 / theirs
    names = "valuenet, 1 thread", "valuenet, 2 threads", "mesa.batch_run of the reference, 2 processes"
    return [(name, f"{rate:.3g}", f"{rate / rates[2]:.0f}") for name, rate in zip(names, rates, strict=True)]


def keep(outcome: object) -> None:
    """Keep nothing of a run."""


# cost per tie


def cost_per_tie() -> Rows:
    """Measure whole periods, measuring included, at every size, beside the bound that memory sets."""
    rows: Rows = []
    for customers in (100, 1_000, 10_000, 100_000, 1_000_000):
        costs = [f"{period_cost(market(regime, customers, periods_at(customers))):.0f}" for regime in REGIMES]
        rows.append((f"{customers:,}", *costs, f"{memory_bound(customers):.1f}"))
    return rows


def period_cost(m: Market) -> float:
    """Return nanoseconds per tie and period, in one thread, without creation."""
    world, totals = create(m, 1), np.zeros((m.periods, len(m.strategies) + 1), TOTALS)
    best = min(best_of(5 if m.customers.customers < 1_000_000 else 3, lambda: advance(world, totals)))
    return NANO * best / ties(m)


def whole_model() -> Rows:
    """Compare markets of one tier with markets of everything, per tie that there is (a department's buyer has one)."""
    rows: Rows = []
    for customers in (1_000, 10_000):
        for regime, with_all in (("partnership", with_chain(customers)), ("platform", with_couriers(customers))):
            plain = market(regime, customers, periods_at(customers))
            both = plain, whole(plain, with_all)
            costs = [period_cost(one) * ties(one) / one.periods / filled(one) for one in both]
            rows.append((f"{customers:,}", regime, *(f"{c:.0f}" for c in costs), f"{costs[1] / costs[0]:.2f}"))
    return rows


def filled(m: Market) -> int:
    """Return how many ties there are."""
    return int(np.count_nonzero(run(m, 1).world.ties["provider"] >= 0))


def memory_bound(customers: int) -> float:
    """Return nanoseconds per tie for reading and writing every byte of a world once."""
    here = np.ones(state_bytes(create(market("partnership", customers, 1), 1)), np.uint8)
    there = np.empty_like(here)
    repeats = max(1, 10_000_000 // len(here))
    best = min(best_of(5, lambda: [np.copyto(there, here) for _ in range(repeats)])) / repeats
    return NANO * best / (customers * SLOTS)


def state_bytes(world: Sequence[np.ndarray]) -> int:
    """Return the bytes of a world's arrays."""
    return sum(array.nbytes for array in world)


def cost_per_rule() -> Rows:
    """Measure each rule alone, over everybody, in nanoseconds per tie: rule by rule takes longer than a period."""
    spent = {regime: rule_costs(market(regime, 2_000, 60)) for regime in REGIMES}
    names = [rule.__name__ for rule in SCHEDULE]
    rows: Rows = [(name, *(f"{spent[regime][name]:.1f}" for regime in REGIMES)) for name in names]
    return [*rows, ("together", *(f"{sum(spent[regime].values()):.0f}" for regime in REGIMES))]


def rule_costs(m: Market) -> dict[str, float]:
    """Return the median cost of each rule."""
    world = create(m, 1)
    spent: dict[str, list[float]] = {rule.__name__: [] for rule in SCHEDULE}
    for _ in range(m.periods):
        world.clock["period"] += 1
        for rule in SCHEDULE:
            start = time.perf_counter()
            rule(world)
            spent[rule.__name__].append(time.perf_counter() - start)
    return {name: NANO * float(np.median(took)) / (m.customers.customers * SLOTS) for name, took in spent.items()}


def growth_and_threads() -> Rows:
    """Compare the cost per tie of large markets with that of 10,000 customers, and two threads with one."""
    rows: Rows = []
    for regime in REGIMES:
        small, large = market(regime, 10_000, 30), market(regime, 1_000_000, 4)
        growth = period_cost(large) / period_cost(small)
        gains = [f"{thread_gain(market(regime, customers, 5)):.2f}" for customers in (100_000, 1_000_000)]
        rows.append((regime, f"{growth:.2f}", *gains))
    return rows


def thread_gain(m: Market) -> float:
    """Return how many times as fast two threads are inside one market."""
    world, totals = create(m, 1), np.zeros((m.periods, len(m.strategies) + 1), TOTALS)
    one, two = best_of(3, *(lambda n=n: advance(world, totals, n) for n in (1, 2)))
    return one / two


# the page

SECTIONS: tuple[tuple[str, tuple[str, ...], Callable[[], Rows]], ...] = (
    ("Runs of 120 periods, creation included, against idiomatic Mesa (`tests/reference/`), seconds",
     ("customers", "regime", "periods of Mesa measured", "Mesa", "valuenet", "times as fast"), against_mesa),
    ("Many markets of 200 customers x 120 periods", ("how", "runs per second", "times batch_run"), ensembles),
    ("Nanoseconds per tie and period, one thread, measuring included",
     ("customers", *REGIMES, "memory bound"), cost_per_tie),
    ("The whole model: nanoseconds per tie and period that there is, of one tier and of everything",
     ("customers", "regime", "one tier", "everything", "ratio"), whole_model),
    ("Each rule alone, nanoseconds per tie, 2,000 customers", ("rule", *REGIMES), cost_per_rule),
    ("Growth of the cost per tie from 10,000 to 1,000,000 customers; gain of two threads inside one market",
     ("regime", "growth", "gain at 100,000", "gain at 1,000,000"), growth_and_threads),
    ("Start, seconds", ("command", "seconds"), starts),
    ("Memory", ("what", "figure"), memory),
)  # fmt: skip


def section(title: str, heads: tuple[str, ...], rows: Rows) -> str:
    """Return one table in Markdown."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in (heads, ("---",) * len(heads), *rows)]
    return "\n".join((f"## {title}", "", *lines, ""))


def circumstances() -> str:
    """Return when, where and with what was measured."""
    versions = f"Python {platform.python_version()}, Mesa {mesa.__version__}, Numba {numba.__version__}"
    what = f"{versions}, NumPy {np.__version__}, model version {MODEL_VERSION}"
    return f"Measured by `make bench` on {time.strftime('%Y-%m-%d')} with {os.cpu_count()} cores, {what}.\n"


def measured(page: Path, sections: Sequence[tuple[str, tuple[str, ...], Callable[[], Rows]]]) -> None:
    """Measure everything, print it as it comes, and write the tables into a page, under what is said there."""
    tables = [circumstances()]
    for title, heads, measure in sections:
        tables.append(section(title, heads, measure()))
        console.print(tables[-1])
    said, mark, _ = page.read_text("utf-8").partition("<!-- measured -->\n")
    page.write_text(said + mark + "\n" + "\n".join(tables), "utf-8")


def main() -> None:
    """Measure sweeps, then the market."""
    run(market("platform", 100, 2), 1)
    measured(SCALING, bench_sweeps.SECTIONS)
    for regime in REGIMES:
        rule_costs(market(regime, 20, 2))
    measured(PAGE, SECTIONS)


if __name__ == "__main__":
    main()
