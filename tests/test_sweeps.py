"""Sweeps: what is kept, how it is read, what goes on and what is refused. (Faults: `test_faults.py`.)"""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from scenarios import open_sweep, read_design, resume, sweep
from scenarios import run as run_scenario
from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.sweeps import plan as plans
from scenarios.sweeps.coordinator import Settings
from scenarios.sweeps.folder import MANIFEST, PARTS, locked, read_manifest, write_json
from scenarios.sweeps.pace import Pace
from scenarios.sweeps.plan import design_in
from scenarios.sweeps.running import status
from scenarios.sweeps.work import run_batch
from tests.test_house import python

DESIGN = """
title = "Two regimes"
scenarios = ["transactional", "partnership"]
replications = 4
seed = 5
[settings]
customers = 20
firms = 4
periods = 6
[factors]
turnover = [0.01, 0.1, 0.2]
[keep]
series = ["trust", "value_total of partnership"]
"""
RUNS = 24


@pytest.fixture
def asked(tmp_path):
    path = tmp_path / "two.toml"
    path.write_text(DESIGN)
    return path


@pytest.fixture
def done(asked, tmp_path):
    """Return the folder of a finished sweep of 24 runs."""
    sweep(read_design(asked), tmp_path / "done", executor=ThreadPoolExecutor(1))
    return tmp_path / "done"


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


def test_a_row_is_what_the_scenario_gives_alone(done):
    results = open_sweep(done)
    design = design_in(done)
    for row in results.runs().to_pylist():
        alone = run_scenario(design.market(row["point"]), row["seed"])
        for name, value in alone.results().items():
            assert row[name] == (None if value != value else value)
    trust = results.series().to_pandas().groupby("run")["trust"].apply(list)
    row = results.runs().to_pylist()[-1]
    alone = run_scenario(design.market(row["point"]), row["seed"])
    np.testing.assert_array_equal(trust[row["run"]], alone.series()["trust"])


def test_every_run_is_there_once_in_order(done):
    runs = open_sweep(done).runs()
    assert runs["run"].to_pylist() == list(range(RUNS))
    assert len(set(runs["id"].to_pylist())) == RUNS
    assert sorted(set(runs["seed"].to_pylist())) == [5, 6, 7, 8]


def test_processes_and_threads_give_the_same_bytes(done, asked, tmp_path):
    sweep(read_design(asked), tmp_path / "other", workers=2, settings=Settings(batch=7))
    names = sorted(path.relative_to(done) for path in done.rglob("*.parquet"))
    assert names == sorted(path.relative_to(tmp_path / "other") for path in (tmp_path / "other").rglob("*.parquet"))
    assert read_manifest(done)["results"] == read_manifest(tmp_path / "other")["results"]


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
        (lambda folder: shutil.copy(folder / "x.parquet", folder / "points.parquet"), "points_sha256"),
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


def edit(folder, **changes):
    write_json(folder / MANIFEST, read_manifest(folder) | changes)


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


def test_other_tools_read_the_files_as_they_lie_there(done):
    duckdb, polars, pandas = map(pytest.importorskip, ("duckdb", "polars", "pandas"))
    ours = open_sweep(done).to_pandas()
    theirs = pandas.read_parquet(done / "runs"), polars.read_parquet(done / "runs" / "*.parquet").to_pandas()
    theirs += (duckdb.sql(f"from '{done}/runs/*.parquet' order by run").df(),)
    for frame in theirs:
        assert frame["value_total"].tolist() == ours["value_total"].tolist()
    mean = duckdb.sql(f"select avg(trust) from '{done}/series/*.parquet'").fetchall()[0][0]
    assert mean == pytest.approx(open_sweep(done).series().to_pandas()["trust"].mean())


def test_a_grid_becomes_a_cube(done):
    pytest.importorskip("xarray")
    cube = open_sweep(done).to_xarray()
    assert dict(cube.sizes) == {"scenario": 2, "turnover": 3, "replication": 4}
    row = next(row for row in open_sweep(done).runs().to_pylist() if (row["point"], row["replication"]) == (3, 2))
    found = cube["trust"].sel(scenario=row["scenario"], turnover=row["turnover"], replication=2)
    assert float(found) == row["trust"]
    assert cube["seed"].values.tolist() == [5, 6, 7, 8]


