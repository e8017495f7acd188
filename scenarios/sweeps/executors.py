"""Who does the work: processes of this machine, or the workers of a cluster, each as a `concurrent.futures.Executor`.

A pool of several processes fails all its tasks when one process dies. Here each worker is a pool of its own, so that
a death concerns one batch, is noticed at once, and is that batch's.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import connection
from queue import SimpleQueue
from typing import Any, NamedTuple

from scenarios.catalogue import ScenarioError, short
from scenarios.optional import installed, library
from scenarios.scenario import load
from sim.ensemble import run

DASK = "dask://"
PER_CLUSTER_WORKER = 2  # batches: one at work, one waiting
CONNECT = 10  # seconds
SELDOM = 2.0  # seconds between questions how large a cluster is
SMALL: tuple[str, dict[str, Any]] = ("platform", {"customers": 20, "periods": 2})
PRELOADED = ["scenarios.sweeps.work"]


class Engine(NamedTuple):
    """An executor, how many batches it should have at a time, how it is stopped at once."""

    executor: Executor
    capacity: Callable[[], int]
    stop: Callable[[], None]


class NeverBegan(Exception):
    """A worker died before it could take any work: its batch is not to blame."""


class Worker(NamedTuple):
    """A pool of one process, the process, and what is done as soon as it is ready."""

    pool: ProcessPoolExecutor
    processes: list[Any]
    ready: Future

    def began(self) -> bool:
        """Whether it ever was ready for work."""
        return self.ready.done() and not self.ready.cancelled() and self.ready.exception() is None


class Crew(Executor):
    """Worker processes that die alone: a batch whose worker died has a `BrokenProcessPool`, the others go on."""

    def __init__(self, workers: int, memory: int | None = None) -> None:
        self._start: tuple[Any, ...] = (memory,)
        self._context = _context()
        self._idle: SimpleQueue[Worker | None] = SimpleQueue()
        self._all: list[Worker] = []
        for _ in range(workers):
            self._idle.put(None)  # a worker starts when there is work for it

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Give work to an idle worker; wait for one where all are busy."""
        free = self._idle.get()
        outer: Future = Future()
        outer.set_running_or_notify_cancel()  # whoever wants it to end ends the worker
        while True:
            worker = free or self._new()
            try:
                inner = worker.pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:  # it died, at work or since
                self._buried(worker)
                free = None
            else:
                inner.add_done_callback(partial(self._after, worker, outer))
                return outer

    def _new(self) -> Worker:
        before = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(1, self._context, _begin, self._start)
        ready = pool.submit(os.getpid)
        worker = Worker(pool, [one for one in multiprocessing.active_children() if one not in before], ready)
        self._all.append(worker)
        return worker

    def _after(self, worker: Worker, outer: Future, done: Future) -> None:
        """Pass on what came of a batch; its worker is free for more, or to be buried.

        A pool calls this with its lock held where the worker has died: to shut it down here, or to let go of it,
        would wait for ever.
        """
        error = CancelledError() if done.cancelled() else done.exception()
        if isinstance(error, BrokenExecutor) and not worker.began():
            error = NeverBegan(str(error))
        self._idle.put(worker)
        if error is None:
            outer.set_result(done.result())
        else:
            outer.set_exception(error)

    def _buried(self, worker: Worker) -> None:
        """Wait until the pool of a dead worker has cleaned up, and leave it."""
        self._all.remove(worker)
        worker.pool.shutdown(cancel_futures=True)

    def stop(self) -> None:
        """End all workers at once, those that are just starting too; what they were doing is lost."""
        for worker in self._all:
            for process in worker.processes:
                with suppress(ValueError, OSError):  # it has ended
                    process.kill()
        for worker in list(self._all):
            self._buried(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers."""
        self.stop()


def _context() -> Any:
    """Return how processes start: forked from a small server that has the engine loaded, where there are forks."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    library("multiprocessing.resource_tracker").ensure_running()  # when it starts it lets Ctrl-C through again
    with _deaf_to_ctrl_c():
        library("multiprocessing.forkserver").ensure_running()
    return context


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let processes that start in this block never see Ctrl-C, not even while they load; we see it after the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(memory: int | None) -> None:
    """Get a worker ready: Ctrl-C is the coordinator's business; without a coordinator there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    run(load(*SMALL).market, seed=1)  # loads the machine code: no batch's time limit should count that
    if memory and installed("resource"):  # not on Windows
        resource = library("resource")
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        least = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (least, hard))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def engine(where: str, workers: int, memory: int | None = None) -> Engine:
    """Return who does the work.

    Parameters
    ----------
    where : str
        'processes' of this machine, or the scheduler of a Dask cluster: 'dask://HOST:PORT'.
    workers : int
        How many processes; a cluster has its own number.
    memory : int, optional
        Bytes of data a process may hold.

    Raises
    ------
    ScenarioError
        If there is no such kind of executor.
    OSError
        If Dask is not installed or the cluster cannot be reached.
    """
    refuse_unknown(where)
    if where == "processes":
        crew = Crew(workers, memory)
        return Engine(crew, lambda: workers, crew.stop)
    if memory:
        raise ScenarioError(
            "--memory-limit is for processes of this machine; a cluster's workers have limits of their own"
        )
    return _cluster("tcp://" + where.removeprefix(DASK))


def refuse_unknown(where: str) -> None:
    """Raise ScenarioError if there is no such kind of executor, OSError if what it needs is not installed."""
    if where != "processes" and not where.startswith(DASK):
        raise ScenarioError(f"--executor {short(where)}: it is processes, or {DASK}HOST:PORT")
    if where.startswith(DASK):
        library("distributed", "dask")


def _cluster(address: str) -> Engine:
    try:
        client = library("distributed", "dask").Client(address, timeout=CONNECT)
    except (TimeoutError, ValueError) as error:
        raise OSError(f"--executor {short(address)}: the cluster cannot be reached ({error})") from None
    executor = client.get_executor(pure=False)
    return Engine(executor, _asked_seldom(lambda: sum(client.nthreads().values())), client.close)


def _asked_seldom(threads: Callable[[], int]) -> Callable[[], int]:
    """Return how many batches a cluster takes, from its number of threads, which costs a message."""
    known = [0, float("-inf")]

    def capacity() -> int:
        if time.monotonic() - known[1] > SELDOM:
            known[:] = threads(), time.monotonic()
        return PER_CLUSTER_WORKER * max(int(known[0]), 1)

    return capacity


def given(executor: Executor, workers: int) -> Engine:
    """Return somebody's own executor, such as `mpi4py.futures.MPIPoolExecutor`, with `workers` batches at a time.

    It stays theirs: it is not shut down.
    """
    return Engine(executor, lambda: workers, lambda: None)
