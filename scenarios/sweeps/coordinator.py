"""Running a plan: batches go out to workers, what comes back is kept, what is lost goes out again.

The coordinator computes nothing and holds no results: its memory does not grow with the number of runs. A batch
whose worker died is halved until the run that did it is alone; that run is set aside after `TRIES`.
"""

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.catalogue import ScenarioError
from scenarios.sweeps.executors import Engine, NeverBegan
from scenarios.sweeps.finish import finish
from scenarios.sweeps.folder import CANCEL, PROGRESS, UNFINISHED, locked, log, read_manifest, write_json, write_manifest
from scenarios.sweeps.pace import Pace, State
from scenarios.sweeps.plan import Plan
from scenarios.sweeps.shards import Ledger
from scenarios.sweeps.work import Batch, encoded, identity, run_batch, said

TRIES = 3
STARTS = 5  # workers in a row that die before they begin: then none ever will
TICK = 0.5  # seconds between looks for a wish to stop
TOLD = 1.0  # seconds between reports of progress
Watch = Callable[[State], None]


class Task(NamedTuple):
    """Runs first .. last - 1, and how many workers have died of them since they are alone."""

    first: int
    last: int
    deaths: int = 0


class Settings(NamedTuple):
    """How a plan is run; no result depends on it."""

    batch: int | None = None  # runs in a batch; None: as many as take about two seconds
    limit: float = 600.0  # seconds a batch may take
    work: Callable[[Batch], bytes] = run_batch


@dataclass
class Sweep:
    """A plan at work."""

    ledger: Ledger
    engine: Engine
    settings: Settings
    pace: Pace
    watch: Watch
    out: dict[Future, tuple[Task, float]] = field(default_factory=dict)
    lost: deque[Task] = field(default_factory=deque)
    told: float = 0.0
    never_began: int = 0

    def state(self) -> State:
        """Return how far it is."""
        ledger, runs = self.ledger, self.ledger.plan.design.runs
        return State(ledger.done, runs, ledger.failed, self.pace.left(runs - ledger.done, self.engine.capacity()))


class Stopped(Exception):
    """Somebody asked the sweep to stop."""


def conduct(plan: Plan, folder: Path, start: Callable[[], Engine], settings: Settings, watch: Watch) -> State:
    """Run what is missing of a plan, and finish the sweep when nothing is.

    Raises
    ------
    Stopped
        If Ctrl-C, a signal or `valuenet cancel` asked for it; all that had come back is kept.
    OSError
        If results can no longer be written or no worker can be started; all that was kept is.
    ScenarioError
        If another process works on this sweep.
    """
    with locked(folder), asked_to_stop() as stop:
        (folder / CANCEL).unlink(missing_ok=True)
        ledger = Ledger(plan, folder)
        for name in ledger.damaged:
            log(folder, f"{name} was damaged; its runs are run again")
        if ledger.done < plan.design.runs and read_manifest(folder)["finished"]:
            write_manifest(folder, read_manifest(folder) | UNFINISHED)
        log(folder, f"begins with {ledger.done} of {plan.design.runs} runs done")
        engine = start()
        sweep = Sweep(ledger, engine, settings, Pace(settings.batch or 1, settings.batch is not None), watch)
        try:
            _work(sweep, lambda: stop.is_set() or (folder / CANCEL).exists())
            state = sweep.state()  # asks a cluster how large it is: not after it was left
        finally:
            for future in sweep.out:
                future.cancel()
            engine.stop()
        log(folder, f"all {plan.design.runs} runs are done, {ledger.failed} of them failed")
        finish(plan, folder)
        (folder / PROGRESS).unlink(missing_ok=True)
        return state


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and a request to end set; a second one ends the process at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: Any) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work(sweep: Sweep, stopped: Callable[[], bool]) -> None:
    """Keep workers busy until every run is kept."""
    coming = _tasks(sweep)
    while True:
        _hand_out(sweep, coming, stopped)
        if stopped():
            log(sweep.ledger.folder, f"stopped with {sweep.ledger.done} runs done")
            raise Stopped
        if not sweep.out:
            return
        finished, _ = wait(sweep.out, TICK, FIRST_COMPLETED)
        taken = [(future, *sweep.out.pop(future)) for future in finished]
        _hand_out(sweep, coming, stopped)  # workers go on while the coordinator writes
        for future, task, since in taken:
            _take_in(sweep, future, task, time.monotonic() - since)
        _tell(sweep)


