"""The mesh of a map: borders are found to the grid's resolution, and what can be missed is what the page says."""

import os

import numpy as np
import pytest

from scenarios.mesh import START, coarse, halves, refine, whole
from tests.fields import alone, disc, meeting, sides

SOAK = os.environ.get("VALUENET_SOAK") == "1"
SIZES = (18, 33, 50, 64, 65, 100, 129, 257, *((513, 1025) if SOAK else ()))
SPACING = 16  # of the first cells of a grid of 257


def winners(means, size):
    down, right = np.meshgrid(*[np.linspace(0, 1, size)] * 2, indexing="ij")
    return np.argmax(means(down, right), axis=0)


def found(kinds):
    """Refine a field of kinds; returns the mesh and the field as the mesh has it."""
    asked = []

    def measure(places):
        asked.extend(map(tuple, places.tolist()))
        return kinds[tuple(places.T)]

    mesh = refine(*kinds.shape, measure)
    assert sorted(asked) == list(map(tuple, mesh.places.tolist()))  # each once, in order
    return mesh, mesh.commonest(kinds[tuple(mesh.places.T)])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("means", [sides, disc, meeting], ids=lambda means: means.__name__)
def test_borders_are_those_of_the_full_grid(means, size):
    kinds = winners(means, size)
    mesh, seen = found(kinds)
    assert np.array_equal(seen, kinds)
    beside = (np.diff(kinds, axis=0)[:, :-1] != 0) | (np.diff(kinds, axis=1)[:-1] != 0)
    assert (mesh.measured[:-1, :-1] | ~beside).all()  # both sides of every border were measured
    assert size < 100 or len(mesh.places) < 20 * size


@pytest.mark.parametrize("size", [2, 9, START])
def test_small_grids_are_measured_whole(size):
    mesh, _ = found(winners(sides, size))
    assert mesh.measured.all() and not mesh.blocks
    assert np.array_equal(mesh.places, whole(size, size).places)


@pytest.mark.parametrize("size", SIZES)
def test_one_winner_everywhere_costs_the_first_cells_only(size):
    mesh, seen = found(winners(alone, size))
    assert len(mesh.places) == START**2 and (seen == 0).all()


def island(side, row, column):
    kinds = np.zeros((257, 257), int)
    kinds[row : row + side, column : column + side] = 1
    return kinds


def test_squares_as_wide_as_the_first_spacing_are_found_wherever_they_lie():
    for row, column in np.random.default_rng(1).integers(0, 257 - SPACING, (SPACING**2 if SOAK else 30, 2)):
        kinds = island(SPACING, row, column)
        assert np.array_equal(found(kinds)[1], kinds)


def test_smaller_islands_between_the_first_cells_are_missed():
    mesh, seen = found(island(SPACING - 1, 3 * SPACING + 1, 5 * SPACING + 1))
    assert (seen == 0).all() and len(mesh.places) == START**2  # the documented limit
    assert found(island(SPACING - 1, 3 * SPACING, 5 * SPACING))[1].any()  # holds a first cell


def test_a_border_is_followed_where_no_first_cell_sees_it():
    kinds = island(100, 20, 20)
    kinds[50:53, 120:200] = 1  # a finger, thinner than the spacing, that runs between the first cells
    kinds[50:60, 197:200] = 1
    assert np.array_equal(found(kinds)[1], kinds)


def test_cells_that_were_not_measured_lie_in_blocks_of_one_kind():
    kinds = winners(meeting, 129)
    mesh, _ = found(kinds)
    covered = mesh.measured.copy()
    for top, bottom, left, right in mesh.blocks:
        covered[top : bottom + 1, left : right + 1] = True
        assert mesh.measured[[top, top, bottom, bottom], [left, right, left, right]].all()
        assert len(np.unique(kinds[top : bottom + 1, left : right + 1])) == 1
    assert covered.all()


def test_relabelling_permutes_the_map():
    kinds, names = winners(meeting, 100), np.array([2, 0, 1])
    (mesh, seen), (other, relabelled) = found(kinds), found(names[kinds])
    assert np.array_equal(mesh.places, other.places) and np.array_equal(names[seen], relabelled)


def test_turning_a_field_turns_the_winners():
    kinds = winners(disc, 65)
    assert np.array_equal(found(kinds.T)[1], found(kinds)[1].T)


def test_halves_share_their_edges_and_lines_stay_lines():
    assert halves((0, 2, 0, 4)) == [(0, 1, 0, 2), (0, 1, 2, 4), (1, 2, 0, 2), (1, 2, 2, 4)]
    assert halves((0, 1, 0, 3)) == [(0, 1, 0, 1), (0, 1, 1, 3)]


@pytest.mark.parametrize("cells", [2, 17, 18, 100, 257, 1025])
def test_the_first_cells_hold_both_ends_and_are_evenly_spread(cells):
    marks = coarse(cells)
    assert (marks[0], marks[-1], len(marks)) == (0, cells - 1, min(cells, START))
    assert set(np.diff(marks)) <= {(cells - 1) // (len(marks) - 1), -(-(cells - 1) // (len(marks) - 1))}


def test_what_is_inferred_is_the_least_and_the_commonest_around():
    mesh, _ = found(np.zeros((33, 33), int))
    values = np.ones(len(mesh.places))
    values[mesh.places.tolist().index([2, 4])] = 0.25
    least = mesh.least(values)
    assert (least == 0.25).sum() == 1 + 16  # the cell, and all of four blocks around but their other corners
    assert (least[1:4, 3:6] == 0.25).all() and least[0, 2] == least[4, 6] == 1
    three = np.zeros(len(mesh.places), int)
    three[[0, 1, 17]] = 2, 2, 2  # three corners of the first block
    assert mesh.commonest(three)[1, 1] == 2
