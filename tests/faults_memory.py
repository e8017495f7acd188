"""How much memory a sweep of many runs takes: `measured` in a process of its own."""

import gc
import json
import multiprocessing
from dataclasses import replace
from pathlib import Path

from scenarios.sweeps import plan
from scenarios.sweeps.coordinator import Settings
from scenarios.sweeps.design import read_design
from scenarios.sweeps.running import sweep
from scenarios.sweeps.shards import Ledger
from tests.faults import cheap, design

BATCH, LOOKS = 200, 40


def measured(runs: int, folder: str) -> None:
    """Sweep made-up runs and print the megabytes that coordinator and workers held, quarter by quarter."""
    plan.SHARD_RUNS = 1000
    made = replace(read_design(design(Path(folder), runs)), series=())
    coordinator: list[float] = []
    workers: list[float] = []
    add = Ledger.add

    def looked(ledger: Ledger, first: int, last: int, data: bytes) -> list[tuple[int, int]]:
        if ledger.done >= runs * len(coordinator) / LOOKS:
            gc.collect()
            coordinator.append(megabytes("self"))
            workers.append(max(megabytes(one.pid) for one in multiprocessing.active_children()))
        return add(ledger, first, last, data)

    Ledger.add = looked
    state = sweep(made, Path(folder) / "s", 2, settings=Settings(BATCH, work=cheap))
    peak = megabytes("self", "VmHWM")  # ru_maxrss would count what the process was that started this one
    told = {"runs": state.done, "peak": peak, "coordinator": quarters(coordinator), "workers": quarters(workers)}
    print(json.dumps(told))


def quarters(seen: list[float]) -> list[float]:
    """Return the mean of each quarter."""
    size = len(seen) // 4
    return [round(sum(seen[n * size : (n + 1) * size]) / size, 1) for n in range(4)]


def megabytes(process: object, what: str = "VmRSS") -> float:
    """Return what a process holds in memory now, or held at most: VmHWM."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1000
    return 0.0