def _tasks(sweep: Sweep) -> Iterator[Task]:
    """Return the missing runs as batches, each of the size that is right when it is asked for."""
    design = sweep.ledger.plan.design
    for first, last in list(sweep.ledger.gaps()):
        at = first
        while at < last:
            size = sweep.pace.next_size(design.runs - sweep.ledger.done, sweep.engine.capacity())
            end = min(at + size, last)
            yield Task(at, end)
            at = end


def _hand_out(sweep: Sweep, coming: Iterator[Task], stopped: Callable[[], bool]) -> None:
    """Give workers as many batches as they can take: lost ones first."""
    while len(sweep.out) < sweep.engine.capacity() and not stopped():  # to start a worker takes time
        task = sweep.lost.popleft() if sweep.lost else next(coming, None)
        if task is None:
            return
        batch = sweep.ledger.plan.batch(task.first, task.last, sweep.settings.limit)
        try:
            future = sweep.engine.executor.submit(sweep.settings.work, batch)
        except (RuntimeError, EOFError, OSError) as error:  # BrokenExecutor is a RuntimeError
            if stopped():
                return  # whoever asked us to stop has ended the workers too
            raise OSError(f"no more work can be handed out ({error}); what is done is kept") from None
        sweep.out[future] = task, time.monotonic()


def _take_in(sweep: Sweep, future: Future, task: Task, seconds: float) -> None:
    """Keep what came back; send out again what was lost."""
    try:
        data = future.result()
    except NeverBegan as error:
        _start_again(sweep, task, error)
        return
    except Exception as error:  # whatever an executor says when a worker is gone
        _lost(sweep, task, f"{type(error).__name__}: {error}", seconds)
        return
    sweep.never_began = 0
    try:
        missing = sweep.ledger.add(task.first, task.last, data)
    except ValueError as error:  # other bytes than a worker makes
        _lost(sweep, task, str(error), seconds)
        return
    sweep.pace.saw(task.last - task.first, seconds)
    sweep.lost.extend(Task(*gap) for gap in missing)


def _start_again(sweep: Sweep, task: Task, error: Exception) -> None:
    """Give a batch to another worker, unless there will never be one."""
    sweep.never_began += 1
    if sweep.never_began >= STARTS:
        raise OSError(f"no worker can be started ({error}); is --memory-limit too small?")
    log(sweep.ledger.folder, f"a worker died before it began ({error})")
    sweep.lost.append(task)


def _lost(sweep: Sweep, task: Task, why: str, seconds: float) -> None:
    """Halve a batch that was lost; try a run that is alone again, or set it aside."""
    log(sweep.ledger.folder, f"runs {task.first} to {task.last - 1} were lost after {seconds:.0f} s ({why})")
    middle = (task.first + task.last) // 2
    if middle > task.first:
        sweep.lost.extend((Task(task.first, middle), Task(middle, task.last)))
    elif task.deaths + 1 < TRIES:
        sweep.lost.append(task._replace(deaths=task.deaths + 1))
    else:
        late = seconds >= sweep.settings.limit
        reason = f"took longer than {sweep.settings.limit:g} seconds" if late else "ended its worker"
        _set_aside(sweep, task.first, f"{reason}, {TRIES} times")


def _set_aside(sweep: Sweep, run: int, error: str) -> None:
    """Keep the row of a run that cannot be run."""
    plan = sweep.ledger.plan
    (job,) = plan.jobs(run, run + 1)
    row = said(job, error)
    try:
        row["id"] = identity(plan.design.market(job.point), job.seed)
    except ScenarioError:
        row["id"] = None
    log(sweep.ledger.folder, f"run {run} is set aside: it {error}")
    sweep.lost.extend(Task(*gap) for gap in sweep.ledger.add(run, run + 1, encoded([row], plan.schema)))


def _tell(sweep: Sweep) -> None:
    if time.monotonic() - sweep.told > TOLD:
        sweep.told = time.monotonic()
        state = sweep.state()
        sweep.watch(state)
        write_json(sweep.ledger.folder / PROGRESS, {**state.to_dict(), "at": time.time()})
