"""Result files: whole or not at all, readable by others, nothing of the user's overwritten."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from scenarios.answers import save_comparison, save_map
from scenarios.comparison import compare
from scenarios.maps import strategy_map
from scenarios.networks import read_network
from scenarios.runs import record, run, save_run
from scenarios.scenario import ScenarioError, load
from scenarios.store import check_folder, save, text_writer, write_csv, write_parquet
from sim.version import MODEL_VERSION

SMALL = {"customers": 30, "periods": 9}
RUN_FILES = {"series.parquet", "series.csv", "network.graphml", "network.gexf", "scenario.toml", "results.json"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def mixed():
    scenario = load("transactional", SMALL | {"firm_strategies": {"transactional": 0.5, "partnership": 0.5}})
    return scenario, run(scenario, seed=2)


def test_a_run_can_be_read_back(mixed, tmp_path: Path) -> None:
    scenario, done = mixed
    saved = save_run(scenario, done, tmp_path / "new" / "out")
    folder = tmp_path / "new" / "out"
    assert names(folder) == RUN_FILES | {"by_strategy.csv"} == {path.name for path in saved}
    table = pq.read_table(folder / "series.parquet")
    for name, values in done.series().items():
        read = np.array(table[name].to_pylist(), float)  # None becomes NaN
        np.testing.assert_array_equal(read, values)
        np.testing.assert_array_equal([float(row[name] or "nan") for row in rows(folder / "series.csv")], values)
    assert table["period"].to_pylist() == list(range(1, 10))
    content = json.loads((folder / "results.json").read_text())
    assert content == record(scenario, done)
    assert content["measures"]["value_total"] == done.results()["value_total"]
    assert load(folder / "scenario.toml").market == scenario.market
    by_strategy = {row.pop("strategy"): row for row in rows(folder / "by_strategy.csv")}
    assert float(by_strategy["partnership"]["skill"]) == done.by_strategy()["partnership"]["skill"] > 0


def test_parquet_says_where_it_comes_from(mixed, tmp_path: Path) -> None:
    scenario, done = mixed
    save_run(scenario, done, tmp_path)
    file = pq.ParquetFile(tmp_path / "series.parquet")
    told = {key.decode(): value.decode() for key, value in file.schema_arrow.metadata.items()}
    assert told["valuenet.model_version"] == str(MODEL_VERSION) and told["valuenet.schema"] == "1"
    assert told["valuenet.seed"] == "2" and told["valuenet.scenario.toml"] == (tmp_path / "scenario.toml").read_text()
    column = file.metadata.row_group(0).column(1)
    assert column.compression == "ZSTD" and "BYTE_STREAM_SPLIT" in column.encodings


def test_the_network_of_a_run_reads_back(mixed, tmp_path: Path) -> None:
    scenario, done = mixed
    save_run(scenario, done, tmp_path)
    ties = int(np.count_nonzero(done.world.ties["provider"] >= 0))
    for name in ("network.graphml", "network.gexf"):
        assert len(read_network(tmp_path / name).buyers) == ties


def test_what_was_not_there_is_null(tmp_path: Path) -> None:
    scenario = load("transactional", SMALL | {"frequency": 0.0})
    save_run(scenario, run(scenario), tmp_path)
    assert json.loads((tmp_path / "results.json").read_text())["measures"]["trust"] is None
    assert pq.read_table(tmp_path / "series.parquet")["trust"].null_count == 9
    assert {row["trust"] for row in rows(tmp_path / "series.csv")} == {""}


def test_a_comparison_can_be_read_back(tmp_path: Path) -> None:
    pair = [load("transactional", SMALL), load("platform", SMALL | {"peer_share": 0.5})]
    found = compare(pair, replications=2, seed=5, workers=1)
    save_comparison(found, tmp_path, "valuenet compare a b")
    assert names(tmp_path) == {
        "report.html",
        "runs.parquet",
        "runs.csv",
        "differences.csv",
        "scenario-1.toml",
        "scenario-2.toml",
        "results.json",
    }
    assert [(row["scenario"], row["seed"]) for row in rows(tmp_path / "runs.csv")] == [
        ("transactional", "5"),
        ("transactional", "6"),
        ("platform", "5"),
        ("platform", "6"),
    ]
    totals = pq.read_table(tmp_path / "runs.parquet")["value_total"].to_pylist()
    assert totals[2:] == found.outcomes[1].results["value_total"].tolist()
    change = {row["measure"]: row for row in rows(tmp_path / "differences.csv")}["value_total"]
    assert float(change["difference"]) == found.differences(1)["value_total"].difference
    assert load(tmp_path / "scenario-2.toml").market == found.scenarios[1].market
    assert "valuenet compare a b" in (tmp_path / "report.html").read_text("utf-8")


def test_a_map_can_be_read_back(tmp_path: Path) -> None:
    pair = [load("transactional", SMALL), load("partnership", SMALL)]
    found = strategy_map(pair, size=2, replications=2, workers=1)
    save_map(found, tmp_path)
    cells = rows(tmp_path / "cells.csv")
    assert [(float(cell["complexity"]), float(cell["turnover"])) for cell in cells] == [
        (x, y) for y in found.ys for x in found.xs
    ]
    for cell in cells:
        means = {name: float(cell[f"value_total {name}"]) for name in ("transactional", "partnership")}
        assert max(means, key=means.__getitem__) == cell["best"]


def test_a_failing_write_changes_nothing(mixed, tmp_path: Path) -> None:
    save(tmp_path, {"series.csv": text_writer("old")}, {"valuenet": "run", "a": 1})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"series.parquet: cannot be written \(No space left on device\)"):
        save(tmp_path, {"series.csv": text_writer("new"), "series.parquet": full}, {"valuenet": "run", "a": 2})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_interrupted_write_leaves_no_part(tmp_path: Path) -> None:
    def stopped(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, {"series.csv": stopped}, {"valuenet": "run"})
    assert names(tmp_path) == set()


def test_earlier_results_are_replaced_as_a_whole(mixed, tmp_path: Path) -> None:
    save_run(*mixed, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    scenario = load("transactional", SMALL)
    save_run(scenario, run(scenario), tmp_path)
    assert names(tmp_path) == RUN_FILES | {"notes.txt"}  # by_strategy.csv told of another run


@pytest.mark.parametrize(
    "content",
    [
        {"scenario.toml": "mine"},
        {"results.json": "{}"},
        {"results.json": "[1"},
        {"results.json": "[" * 100_000},
        {"results.json": '"valuenet"'},
    ],
)
def test_folders_of_others_are_refused(content: dict[str, str], tmp_path: Path) -> None:
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ScenarioError, match="there are files that valuenet did not write"):
        save(tmp_path, {"scenario.toml": text_writer("ours")}, {"valuenet": "run"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == content


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(ScenarioError, match="this is a file; name a folder"):
        check_folder(tmp_path / "a")
    with pytest.raises(OSError):
        save(tmp_path / "a" / "b", {}, {"valuenet": "run"})


def test_a_link_in_the_folder_is_replaced_not_followed(tmp_path: Path) -> None:
    victim, folder = tmp_path / "victim", tmp_path / "out"
    victim.write_text("mine")
    save(folder, {}, {"valuenet": "run"})
    os.symlink(victim, folder / "series.csv")
    save(folder, {"series.csv": text_writer("new")}, {"valuenet": "run"})
    assert victim.read_text() == "mine" and (folder / "series.csv").read_text() == "new"


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    wicked = ["=1+1", "+1", "-1", "@a", "\ta", "a=1", 'a"b,c\nd']
    write_csv(tmp_path / "a.csv", {"=name": wicked, "number": [-1.5, 1.0, float("nan"), None, 2, 3, 4]})
    read = rows(tmp_path / "a.csv")
    assert [row["'=name"] for row in read] == ["'=1+1", "'+1", "'-1", "'@a", "'\ta", "a=1", 'a"b,c\nd']
    assert [row["number"] for row in read] == ["-1.5", "1.0", "", "", "2", "3", "4"]


def test_texts_and_numbers_in_parquet(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", {"name": ["=a", "b"], "x": [1.0, float("nan")]}, {})
    assert pq.read_table(tmp_path / "a.parquet").to_pydict() == {"name": ["=a", "b"], "x": [1.0, None]}
