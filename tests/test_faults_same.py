"""The same bytes whoever does the work, in whatever order; and a coordinator that does not grow."""

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from scenarios.sweeps import plan
from scenarios.sweeps.coordinator import Settings
from scenarios.sweeps.running import sweep
from scenarios.sweeps.shards import Ledger
from tests.faults import BLOCK, ROOT, Shuffled, left_in, slow, undisturbed
from tests.soak import SOAK, times

RUNS, MANY = times(48, 200), times(20_000, 1_000_000)
CREWS = [(1, 7), (2, None), (4, 1)]
OTHERS = [(workers, batch) for workers in (1, 2, 4) for batch in (1, 7, 64, None)]
MEGABYTES = 500
GROWTH = 30  # megabytes between the first and the last quarter: allocators are not exact


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(plan, "SHARD_RUNS", BLOCK)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """Return a design and what an undisturbed sweep leaves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "SHARD_RUNS", BLOCK)
        return undisturbed(tmp_path_factory.mktemp("calm"), RUNS)


@pytest.mark.parametrize(("workers", "batch"), OTHERS)
@pytest.mark.parametrize("kind", [ThreadPoolExecutor, Shuffled])
def test_identical_bytes(tmp_path, calm, kind, workers, batch):
    design, left = calm
    sweep(design, tmp_path / "s", workers, kind(workers), Settings(batch))
    assert left_in(tmp_path / "s") == left


@pytest.mark.parametrize(("workers", "batch"), OTHERS if SOAK else CREWS)
def test_identical_bytes_of_processes(tmp_path, calm, workers, batch):
    design, left = calm
    sweep(design, tmp_path / "s", workers, settings=Settings(batch))
    assert left_in(tmp_path / "s") == left


def test_memory_stays_flat(tmp_path):
    """Made-up runs through real worker processes, in a coordinator of its own."""
    code = f"from tests.faults_memory import measured; measured({MANY}, {str(tmp_path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    print(told)
    assert told["runs"] == MANY
    assert told["peak"] < MEGABYTES
    assert told["coordinator"][-1] - told["coordinator"][0] < GROWTH
    assert told["workers"][-1] - told["workers"][0] < GROWTH


def test_cluster_that_loses_a_worker(tmp_path, calm, monkeypatch):
    distributed = pytest.importorskip("distributed")
    design, left = calm
    killed, add = [], Ledger.add
    with distributed.LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:

        def kill_one(ledger, first, last, data):
            if not killed and ledger.done >= RUNS // 3:
                killed.append(next(iter(cluster.workers.values())).process.process.pid)
                threading.Thread(target=partial(os.kill, killed[0], 9)).start()
            return add(ledger, first, last, data)

        monkeypatch.setattr(Ledger, "add", kill_one)
        where = "dask://" + cluster.scheduler_address.removeprefix("tcp://")
        state = sweep(design, tmp_path / "s", executor=where, settings=Settings(2, work=slow))
    assert killed
    assert (state.done, state.failed) == (RUNS, 0)
    assert left_in(tmp_path / "s") == left
