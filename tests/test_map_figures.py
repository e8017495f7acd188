"""Pictures of maps: few shapes, small files, borders where winners change."""

import base64
import csv
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from scenarios.answers import save_map
from scenarios.map_figures import PAINTED, _borders, grid, runs
from scenarios.maps import StrategyMap
from scenarios.mesh import whole
from scenarios.report import write_map
from scenarios.scenario import load
from tests.fields import NAMES, alone, mapped, meeting


@pytest.fixture(scope="module")
def large():
    return mapped(meeting, 80, (5, 10), 0.05)


def noise(size):
    """Make a map in which every cell's winner is drawn: as many borders as there can be."""
    values = np.random.default_rng(1).normal(size=(2, size * size, 2))
    roles, ends = {"customers": values, "providers": -values}, np.arange(float(size))
    scenarios = tuple(load(name) for name in NAMES[:2])
    return StrategyMap(scenarios, "complexity", "turnover", ends, ends, whole(size, size), values, (2,), 1, roles)


def test_runs_are_the_bars_of_each_row():
    cells = np.array([[True, True, False, True], [False] * 4, [True] * 4])
    assert runs(cells).tolist() == [[0, 0, 2], [0, 3, 4], [2, 0, 4]]


def test_borders_run_between_cells_with_different_winners():
    lines = _borders(np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]])).vertices.reshape(-1, 4).tolist()
    assert sorted(lines) == [[-0.5, 1.5, 2.5, 1.5], [1.5, -0.5, 1.5, 1.5]]
    assert len(_borders(np.zeros((5, 5), int)).vertices) == 0


def test_large_maps_are_images_and_small_ones_shapes(large):
    small = mapped(meeting, 17, (5,), 0.05)
    for found, images in ((small, 0), (large, 1)):
        picture = grid(found, found.labels)
        assert picture.count("<image") == images
        ElementTree.fromstring(picture)
        assert picture.count("<path") < 200
    links = re.findall(r'href="(.*?)"', picture, re.DOTALL)
    painted = [link for link in links if not link.startswith("#")]
    assert len(painted) == 1 and painted[0].startswith("data:image/png;base64,")  # nothing from outside
    assert base64.b64decode(painted[0].partition(",")[2]).startswith(b"\x89PNG")


def test_pictures_stay_small_however_many_borders_there_are(large, tmp_path):
    worst = noise(PAINTED)
    for picture in (grid(worst, worst.labels), grid(large, large.labels)):
        assert len(picture) < 300_000
    page = write_map(large, tmp_path / "report.html").read_text("utf-8")
    assert "too many cells" in page and len(page) < 500_000


def test_a_map_without_borders_can_be_drawn():
    found = mapped(alone, 17)
    ElementTree.fromstring(grid(found, found.labels))


def test_the_page_says_what_was_measured(large, tmp_path):
    page = write_map(large, tmp_path / "report.html").read_text("utf-8")
    assert large.effort() in page and "small island" in page and "all 2 looks" in page
    for region in large.regions():
        assert f"{100 * region.measured:.0f} %</td></tr>" in page


def test_a_table_of_cells_marks_what_was_inferred(tmp_path):
    found = mapped(meeting, 20, (5, 10), 0.02)
    page = write_map(found, tmp_path / "report.html").read_text("utf-8")
    rows = re.findall(r"<tr><th scope=.row. class=.n.>.*?</tr>", page)
    assert len(rows) == 400
    confidence, replicated = found.confidence().ravel(), found.replicated().ravel()
    for row, sure, n in zip(rows, confidence, replicated, strict=True):
        assert row.endswith(f'<td class="n">{sure:.3f}</td><td class="n">{n}</td></tr>')
        assert ("\N{EN DASH}" in row) == (n == 0)
    assert (replicated == 0).any()


def test_saved_cells_say_which_were_measured(tmp_path):
    found = mapped(meeting, 20, (5, 10), 0.02)
    save_map(found, tmp_path)
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    replicated = found.replicated().ravel().tolist()
    assert [int(cell["replications"]) for cell in cells] == replicated
    assert [cell["measured"] for cell in cells] == [str(int(n > 0)) for n in replicated]
    assert [float(cell["confidence"]) for cell in cells] == found.confidence().ravel().tolist()
    assert all((cell["lead"] == "") == (n == 0) for cell, n in zip(cells, replicated, strict=True))
