"""Who does the work: processes of this machine, or the workers of a cluster, each as a `concurrent.futures.Executor`.

A pool of several processes fails all its tasks when one process dies. Here each worker is a pool of its own, so that
a death concerns one batch, is noticed at once, and is that batch's.
"""

import importlib
import importlib.util
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import connection
from queue import SimpleQueue
from typing import Any, NamedTuple

from scenarios.catalogue import ScenarioError, short

DASK = "dask://"
PER_CLUSTER_WORKER = 2  # batches: one at work, one waiting
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows the latter ends a process at once
CONNECT = 10  # seconds
PRELOADED = ["scenarios.sweeps.work"]


class Engine(NamedTuple):
    """An executor, how many batches it should have at a time, how it is stopped at once."""

    executor: Executor
    capacity: Callable[[], int]
    stop: Callable[[], None]


class Crew(Executor):
    """Worker processes that die alone: a batch whose worker died has a `BrokenProcessPool`, the others go on."""

    def __init__(self, workers: int, memory: int | None = None) -> None:
        self._start: tuple[Any, ...] = (memory,)
        self._idle: SimpleQueue[ProcessPoolExecutor | None] = SimpleQueue()
        self._pids: dict[ProcessPoolExecutor, Future[int]] = {}
        for _ in range(workers):
            self._idle.put(None)  # a worker starts when there is work for it

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Give work to an idle worker; wait for one where all are busy."""
        worker = self._idle.get() or self._new()
        future = worker.submit(fn, *args, **kwargs)
        future.add_done_callback(lambda done: self._idle.put(self._after(worker, done)))
        return future

    def _new(self) -> ProcessPoolExecutor:
        worker = ProcessPoolExecutor(1, _context(), _begin, self._start)
        self._pids[worker] = worker.submit(os.getpid)
        return worker

    def _after(self, worker: ProcessPoolExecutor, done: Future) -> ProcessPoolExecutor | None:
        """Return the worker for more work, None where it has died and another one is needed."""
        if done.cancelled() or isinstance(done.exception(), BrokenExecutor):
            self._end(worker)
            return None
        return worker

    def _end(self, worker: ProcessPoolExecutor) -> None:
        pid = self._pids.pop(worker, None)
        if pid is not None and pid.done() and not pid.exception():
            with suppress(ProcessLookupError):
                os.kill(pid.result(), KILL)
        worker.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """End all workers at once; what they were doing is lost."""
        for worker in list(self._pids):
            self._end(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers."""
        self.stop()


def _context() -> Any:
    """Return how processes start: forked from a small server that has the engine loaded, where there are forks."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _begin(memory: int | None) -> None:
    """Get a worker ready: Ctrl-C is the coordinator's business; without a coordinator there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if memory and importlib.util.find_spec("resource"):
        resource: Any = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


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
    if where == "processes":
        crew = Crew(workers, memory)
        return Engine(crew, lambda: workers, crew.stop)
    if where.startswith(DASK):
        return _cluster("tcp://" + where.removeprefix(DASK))
    raise ScenarioError(f"--executor {short(where)}: it is processes, or {DASK}HOST:PORT")


def _cluster(address: str) -> Engine:
    if importlib.util.find_spec("distributed") is None:
        raise OSError('an executor dask://HOST:PORT needs Dask: pip install "valuenet[dask]"')
    distributed: Any = importlib.import_module("distributed")
    try:
        client = distributed.Client(address, timeout=CONNECT)
    except (OSError, ValueError) as error:
        raise OSError(f"--executor {short(address)}: the cluster cannot be reached ({error})") from None
    executor = client.get_executor(pure=False)
    return Engine(executor, lambda: PER_CLUSTER_WORKER * max(sum(client.nthreads().values()), 1), client.close)


def given(executor: Executor, workers: int) -> Engine:
    """Return somebody's own executor, such as `mpi4py.futures.MPIPoolExecutor`, with `workers` batches at a time.

    It stays theirs: it is not shut down.
    """
    return Engine(executor, lambda: workers, lambda: None)
