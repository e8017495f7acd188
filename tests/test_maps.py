"""Strategy maps: cells are comparisons on the same seeds, regions are counted right, uncertainty is kept."""

import json

import numpy as np
import pytest

from scenarios.maps import StrategyMap, strategy_map
from scenarios.mesh import Mesh, whole
from scenarios.regions import CORNERS, SIDES, pieces
from scenarios.scenario import ScenarioError, load
from sim.ensemble import run

SMALL = {"customers": 40, "periods": 30, "firms": 8}
SCENARIOS = [load(name, SMALL) for name in ("transactional", "partnership")]


def grid(*rows):
    return np.array([[cell == "#" for cell in row] for row in rows])


@pytest.mark.parametrize(("cells", "with_corners", "sides_only"), [
    (("....", "...."), 0, 0),
    (("####", "####"), 1, 1),
    (("##..", "..##"), 1, 2),
    (("#.#", "...", "#.#"), 4, 4),
    (("###", "#.#", "###"), 1, 1),
    (("#.#", ".#.", "#.#"), 1, 5),
])  # fmt: skip
def test_pieces(cells, with_corners, sides_only):
    assert pieces(grid(*cells), SIDES + CORNERS) == with_corners
    assert pieces(grid(*cells), SIDES) == sides_only


def made(values, **more):
    """Make a map of given values, shape (scenarios, rows, columns, replications), all of them measured."""
    scenarios, rows, columns, replications = values.shape
    axes = ("complexity", "turnover", np.arange(columns), np.arange(rows))
    roles = {role: by_role.reshape(scenarios, -1, replications) for role, by_role in more.get("roles", {}).items()}
    flat = values.reshape(scenarios, -1, replications)
    return StrategyMap(tuple(SCENARIOS), *axes, whole(rows, columns), flat, (replications,), 1, roles)


def test_best_cells_borders_and_doubt():
    values = np.zeros((2, 2, 2, 3))
    values[0, 0] = [5, 6, 7]  # row 0: the first is best by 5, every time
    values[1, 1, 0] = [1, 2, 3]  # row 1: the second is best, but not surely
    values[1, 1, 1] = [-1, -1, 4]
    found = made(values)
    assert found.winners().tolist() == [[0, 0], [1, 1]]
    assert found.contested().tolist() == [[False, False], [True, True]]  # 1, 2, 3: 2 +- 2.5 holds 0
    assert found.cells()[1][1].share == pytest.approx(1 / 3)
    first, second = found.regions()
    assert (first.share, first.pieces, first.contested) == (0.5, 1, 0)
    assert (second.share, second.pieces, second.contested) == (0.5, 1, 1)
    assert "50 % are contested" in found.answer()


def test_equal_scenarios_are_contested_everywhere():
    found = made(np.ones((2, 3, 3, 4)))
    assert found.contested().all()


@pytest.fixture(scope="module")
def found():
    return strategy_map(SCENARIOS, "complexity=0.2:0.8", "turnover", size=2, replications=2, seed=7)


def test_cells_are_runs_of_the_changed_market(found):
    assert (found.xs.tolist(), found.ys.tolist()) == ([0.2, 0.8], [0.005, 0.3])
    market = load("partnership", SMALL | {"complexity": 0.8, "turnover": 0.005}).market
    assert found.values[1, 1, 1] == run(market, 8).results()["value_total"]


def test_workers_do_not_matter(found):
    alone = strategy_map(SCENARIOS, "complexity=0.2:0.8", "turnover", size=2, replications=2, seed=7, workers=1)
    assert np.array_equal(alone.values, found.values)


def test_json_holds_every_cell(found):
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert len(record["cells"]) == 2
    assert set(record["means"]) == {"transactional", "partnership"}
    assert record["cells"][0][1]["scenario"] == ["transactional", "partnership"][found.winners()[0, 1]]
    assert sum(region["share"] for region in record["regions"]) == pytest.approx(1)


def test_progress_counts_every_run():
    seen = []
    strategy_map(SCENARIOS, size=2, replications=2, progress=lambda *done: seen.append(done))
    assert seen == [(n, 16) for n in range(1, 17)]


