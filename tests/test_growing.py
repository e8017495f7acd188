"""Maps that grow: every step a map, the last one the whole."""

from itertools import pairwise

import numpy as np
import pytest

from scenarios.growing import Plan, grown, mesh_of, steps
from scenarios.maps import strategy_map
from scenarios.scenario import ScenarioError, load

SMALL = {"customers": 40, "periods": 12}
PLAN = Plan(tuple(load(name, SMALL) for name in ("transactional", "platform")), "complexity", "turnover", 5, 3, 7)


@pytest.mark.parametrize("size", range(2, 18))
def test_steps_begin_at_the_ends_and_reach_every_cell(size: int) -> None:
    found = steps(size)
    assert found[0][0] == 0 and found[0][-1] == size - 1 and found[-1] == list(range(size))
    assert all(set(a) < set(b) for a, b in pairwise(found))


def test_the_last_step_is_the_whole_map() -> None:
    ticks: list[tuple[int, int]] = []
    found = None
    for step in range(len(steps(PLAN.size))):
        found = grown(PLAN, step, found, lambda done, of: ticks.append((done, of)))
        assert found.winners().shape == (5, 5) and len(found.mesh.places) == len(steps(5)[step]) ** 2
    whole = strategy_map(PLAN.scenarios, size=5, replications=3, seed=7)
    assert found is not None and found.to_dict() == whole.to_dict()
    np.testing.assert_array_equal(found.values, whole.values)
    assert ticks == [(n, PLAN.runs) for n in range(1, PLAN.runs + 1)]


def test_cells_not_measured_yet_are_inferred() -> None:
    first = grown(PLAN, 0, None)
    assert first.mesh.measured.sum() == 9 and first.cells()[1][1] is None
    assert first.effort().startswith("9 of 25 cells were measured")
    corners = first.winners()[np.ix_([0, 2], [0, 2])]
    assert first.winners()[1][1] in corners
    assert bool(first.contested()[1][1]) or len(np.unique(corners)) == 1


def test_blocks_cover_what_was_not_measured() -> None:
    mesh = mesh_of(8, [0, 3, 7])
    inside = np.zeros((8, 8), bool)
    for top, bottom, left, right in mesh.blocks:
        inside[top : bottom + 1, left : right + 1] = True
    assert inside[~mesh.measured].all() and mesh.measured.sum() == 9
    assert mesh_of(8, range(8)).blocks == ()


def test_maps_that_are_not_measured_whole_are_refused() -> None:
    with pytest.raises(ScenarioError, match="size: 18 is more than 17"):
        grown(PLAN._replace(size=18), 0, None)
    with pytest.raises(ScenarioError, match="a map needs two quantities"):
        grown(PLAN._replace(y="complexity"), 0, None)
