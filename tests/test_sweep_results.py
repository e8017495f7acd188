"""Reading sweeps: as tables, cubes and workbooks, by other tools, of every schema there was."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_rel

from scenarios import open_sweep, read_design, summary, sweep
from scenarios import run as run_scenario
from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.effects import seed_share_paired
from scenarios.sweeps.plan import design_in
from tests.sweeping import DESIGN, RUNS, edit, swept, written
from tests.test_house import python


@pytest.fixture
def asked(tmp_path):
    return written(tmp_path)


@pytest.fixture
def done(asked, tmp_path):
    """Return the folder of a finished sweep of 24 runs."""
    return swept(asked, tmp_path / "done")


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


def test_the_document_is_true(tmp_path, monkeypatch, capsys):
    for library in ("duckdb", "pandas", "polars", "xarray"):
        pytest.importorskip(library)
    text = (Path(__file__).parent.parent / "docs" / "sweeps.md").read_text("utf-8")
    fees, hypercube = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert fees == (Path(__file__).parent.parent / "docs" / "fees.toml").read_text("utf-8")
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


def test_a_summary_pairs_seeds_at_equal_factors(done, capsys):
    results = open_sweep(done)
    found = summary(results, "trust")
    values = results.array("trust")
    points = results.points().to_pylist()
    for at, (point, row) in enumerate(zip(points, found.rows, strict=True)):
        assert {name: row[name] for name in point} == point
        assert row["mean"] == pytest.approx(values[at].mean())
        first = next(n for n, p in enumerate(points) if p == point | {"scenario": "transactional"})
        assert (row["difference"] is None) == (point["scenario"] == "transactional")
        if row["difference"] is not None:
            assert row["difference"] == pytest.approx((values[at] - values[first]).mean())
            own = ttest_rel(values[at], values[first]).pvalue
            assert own - 1e-12 <= row["p_holm"] <= min(3 * own, 1) + 1e-12
    assert found.seeds == seed_share_paired(values)
    assert 'than "transactional" at' in found.answer()
    assert main(["summary", str(done)]) == 0
    assert "partnership" in capsys.readouterr().out


def test_a_summary_needs_what_was_kept(done):
    with pytest.raises(ScenarioError, match="trst was not kept; did you mean trust"):
        summary(open_sweep(done), "trst")


def test_verifying_names_what_is_missing_or_damaged(done, capsys):
    (block,) = (done / "series").iterdir()
    block.unlink()
    (done / "points.parquet").write_bytes(b"other")
    assert open_sweep(done).damaged() == ["points.parquet", "series/000000-*.parquet"]
    assert main(["status", str(done), "--verify"]) == 1
    assert "points.parquet: damaged" in capsys.readouterr().err


def test_measures_of_one_strategy_are_those_of_the_run(tmp_path):
    text = (
        'scenarios = ["mixed-market"]\nreplications = 2\n[settings]\ncustomers = 40\nperiods = 8\n'
        '[keep]\nmeasures = ["trust", "trust of partnership"]\nseries = ["trust of partnership"]\n'
    )
    (tmp_path / "d.toml").write_text(text)
    design = read_design(tmp_path / "d.toml")
    sweep(design, tmp_path / "out", 1, ThreadPoolExecutor(1))
    alone = run_scenario(design.market(0), 1)
    results = open_sweep(tmp_path / "out")
    row = results.runs().to_pylist()[0]
    assert row["trust of partnership"] == alone.by_strategy()["partnership"]["trust"] != row["trust"]
    place = list(alone.market.strategies).index("partnership")
    mine = results.series().slice(0, 8)["trust of partnership"].to_pylist()
    there = alone.totals["encounters"][:, place] > 0
    assert [value is not None for value in mine] == there.tolist()