def test_points_that_are_no_grid_become_a_table(tmp_path):
    pytest.importorskip("xarray")
    (tmp_path / "p.csv").write_text("turnover,complexity\n0.1,0.2\n0.2,0.9\n")
    settings = "[settings]\ncustomers = 20\nperiods = 6\n"
    text = f'scenarios = ["partnership"]\nreplications = 2\n{settings}[points]\nmethod = "list"\nfile = "p.csv"\n'
    (tmp_path / "d.toml").write_text(text)
    sweep(read_design(tmp_path / "d.toml"), tmp_path / "out", 1, ThreadPoolExecutor(1))
    cube = open_sweep(tmp_path / "out").to_xarray()
    assert dict(cube.sizes) == {"point": 2, "replication": 2}
    assert cube["complexity"].values.tolist() == [0.2, 0.9]


def test_metadata_is_an_ro_crate(done):
    rocrate = pytest.importorskip("rocrate.rocrate")
    crate = rocrate.ROCrate(done)
    assert crate.name == "Two regimes"
    held = {entity.id for entity in crate.data_entities}
    assert {"manifest.json", "errors.csv", "points.parquet", "scenario-1.toml", "runs/", "series/"} <= held
    assert all((done / name).exists() for name in held)
    assert crate.get("#sweep")["instrument"].id == "#valuenet"


def test_export_for_spreadsheets(done, tmp_path, capsys):
    openpyxl, pandas = map(pytest.importorskip, ("openpyxl", "pandas"))
    assert main(["export", str(done), "--out", str(tmp_path / "csv")]) == 0
    assert main(["export", str(done), "--to", "xlsx", "--out", str(tmp_path / "book")]) == 0
    ours = open_sweep(done).to_pandas()
    csv = pandas.read_csv(tmp_path / "csv" / "runs.csv", float_precision="round_trip")
    assert csv["value_total"].tolist() == ours["value_total"].tolist()
    book = openpyxl.load_workbook(tmp_path / "book" / "sweep.xlsx", read_only=True)
    rows = list(book["runs"].values)
    assert len(rows) == RUNS + 1
    column = rows[0].index("value_total")
    assert [row[column] for row in rows[1:]] == pytest.approx(ours["value_total"].tolist(), rel=1e-15)
    assert len(list(book["series"].values)) == RUNS * 6 + 1


def test_no_spreadsheet_obeys_a_text(done, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    text = DESIGN.replace('["transactional", "partnership"]', '{\'=1+1\' = "transactional", b = "partnership"}')
    (tmp_path / "odd.toml").write_text(text)
    sweep(read_design(tmp_path / "odd.toml"), tmp_path / "odd", 1, ThreadPoolExecutor(1))
    assert main(["export", str(tmp_path / "odd"), "--to", "xlsx"]) == 0
    assert main(["export", str(tmp_path / "odd")]) == 0
    assert ",'=1+1," in (tmp_path / "odd" / "runs.csv").read_text()
    cell = openpyxl.load_workbook(tmp_path / "odd" / "sweep.xlsx")["runs"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_every_schema_that_was_released_is_read():
    """The folder was written by the first version that had sweeps; it is never made anew."""
    results = open_sweep(Path(__file__).parent / "data" / "sweep-schema-1")
    assert results.damaged() == []
    assert (len(results.runs()), len(results.series())) == (RUNS, RUNS * 6)
    assert results.runs()["value_total"].to_pylist()[0] == pytest.approx(4.0, abs=8)
    assert results.manifest["model_version"] == 3


def test_a_later_schema_is_refused(done):
    edit(done, schema=99)
    with pytest.raises(ScenarioError, match="schema 99 is not one this version reads"):
        open_sweep(done)


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


def test_the_document_is_true(tmp_path, monkeypatch, capsys):
    for library in ("duckdb", "pandas", "polars", "xarray"):
        pytest.importorskip(library)
    text = (Path(__file__).parent.parent / "docs" / "sweeps.md").read_text("utf-8")
    fees, hypercube = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("fees.toml").write_text(fees)
    Path("hypercube.toml").write_text(hypercube)
    assert len(read_design("hypercube.toml").points) == 64 * 3
    for command in re.findall(r"^\$ valuenet (.*)$", text, re.MULTILINE):
        assert main(command.split()) == 0
    said = [
        python(block, cwd=tmp_path) for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]
    assert said[-1] == "180 0\n"
