"""Strategy maps: cells are comparisons on the same seeds, regions are counted right, uncertainty is kept."""

import json

import numpy as np
import pytest

from scenarios.maps import CORNERS, SIDES, StrategyMap, pieces, strategy_map
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


def made(values):
    """Make a map of given values, shape (scenarios, rows, columns, replications)."""
    rows, columns = values.shape[1:3]
    return StrategyMap(tuple(SCENARIOS), "complexity", "turnover", np.arange(columns), np.arange(rows), values, 1)


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
    assert found.values[1, 0, 1, 1] == run(market, 8).results()["value_total"]


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
    ({"size": 1}, "size: 1 is outside 2 .. 64"),
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
        assert np.array_equal(best.winners(), values.mean(axis=3).argmax(axis=0))
        assert f"The most value for {role}" in best.answer()


def test_who_gains_where_is_counted_against_the_first_scenario():
    values = np.zeros((2, 1, 2, 3))
    roles = {"customers": values.copy(), "providers": values.copy()}
    roles["customers"][1] = [[[1, 1.1, 0.9], [1, 1.1, 0.9]]]  # gain in both cells
    roles["providers"][1] = [[[1, 1.1, 0.9], [1, -1, 0.1]]]  # surely in the first only
    found = StrategyMap(tuple(SCENARIOS), "complexity", "turnover", np.arange(2), np.arange(1), values, 1, roles)
    assert found.gains() == [{"customers": 1.0, "providers": 0.5, "everybody": 0.5}]


def test_any_number_of_a_market_may_be_an_axis():
    chain = {"chain.principal": {"firms": 2}, **SMALL}
    scenarios = [load("transactional", {**chain, "complexity": c}) for c in (0.2, 0.6)]
    found = strategy_map(scenarios, "chain.principal.input_weight", "strategies.transactional.effort", 2, 2)
    assert list(found.roles) == ["customers", "providers", "suppliers"]
    market = load("transactional", {**chain, "complexity": 0.6, "chain.principal.input_weight": 1.0}).market
    knobs = market.strategies["transactional"].model_copy(update={"effort": 0.0})
    corner = run(market.model_copy(update={"strategies": {"transactional": knobs}}), 2).results()
    assert found.values[1, 0, 1, 1] == corner["value_total"]
