"""Sweeps: what is kept, what goes on and what is refused. (Faults: `test_faults.py`.)"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pyarrow.parquet as pq
import pytest

from scenarios import open_sweep, read_design, resume, sweep
from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.sweeps import plan as plans
from scenarios.sweeps.coordinator import Settings, conduct
from scenarios.sweeps.executors import Engine
from scenarios.sweeps.folder import MANIFEST, PARTS, locked, read_manifest
from scenarios.sweeps.pace import Pace
from scenarios.sweeps.plan import plan_of, write_plan
from scenarios.sweeps.running import status
from scenarios.sweeps.work import run_batch
from tests.sweeping import RUNS, edit, swept, written


@pytest.fixture
def asked(tmp_path):
    return written(tmp_path)


@pytest.fixture
def done(asked, tmp_path):
    """Return the folder of a finished sweep of 24 runs."""
    return swept(asked, tmp_path / "done")


def failing(batch):
    """Run a batch in which every run with seed 6 of the first point cannot be run."""
    jobs = [job._replace(factors={"turnover": 7.0}) if (job.point, job.seed) == (0, 6) else job for job in batch.jobs]
    return run_batch(batch._replace(jobs=tuple(jobs)))


def ending(batch):
    """End the work at the twentieth run: nothing after it is ever done."""
    if batch.jobs[-1].run >= 20:
        raise KeyboardInterrupt
    return run_batch(batch)


def half(asked, folder):
    """Leave a sweep behind that was stopped in the middle."""
    with pytest.raises(KeyboardInterrupt):
        sweep(read_design(asked), folder, 1, ThreadPoolExecutor(1), Settings(batch=5, work=ending))


def test_processes_and_threads_give_the_same_bytes(done, asked, tmp_path):
    sweep(read_design(asked), tmp_path / "other", workers=2, settings=Settings(batch=7))
    names = sorted(path.relative_to(done) for path in done.rglob("*.parquet"))
    assert names == sorted(path.relative_to(tmp_path / "other") for path in (tmp_path / "other").rglob("*.parquet"))
    assert read_manifest(done)["results"] == read_manifest(tmp_path / "other")["results"]


def test_workers_that_were_left_are_asked_nothing(asked, tmp_path):
    pool, left = ThreadPoolExecutor(1), []

    def capacity():
        assert not left
        return 1

    plan = plan_of(read_design(asked))
    write_plan(plan, tmp_path / "s")
    start = partial(Engine, pool, capacity, lambda: left.append(True))
    assert conduct(plan, tmp_path / "s", start, Settings(), lambda state: None).done == RUNS
    assert left


def test_what_lost_its_runs_is_not_finished(done):
    assert status(done)["state"] == "finished"
    shutil.rmtree(done / "runs")
    assert (status(done)["state"], status(done)["done"]) == ("stopped", 0)


def test_blocks_hold_a_fixed_number_of_runs(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(plans, "SHARD_RUNS", 10)
    sweep(read_design(asked), tmp_path / "out", 1, ThreadPoolExecutor(1), Settings(batch=4))
    lengths = [pq.read_metadata(path).num_rows for path in sorted((tmp_path / "out" / "runs").iterdir())]
    assert lengths == [10, 10, 4]
    assert len(open_sweep(tmp_path / "out").series()) == RUNS * 6


def test_resume_goes_on_where_it_stopped(done, asked, tmp_path):
    half(asked, tmp_path / "half")
    told = status(tmp_path / "half")
    assert (told["state"], 0 < told["done"] < RUNS) == ("stopped", True)
    assert len(open_sweep(tmp_path / "half").runs()) == told["done"]
    assert len(open_sweep(tmp_path / "half").series()) == told["done"] * 6
    resume(tmp_path / "half", executor=ThreadPoolExecutor(1))
    assert f"begins with {told['done']} of {RUNS}" in (tmp_path / "half" / "log.txt").read_text()
    assert read_manifest(tmp_path / "half")["results"] == read_manifest(done)["results"]
    assert not (tmp_path / "half" / PARTS).exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: edit(folder, model_version=99), "made by model_version 99"),
        (lambda folder: edit(folder, schema=0), "made by schema 0"),
        (lambda folder: edit(folder, seed=6), "the manifest"),
        (lambda folder: rewrite(folder / "scenario-1.toml", "complexity = 0.5", "complexity = 0.6"), "scenarios"),
        (lambda folder: shutil.copy(folder / "x.parquet", folder / "points.parquet"), "the file is not what"),
        (lambda folder: (folder / MANIFEST).unlink(), "there is no sweep"),
    ],
)
def test_resume_is_refused_when_results_would_not_fit(asked, tmp_path, change, told):
    half(asked, tmp_path / "half")
    points = pq.read_table(tmp_path / "half" / "points.parquet")
    pq.write_table(points.slice(1), tmp_path / "half" / "x.parquet")
    change(tmp_path / "half")
    with pytest.raises(ScenarioError, match=told):
        resume(tmp_path / "half", executor=ThreadPoolExecutor(1))


def rewrite(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_a_sweep_may_be_forked_on_purpose(done, tmp_path, capsys):
    assert main(["sweep", str(done), "--out", str(tmp_path / "fork"), "--workers", "1"]) == 0
    assert read_manifest(tmp_path / "fork")["results"] == read_manifest(done)["results"]


def test_a_folder_with_anything_in_it_is_refused(done, asked, tmp_path):
    with pytest.raises(ScenarioError, match="valuenet resume"):
        sweep(read_design(asked), done)
    with pytest.raises(ScenarioError, match="not a new or empty folder"):
        sweep(read_design(asked), tmp_path)


def test_a_second_coordinator_is_refused(asked, tmp_path):
    half(asked, tmp_path / "half")
    with locked(tmp_path / "half"):
        assert status(tmp_path / "half")["state"] == "running"
        with pytest.raises(ScenarioError, match="another process works on this sweep"):
            resume(tmp_path / "half", executor=ThreadPoolExecutor(1))
    assert status(tmp_path / "half")["state"] == "stopped"


def test_a_failed_run_is_recorded_and_stops_nothing(done, asked, tmp_path):
    state = sweep(read_design(asked), tmp_path / "out", 1, ThreadPoolExecutor(1), Settings(work=failing))
    assert (state.failed, state.done) == (1, RUNS)
    results = open_sweep(tmp_path / "out")
    (error,) = results.errors().to_pylist()
    assert (error["point"], error["seed"]) == (0, 6)
    assert "turnover = 7" in error["error"]
    assert "turnover = 7" in (tmp_path / "out" / "errors.csv").read_text()
    assert np.isnan(results.array("trust")[0, 1])
    others = [row for row in results.runs().to_pylist() if not row["error"]]
    there = {row["run"]: row for row in open_sweep(done).runs().to_pylist()}
    assert others == [there[row["run"]] for row in others]
    assert len(others) == RUNS - 1


def test_failed_runs_may_be_run_again(done, asked, tmp_path, capsys):
    sweep(read_design(asked), tmp_path / "out", 1, ThreadPoolExecutor(1), Settings(work=failing))
    assert main(["resume", str(tmp_path / "out"), "--retry-failed", "--workers", "1"]) == 0
    assert "1 runs that failed are run again" in capsys.readouterr().err
    assert read_manifest(tmp_path / "out")["results"] == read_manifest(done)["results"]


def test_what_is_too_much_is_refused_before_anything_is_written(asked, tmp_path, capsys, monkeypatch):
    rewrite(asked, "replications = 4", "replications = 10000000")
    assert main(["sweep", str(asked), "--out", str(tmp_path / "big"), "--max-hours", "1"]) == 2
    assert "hours allowed" in capsys.readouterr().err
    monkeypatch.setattr("shutil.disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    rewrite(asked, "replications = 10000000", "replications = 40")
    assert main(["sweep", str(asked), "--out", str(tmp_path / "big")]) == 2
    assert "of disk, and 1 MB are free" in capsys.readouterr().err
    monkeypatch.undo()
    assert main(["sweep", str(asked), "--out", str(tmp_path / "big"), "--workers", "256"]) == 2
    assert "take fewer --workers" in capsys.readouterr().err
    assert not (tmp_path / "big").exists()


def test_estimate_runs_nothing(asked, tmp_path, capsys):
    assert main(["sweep", str(asked), "--estimate", "--json", "--out", str(tmp_path / "none")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], told["points"]) == (RUNS, 6)
    assert not (tmp_path / "none").exists()


def test_pace_learns_and_tells_what_is_left():
    pace = Pace(1, fixed=False)
    assert pace.left(10, 2) is None
    for _ in range(30):
        pace.saw(pace.size, 0.01 * pace.size)
    assert pace.size == 200  # two seconds
    assert pace.left(1000, 2) == pytest.approx((5.0, 5.0, 5.0))
    assert pace.next_size(left=40, workers=2) == 10
    assert Pace(7, fixed=True).next_size(left=3, workers=2) == 7


def scrambled(batch):
    """Give back other runs than were asked for, when there are several."""
    return run_batch(batch if len(batch.jobs) == 1 else batch._replace(jobs=batch.jobs[::-1]))


def test_wrong_results_are_not_taken(done, asked, tmp_path):
    sweep(read_design(asked), tmp_path / "out", 1, ThreadPoolExecutor(1), Settings(batch=6, work=scrambled))
    assert "came back with others" in (tmp_path / "out" / "log.txt").read_text()
    assert read_manifest(tmp_path / "out")["results"] == read_manifest(done)["results"]
