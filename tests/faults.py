"""What the tests of faults share: tiny sweeps, work that misbehaves, `valuenet` in a process that can be killed."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.cli import main
from scenarios.commands import sweeping
from scenarios.sweeps import plan, work
from scenarios.sweeps.coordinator import Settings
from scenarios.sweeps.design import Design, read_design
from scenarios.sweeps.running import sweep
from scenarios.sweeps.work import Batch, encoded, run_batch, said
from sim.ensemble import run

ROOT = Path(__file__).parents[1]
BLOCK = 20  # runs in a block of results, so that blocks are joined often
DEADLY, GREEDY = 7, 5  # a run that ends its worker; a seed that takes too much memory
PATIENCE = 120  # seconds to wait for what should come at once: machines may be busy
RAN, PAUSE = "VALUENET_TEST_RAN", "VALUENET_TEST_PAUSE"  # where slow work notes its runs, how long it rests
DESIGN = """title = "Faults"
scenarios = ["transactional", "platform"]
replications = {replications}
[settings]
customers = 20
periods = 6
[factors]
complexity = [0.2, 0.8]
[keep]
measures = ["trust", "value_total"]
series = ["trust"]
"""
COMMAND = "import sys; from tests.faults import command; sys.exit(command(sys.argv[1:]))"


def design(folder: Path, runs: int) -> Path:
    """Write a design of so many runs, a multiple of four."""
    path = folder / "faults.toml"
    path.write_text(DESIGN.format(replications=runs // 4))
    return path


def undisturbed(folder: Path, runs: int) -> tuple[Design, dict[str, str]]:
    """Return a design, and what an undisturbed sweep of it leaves."""
    made = read_design(design(folder, runs))
    with ThreadPoolExecutor(1) as one:
        sweep(made, folder / "calm", 1, one)
    return made, left_in(folder / "calm")


def left_in(folder: Path) -> dict[str, str]:
    """Return the digest of each file of results, and that of all of them."""
    files = [path for kind in ("runs", "series", "parts") for path in (folder / kind).glob("*")]
    held = {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return held | {"results": json.loads((folder / "manifest.json").read_text())["results"]}


def logged(folder: Path) -> list[str]:
    """Return the lines of a sweep's log, without their times."""
    return [line[20:] for line in (folder / "log.txt").read_text().splitlines()]


# Work that misbehaves


def slow(batch: Batch) -> bytes:
    """Run jobs with a rest after each, and note them."""
    for job in batch.jobs:
        time.sleep(float(os.environ.get(PAUSE, "0.03")))
        if RAN in os.environ:
            with open(os.environ[RAN], "a") as file:
                file.write(f"{job.run}\n")
    return run_batch(batch)


def deadly(batch: Batch) -> bytes:
    """End the worker at one run."""
    if any(job.run == DEADLY for job in batch.jobs):
        os.kill(os.getpid(), signal.SIGKILL)
    return run_batch(batch)


def endless(batch: Batch) -> bytes:
    """Stay for ever in compiled code at one run, under the time limit that all work has."""
    with work._at_most(batch.limit):
        if any(job.run == DEADLY for job in batch.jobs):
            hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
    return run_batch(batch)


def greedy(batch: Batch) -> bytes:
    """Take four gigabytes at one seed."""
    work.run = _greedy_run
    return run_batch(batch)


def _greedy_run(market: Any, seed: int, network: Any) -> Any:
    if seed == GREEDY:
        np.ones(2**29)
    return run(market, seed, network)


def stillborn(memory: int | None) -> None:
    """Die before any work."""
    os._exit(1)


def cheap(batch: Batch) -> bytes:
    """Return rows without running anything."""
    numbers = batch.kept.measures
    rows = [said(job) | {"id": f"{job.run:032x}"} | dict.fromkeys(numbers, job.run / 7) for job in batch.jobs]
    return encoded(rows, batch.schema)


WORK = {"run": run_batch, "slow": slow, "deadly": deadly, "endless": endless}


def command(argv: list[str]) -> int:
    """Do `valuenet` with small blocks and the work that is named first."""
    plan.SHARD_RUNS = BLOCK
    sweeping.Settings = partial(Settings, work=WORK[argv[0]])
    return main(argv[1:])


class Valuenet:
    """A `valuenet` in a session of its own, whose processes are counted and killed."""

    def __init__(self, *argv: object, **environment: object) -> None:
        set_here = {name: str(value) for name, value in environment.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *map(str, argv)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **set_here},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def kill(self) -> None:
        """End the coordinator as a lack of memory or power would."""
        self.process.kill()

    def signal_all(self, number: int) -> None:
        """Send a signal as a terminal does: to the coordinator and all its workers."""
        os.killpg(self.process.pid, number)

    def end(self) -> tuple[int, str]:
        """Wait; return exit code and what was said on stderr, which must be sentences."""
        _, said_there = self.process.communicate(timeout=PATIENCE * 5)
        assert "Traceback" not in said_there, said_there
        assert "Exception" not in said_there, said_there
        return self.process.returncode, said_there

    def left(self) -> list[int]:
        """Return the processes of the session that are there."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
        return found


def until(what: Callable[[], object], step: float = 0.02) -> float:
    """Wait until something is so; return the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < PATIENCE, "it never came"
        time.sleep(step)
    return time.monotonic() - began


def begun(folder: Path, times: int = 1) -> bool:
    """Whether so many coordinators have begun in a folder."""
    return (folder / "log.txt").is_file() and sum("begins" in line for line in logged(folder)) >= times


class Shuffled(Executor):
    """An executor that takes what it has been given in a random order."""

    def __init__(self, seed: int) -> None:
        self.chance, self.waiting, self.more = random.Random(seed), [], threading.Condition()
        threading.Thread(target=self._go_on, daemon=True).start()

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Put work where it may be picked."""
        future: Future = Future()
        with self.more:
            self.waiting.append((future, partial(fn, *args, **kwargs)))
            self.more.notify()
        return future

    def _go_on(self) -> None:
        while True:
            with self.more:
                self.more.wait_for(lambda: self.waiting)
                time.sleep(0.001)
                future, task = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            future.set_result(task())
