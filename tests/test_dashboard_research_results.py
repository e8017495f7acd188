"""What came out of an experiment of the page 'Research': numbers, pictures, tables, what can be taken along."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from dashboards.figures import told
from dashboards.pages.research.checks import design_from
from dashboards.pages.research.designs import Asked, design_text
from dashboards.pages.research.labels import labels
from dashboards.pages.research.pictures import View, pictures, view
from dashboards.pages.research.results import (
    differences_along,
    files_of,
    means_along,
    outcome,
    packed,
    plane,
    scattered,
)
from dashboards.pages.research.tables import answer, cited, files, points_csv, state, table
from dashboards.words import words
from scenarios.scenario import load
from scenarios.statistics import estimate, paired
from scenarios.sweeps.coordinator import Settings, Stopped
from scenarios.sweeps.folder import CANCEL
from scenarios.sweeps.pace import State
from scenarios.sweeps.results import open_sweep
from scenarios.sweeps.running import sweep
from tests.test_dashboard_research import SMALL, TURNOVER, values

SAMPLE = SMALL._replace(method="latin-hypercube", number=45, replications=2, varied=(TURNOVER,))


def run_into(folder: Path, asked: Asked, **more: object) -> Path:
    with ThreadPoolExecutor(2) as executor:
        sweep(design_from(design_text(asked, "A test")), folder, executor=executor, **more)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return run_into(tmp_path_factory.mktemp("sweeps") / "grid", SMALL)


@pytest.fixture(scope="module")
def found(folder):
    return outcome(folder)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    return outcome(run_into(tmp_path_factory.mktemp("sweeps") / "sample", SAMPLE))


def own(folder: Path, scenario: str, **where: float) -> np.ndarray:
    """Return trust by replication, averaged over the points where it holds, taken from the runs themselves."""
    rows = [row for row in open_sweep(folder).runs().to_pylist() if row["scenario"] == scenario]
    rows = [row for row in rows if all(abs(row[key] - value) < 1e-12 for key, value in where.items())]
    return np.array([np.mean([row["trust"] for row in rows if row["replication"] == r]) for r in range(4)])


def test_means_and_differences_are_those_of_the_runs(found, folder):
    marks = {(mark.scenario, mark.at): mark for mark in means_along(found, "trust", "turnover")}
    assert len(marks) == 2 * 3
    expected = estimate(own(folder, "platform", turnover=0.05))
    mark = marks["platform", 0.05]
    assert (mark.mean, mark.low, mark.high, mark.n) == pytest.approx((expected.mean, expected.low, expected.high, 4))
    (apart,) = differences_along(found, "trust", None)
    change = paired(own(folder, "platform"), own(folder, "transactional"))
    assert (apart.mean, apart.low, apart.high) == pytest.approx((change.difference, change.low, change.high))
    cell = plane(found, "trust", "fee", "turnover", "platform")[2][1]
    assert cell == pytest.approx(own(folder, "platform", fee=0.3, turnover=0.09).mean())


def test_of_an_unfinished_experiment_only_whole_replications_count(tmp_path):
    folder = tmp_path / "part"

    def stop(state: State) -> None:
        if state.done > 30:
            (folder / CANCEL).touch()

    with pytest.raises(Stopped):
        run_into(folder, SMALL._replace(replications=400), settings=Settings(batch=5), watch=stop)
    part = outcome(folder)
    assert 30 < part.done < 400 * 12
    assert part.values["trust"].shape == (12, part.done // 12)
    assert np.isfinite(part.values["value_total"]).all()
    named = labels("en")
    assert f"of {4_800:,} runs so far" in state(part, named)[0]


def test_what_could_not_be_measured_takes_nothing_with_it(found):
    values = found.values["trust"].copy()
    values[0] = np.nan  # one point never
    values[1, 2] = np.nan  # another one not once
    hole = replace(found, values={"trust": values})
    assert {mark.n for mark in means_along(hole, "trust", None)} == {4}
    assert [mark.n for mark in differences_along(hole, "trust", None)] == [4]
    assert np.isnan(plane(hole, "trust", "fee", "turnover", found.points[0]["scenario"])[0][0])


def test_a_sample_is_shown_point_by_point(sampled):
    marks = scattered(sampled, "trust", "turnover")
    assert len(marks) == 2 * 45
    assert not sampled.gridded("turnover")
    drawn = pictures(sampled, view(sampled, values()), labels("en"))
    assert [figure["name"] for figure in drawn] == ["means", "differences"]
    assert len(drawn[0]["table"]["rows"]) == 2 * 45
    assert sum(len(one["data"]) for one in drawn[0]["option"]["series"] if one["type"] == "interval") == 2 * 45


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_pictures_tables_and_files_speak_the_language(found, folder, language):
    named, said = labels(language), words(language)
    at = view(found, values(measure="value_total", along="turnover"))
    assert at == View("value_total", "turnover", "fee")
    drawn = json.loads(told(pictures(found, at, named), language, said))["figures"]
    assert [figure["name"] for figure in drawn] == ["means", "differences", "map-1", "map-2"]
    assert said["measures"]["value_total"]["label"] in drawn[0]["title"]
    for figure in drawn:
        assert all(len(row) == len(figure["table"]["head"]) for row in figure["table"]["rows"])
    assert [row[0] for row in drawn[0]["table"]["rows"]] == [0.01, 0.05, 0.09]
    shown = table(found, "value_total", named)
    assert len(shown["rows"]) == 12
    assert {len(row["cells"]) + 1 for row in shown["rows"]} == {len(shown["head"])}
    assert {row["cells"][4]["text"][0] for row in shown["rows"]} <= set("+−–0")
    assert {row["cells"][5]["text"] for row in shown["rows"]} & {"0.000", "0,000"} == set()
    texts = files_of(folder, found.failures)
    for text in (
        answer(found, "value_total", named),
        cited(found, named),
        *state(found, named),
        json.dumps(files(texts, named)),
    ):
        assert "None" not in text
    assert "{" not in answer(found, "value_total", named) + cited(found, named)


def test_unknown_things_to_look_at_are_the_first_there_are(found):
    asked = values(measure="no_such", along="../..", across="fee")
    assert view(found, asked) == View("trust", "fee", "turnover")


def test_what_is_taken_along_makes_the_same_again(found, folder, tmp_path):
    texts = files_of(folder, found.failures)
    assert set(texts) == {"scenario-1.toml", "scenario-2.toml", "manifest.json"}
    (tmp_path / "again.toml").write_text(texts["scenario-2.toml"], "utf-8")
    assert load(tmp_path / "again.toml").market == load("platform", {"customers": 60, "periods": 24}).market
    runs = open_sweep(folder).runs()
    assert pq.read_table(io.BytesIO(packed(folder, "parquet"))).equals(runs)
    rows = list(csv.DictReader(io.StringIO(packed(folder, "csv").decode())))
    assert [float(row["trust"]) for row in rows] == runs["trust"].to_pylist()
    points = list(csv.DictReader(io.StringIO(points_csv(found, "trust"))))
    assert [float(point["mean"]) for point in points] == [row["mean"] for row in found.summaries["trust"].rows]
    assert json.loads(texts["manifest.json"])["results"][:16] in cited(found, labels("en"))
