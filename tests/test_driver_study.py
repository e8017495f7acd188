"""The study behind the sensitivity chapter: every quantity, all measures from the same runs, resumed, told honestly."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.driver_chapter import chapter_of, page
from scenarios.driver_figures import bars_by_regime, tiles
from scenarios.driver_plans import every_axis
from scenarios.driver_study import CHUNK, Design, decomposition_of, screening_of, strongest, study
from scenarios.drivers import varied
from scenarios.kept import read_kept
from scenarios.scenario import ScenarioError, load
from scenarios.sensitivity import MATTERS, axis_of, problem, saltelli, trajectories
from scenarios.variation import value_of
from sim.config import quantities
from tests.conftest import REGIMES

ROOT = Path(__file__).parent.parent
SMALL = {"customers": 40, "periods": 9, "firms": 4, "value": 24.0}
MEASURES = ("value_total", "trust", "retention")
DESIGN = Design(MEASURES, trajectories=4, strongest=2, points=4, replications=2)


def names_of(axes) -> list[str]:
    return [text.partition("=")[0] for text in axes]


@pytest.fixture(scope="module")
def kept() -> dict:
    found: dict = {}
    study(load("transactional", SMALL), DESIGN, found, lambda: None)
    return found


@pytest.mark.parametrize("regime", REGIMES)
def test_every_quantity_that_plays_a_part_has_an_axis(regime):
    scenario = load(regime)
    axes = [axis_of(text) for text in every_axis(scenario)]
    for one in axes:
        assert one.low <= value_of(scenario.market, one.name) <= one.high and one.low < one.high
    named = {one.name for one in axes}
    numeric = {name for section, name, field in quantities() if section in ("exchange", "customers")}
    assert numeric <= named
    assert {f"strategies.{strategy}.effort" for strategy in scenario.market.strategies} <= named
    assert ("fee" in named) == (regime == "platform")
    assert not {"couriers", "complement", "mutation", "building", "market_degree"} & named


@pytest.mark.parametrize("regime", REGIMES)
def test_every_corner_is_a_market(regime):
    scenario = load(regime)
    of = problem(every_axis(scenario))
    varied(scenario, of["names"], trajectories(of, 4, 7))
    varied(scenario, of["names"], np.array(of["bounds"]).T)


def test_a_larger_design_begins_with_the_smaller_one():
    of = problem(["complexity", "turnover", "firms=4:8"])
    assert np.array_equal(saltelli(of, 16, 1)[: 4 * 5], saltelli(of, 4, 1))


def test_all_measures_come_from_the_same_runs(kept):
    axes = len(every_axis(load("transactional", SMALL)))
    assert np.array(kept["screening"], float).shape == np.array(kept["spread"], float).shape == (4 * (axes + 1), 3)
    assert len(kept["decomposition"]) == 4 * (len(kept["strongest"]) + 2)
    assert "value" not in kept["strongest"] and 2 <= len(kept["strongest"]) <= 2 * len(MEASURES)
    screened = screening_of(kept, DESIGN)
    assert kept["strongest"] == strongest(screened, DESIGN)
    assert set(screened.effects) == set(decomposition_of(kept, DESIGN).shares) == set(MEASURES)
    assert all(0 <= share < 1 for share in screened.luck.values())


def test_an_interrupted_study_goes_on_where_it_stopped(kept, monkeypatch):
    monkeypatch.setattr("scenarios.driver_study.CHUNK", 50)
    begun, calls = {}, []

    def stop() -> None:
        calls.append(len(begun["screening"]))
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study(load("transactional", SMALL), DESIGN, begun, stop)
    assert calls == [50, 100, 150] and CHUNK > 50
    study(load("transactional", SMALL), DESIGN, begun, lambda: None)
    assert begun == kept


def test_a_finished_study_runs_nothing_and_grows_from_what_there_is(kept):
    study(load("transactional", SMALL), DESIGN, dict(kept), lambda: pytest.fail("nothing was missing"))
    before, more = list(kept["decomposition"]), {**kept, "decomposition": list(kept["decomposition"])}
    study(load("transactional", SMALL), replace(DESIGN, points=8), more, lambda: None)
    assert more["decomposition"][: len(before)] == before and len(more["decomposition"]) == 2 * len(before)


def test_another_scenario_is_refused(kept):
    with pytest.raises(ScenarioError, match="no longer those of what was kept"):
        study(load("transactional", SMALL | {"cost": 5.0}), DESIGN, dict(kept), lambda: None)


def test_what_is_missing_leaves_only_its_block_out(kept):
    length = len(kept["strongest"]) + 2
    gap = [list(row) for row in kept["decomposition"]]
    gap[length][1] = None
    found = decomposition_of({**kept, "decomposition": gap}, DESIGN)
    assert found.points == {"value_total": 4, "trust": 3, "retention": 4}
    steps = [list(row) for row in kept["screening"]]
    steps[3][0] = None
    assert screening_of({**kept, "screening": steps}, DESIGN).trajectories == dict.fromkeys(MEASURES, 4) | {
        "value_total": 3
    }


def test_a_known_driver_is_found():
    """Value made of two quantities in a known way: their shares are those of the formula."""
    axes = [["complexity", 0.0, 1.0], ["risk", 0.0, 1.0], ["consent", 0.0, 1.0]]
    design = Design(("value_total",), points=1024)
    points = saltelli(problem([f"{name}={low}:{high}" for name, low, high in axes]), 1024, design.seed)
    kept = {"axes": axes, "strongest": ["complexity", "consent", "risk"]}
    kept["decomposition"] = [[float(2 * row[0] + row[1])] for row in points]
    total = decomposition_of(kept, design).shares["value_total"].total
    assert dict(zip(total.names, total.values, strict=True)) == pytest.approx(
        {"complexity": 0.8, "risk": 0.2, "consent": 0.0}, abs=0.02
    )
    assert total.verdicts[total.names.index("complexity")] == MATTERS


def test_the_chapter_tells_what_was_found_and_what_was_not(kept):
    found = chapter_of({"transactional": kept, "platform": {}}, DESIGN)
    text = page(found, "A reading.")
    assert found.regimes == ("transactional",)
    assert "## Transactional" in text and "## Platform" not in text and "A reading." in text
    assert "NOT converged" in text or "°" in text
    for name in kept["strongest"]:
        assert f"| {name} |" in text
    shares = {"transactional": found.decomposed["transactional"].shares}
    for picture in (
        tiles(shares, 0.1),
        bars_by_regime({"transactional": shares["transactional"]["trust"]}, "trust", 5),
    ):
        assert picture.startswith("<svg") and "aria-label" in picture
    begun = {name: value for name, value in kept.items() if name != "decomposition"}
    text = page(chapter_of({"transactional": begun}, DESIGN), "")
    assert "(Not run yet.)" in text and ".svg" not in text
    assert "not run yet" in page(chapter_of({}, DESIGN), "")


def test_the_page_is_up_to_date():
    script = runpy.run_path(str(ROOT / "docs" / "make_sensitivity.py"))
    found = chapter_of(read_kept(ROOT / "docs" / "sensitivity.json"), script["DESIGN"])
    told = (ROOT / "docs" / "sensitivity.md").read_text("utf-8")
    assert told == page(found, script["READING"]), "run python docs/make_sensitivity.py --page"