@pytest.mark.parametrize(("arguments", "sentence"), [
    ({"x": "turnover"}, "needs two quantities"),
    ({"x": "customers.turnover"}, "needs two quantities"),
    ({"size": 1}, "size: 1 is outside 2 .. 1025"),
    ({"size": 1026}, "size: 1026 is outside 2 .. 1025"),
    ({"x": "specifity"}, "did you mean specificity"),
    ({"replications": 1}, "too few"),
])  # fmt: skip
def test_wrong_questions_get_a_sentence(arguments, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        strategy_map(SCENARIOS, **arguments)


def test_roles_add_up_and_each_has_its_map(found):
    assert list(found.roles) == ["customers", "providers"]
    assert sum(found.roles.values()) == pytest.approx(found.values)
    for role, values in found.roles.items():
        best = found.for_role(role)
        assert np.array_equal(best.winners(), found.means(values).argmax(axis=0))
        assert f"The most value for {role}" in best.answer()


def test_who_gains_where_is_counted_against_the_first_scenario():
    values = np.zeros((2, 1, 2, 3))
    roles = {"customers": values.copy(), "providers": values.copy()}
    roles["customers"][1] = [[[1, 1.1, 0.9], [1, 1.1, 0.9]]]  # gain in both cells
    roles["providers"][1] = [[[1, 1.1, 0.9], [1, -1, 0.1]]]  # surely in the first only
    found = made(values, roles=roles)
    assert found.gains() == [{"customers": 1.0, "providers": 0.5, "everybody": 0.5}]


def test_any_number_of_a_market_may_be_an_axis():
    chain = {"chain.principal": {"firms": 2}, **SMALL}
    scenarios = [load("transactional", {**chain, "complexity": c}) for c in (0.2, 0.6)]
    found = strategy_map(scenarios, "chain.principal.input_weight", "strategies.transactional.effort", 2, 2)
    assert list(found.roles) == ["customers", "providers", "suppliers"]
    market = load("transactional", {**chain, "complexity": 0.6, "chain.principal.input_weight": 1.0}).market
    knobs = market.strategies["transactional"].model_copy(update={"effort": 0.0})
    corner = run(market.model_copy(update={"strategies": {"transactional": knobs}}), 2).results()
    assert found.values[1, 1, 1] == corner["value_total"]


def around():
    """Make a map of 3 x 5 cells: the first and last row and every second column but the fourth measured."""
    places = np.array([[row, column] for row in (0, 2) for column in (0, 2, 3, 4)])
    values = np.zeros((2, 8, 4))
    values[0] = 1
    values[0, :, 1] += [0.001, 0.002, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]  # confidence falls from cell to cell
    values[:, :2, 2:] = np.nan  # the first two cells had two replications
    roles = {"customers": values, "providers": values[::-1] * [[[1], [1], [1], [-1], [1], [1], [1], [1]]]}
    mesh = Mesh(3, 5, places, ((0, 2, 0, 2), (0, 2, 2, 3), (0, 2, 3, 4)))
    ends = np.arange(5.0), np.arange(3.0)
    return StrategyMap(tuple(SCENARIOS), "complexity", "turnover", *ends, mesh, values, (2, 4), 1, roles)


def test_cells_that_were_not_measured_say_so():
    found = around()
    confidence, measured = found.confidence(), found.mesh.measured
    assert confidence[1, 1] == confidence[0, 1] == min(confidence[0, [0, 2]].min(), confidence[2, [0, 2]].min())
    assert (found.winners() == 0).all() and found.replicated().tolist()[0] == [2, 0, 2, 4, 4]
    assert found.runs == 2 * (2 * 2 + 6 * 4) and found.all_runs == 2 * 15 * 4
    assert "8 of 15 cells were measured, in 56 runs; every cell with all replications would take 120" in found.effort()
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["measured"] == {"cells": 8, "runs": 56, "all_runs": 120} and record["looks"] == [2, 4]
    for row, cells in enumerate(record["cells"]):
        for column, cell in enumerate(cells):
            assert cell["measured"] == measured[row, column] == (cell["lead"] is not None) == (cell["replications"] > 0)
            assert (cell["scenario"], cell["confidence"]) == ("transactional", confidence[row, column])
            assert (record["means"]["transactional"][row][column] is None) == (not measured[row, column])


def test_a_role_is_contested_where_the_measured_cells_around_disagree():
    found = around().for_role("providers")
    assert found.winners()[0].tolist() == [1, 1, 1, 1, 0]  # the second is best but in one cell
    assert found.confidence()[1, 4] == found.confidence()[1, 3] == 0 and found.contested()[1, 3:].all()
    assert found.confidence()[0, 4] > 0 and found.winners()[1, 4] == 1


def test_gains_count_cells_where_all_measured_ones_around_gain():
    found = around()
    (gains,) = found.gains()  # of 15 cells the providers lose in one, and two lie beside it
    assert gains == {"customers": 0, "providers": 12 / 15, "everybody": 0}


def test_a_map_whose_cells_are_all_measured_has_one_look():
    found = made(np.ones((2, 3, 3, 4)))
    assert found.effort() == "All 9 cells were measured, in 72 runs."
    assert all(cell is not None for row in found.cells() for cell in row)
