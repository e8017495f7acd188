"""Speed of sweeps, in ratios within one run: part of `make bench`, which writes `docs/scaling.md`.

How busy processors are is read from the clocks of the worker processes while they run batches, so that it holds on a
machine that does other things too: seconds of processor time inside batches over seconds of wall time and workers.
"""

import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import mesa

from scenarios import load, read_design, simulate
from scenarios.sweeps.coordinator import Settings, conduct
from scenarios.sweeps.executors import engine, given
from scenarios.sweeps.folder import digest_of
from scenarios.sweeps.plan import plan_of, write_plan
from scenarios.sweeps.work import Batch, encoded, run_batch, said
from sim.config import Market
from tests.faults_memory import megabytes
from tests.reference import ReferenceMarket

CORES = os.cpu_count() or 1
Rows = list[tuple[object, ...]]
DESIGN = """
scenarios = ["transactional", "partnership"]
replications = {replications}
[settings]
customers = {customers}
periods = {periods}
[factors]
turnover = {{low = 0.01, high = 0.2, steps = {steps}}}
"""
SPENT = "spent.txt"


def design(folder: Path, runs: int, customers: int, periods: int) -> Path:
    """Write a design of so many runs."""
    steps = min(50, runs // 2)
    text = DESIGN.format(replications=runs // (2 * steps), customers=customers, periods=periods, steps=steps)
    path = folder / f"{runs}-{customers}-{periods}.toml"
    path.write_text(text)
    return path


def timed_batch(ledger: str, batch: Batch) -> bytes:
    """Run a batch and note its wall and processor seconds, in one short line that is written at once."""
    wall, processor = time.perf_counter(), time.process_time()
    data = run_batch(batch)
    line = f"{time.perf_counter() - wall} {time.process_time() - processor}\n"
    with open(ledger, "a") as file:
        file.write(line)
    return data


def swept(runs: int, customers: int, periods: int, workers: int, work: Callable | None = None) -> dict[str, float]:
    """Run a sweep and return its seconds: wall, in batches (wall and processor, all workers), coordinator's own."""
    with tempfile.TemporaryDirectory() as place:
        ledger = f"{place}/{SPENT}"
        plan = plan_of(read_design(design(Path(place), runs, customers, periods)))
        write_plan(plan, Path(place) / "out")
        settings = Settings(work=work or partial(timed_batch, ledger))
        wall, own = time.perf_counter(), time.process_time()
        conduct(plan, Path(place) / "out", lambda: engine("processes", workers), settings, lambda state: None)
        spent = {"wall": time.perf_counter() - wall, "own": time.process_time() - own}
        lines = [line.split() for line in Path(ledger).read_text().splitlines()] if Path(ledger).exists() else []
        size = sum(path.stat().st_size for path in (Path(place) / "out").rglob("*.parquet"))
    inside = [sum(float(line[column]) for line in lines) for column in (0, 1)]
    return spent | {"batches": inside[0], "processor": inside[1], "bytes": size}


def busy() -> Rows:
    """Measure how busy the processors are in a sweep of 10,000 runs, and what store and coordination take."""
    spent = swept(10_000, 200, 120, CORES)
    shares = spent["batches"] / (spent["wall"] * CORES), spent["own"] / spent["wall"]
    return [
        ("runs per second", f"{10_000 / spent['wall']:.0f}"),
        ("time that workers are inside batches", f"{shares[0]:.1%}"),
        (
            "processor time of the engine in it, of all processors",
            f"{spent['processor'] / (spent['wall'] * CORES):.1%}",
        ),
        ("processor time of the coordinator, store included, of one processor", f"{shares[1]:.1%}"),
        ("bytes on disk per run", f"{spent['bytes'] / 10_000:.0f}"),
    ]


def friends() -> Rows:
    """Compare runs per second: a sweep, and the same function in other people's runners on the same processes."""
    runs = 2_000
    rates = {"valuenet sweep": runs / swept(runs, 200, 120, CORES)["wall"]}
    tasks = [(seed, 0.01 + 0.19 * (seed % 50) / 49) for seed in range(1, runs + 1)]
    rates["ProcessPoolExecutor.map of `simulate`"] = runs / seconds(lambda: by_pool(tasks))
    if importlib.util.find_spec("joblib"):
        joblib = importlib.import_module("joblib")
        calls = [joblib.delayed(one)(task) for task in tasks]
        rates["joblib.Parallel of `simulate`"] = runs / seconds(lambda: joblib.Parallel(CORES)(calls))
    rates["mesa.batch_run of the idiomatic model"] = 8 / seconds(lambda: batch(load("transactional").market, 8))
    first = rates["valuenet sweep"]
    return [(name, f"{rate:.0f}", f"{first / rate:.2f}") for name, rate in rates.items()]


def by_pool(tasks: list[tuple[int, float]]) -> None:
    """Run the plain function in a fresh pool of processes."""
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(one, tasks, chunksize=50))


def batch(m: Market, runs: int) -> None:
    """Run the reference with Mesa's own runner."""
    seeds = {"rng": list(range(runs))}
    newer = mesa.__version__ >= "3.5"
    mesa.batch_run(
        ReferenceMarket,
        {"market": [m], **({} if newer else seeds)},
        max_steps=m.periods,
        number_processes=2,
        data_collection_period=-1,
        display_progress=False,
        **(seeds if newer else {}),
    )


def one(task: tuple[int, float]) -> float:
    """Run one market through the plain function."""
    seed, turnover = task
    return simulate("transactional", seed, 120, customers=200, turnover=turnover)["value_total"]


def seconds(action: Callable[[], object]) -> float:
    """Return the wall seconds of an action."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def growth() -> Rows:
    """Measure sweeps of growing numbers of runs, workers and customers."""
    rows: Rows = []
    for runs, customers, periods, workers in (
        (1_000, 200, 24, CORES),
        (10_000, 200, 24, CORES),
        (1_000, 200, 120, 1),
        (1_000, 200, 120, 2),
        (200, 2_000, 120, CORES),
        (40, 20_000, 60, CORES),
    ):
        spent = swept(runs, customers, periods, workers)
        each = spent["processor"] / (runs * customers * periods * 6) * 1e9
        inside = spent["batches"] / (spent["wall"] * workers)
        rows.append(
            (
                f"{runs:,}",
                f"{customers:,}",
                periods,
                workers,
                f"{runs / spent['wall']:.1f}",
                f"{inside:.0%}",
                f"{each:.0f}",
            )
        )
    return rows


def cheap(batch: Batch) -> bytes:
    """Return rows without running anything: what remains is coordination and store."""
    return encoded([said(job) for job in batch.jobs], batch.schema)


def coordination() -> Rows:
    """Measure the coordinator alone: batches whose runs cost nothing, in one thread."""
    rows: Rows = []
    for runs in (10_000, 100_000):
        with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(1) as pool:
            plan = plan_of(read_design(design(Path(place), runs, 200, 24)))
            write_plan(plan, Path(place) / "out")
            start = time.perf_counter()
            settings = Settings(batch=200, work=cheap)
            conduct(plan, Path(place) / "out", lambda pool=pool: given(pool, 1), settings, lambda state: None)
            spent = time.perf_counter() - start
            files = sum(1 for _ in (Path(place) / "out").rglob("*.parquet"))
            memory = megabytes("self", "VmHWM") / 1000
        rows.append((f"{runs:,}", f"{1e6 * spent / runs:.0f}", files, f"{memory:.2f}"))
    return rows


def disk() -> Rows:
    """Measure what writing a file of a batch's size costs, synchronised, on this disk."""
    data = os.urandom(100_000)
    with tempfile.TemporaryDirectory(dir=".") as place:
        from_disk = (
            seconds(lambda: [synchronised(Path(place) / f"{n}-{digest_of(data)}", data) for n in range(20)]) / 20
        )
        shutil.rmtree(place, ignore_errors=True)
        Path(place).mkdir()
    return [("milliseconds for 100 kB, synchronised", f"{1000 * from_disk:.1f}")]


def synchronised(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


SECTIONS: tuple[tuple[str, tuple[str, ...], Callable[[], Rows]], ...] = (
    ("A sweep of 10,000 runs of 200 customers x 120 periods", ("what", "figure"), busy),
    ("The same function elsewhere, 2,000 runs of 200 customers x 120 periods, all processors, start included",
     ("how", "runs per second", "a sweep is so many times as fast"), friends),
    ("Growth", ("runs", "customers", "periods", "workers", "runs per second", "workers inside batches",
                "nanoseconds per tie and period"), growth),
    ("The coordinator alone: runs that cost nothing, batches of 200",
     ("runs", "microseconds per run", "files at the end", "GB of the whole process at most"), coordination),
    ("The disk", ("what", "figure"), disk),
)  # fmt: skip
