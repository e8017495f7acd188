"""Which cells of a grid are measured: a coarse mesh first, then finer where the winner changes, or how sure it is.

Blocks between measured cells are halved along both axes (a quadtree; Finkel & Bentley 1974, doi:10.1007/BF00288933)
as long as the measured cells in them, those on their edges included, are of different kinds: their winners differ, or
one winner is sure and another is not. So the borders between winners and the edges of contested bands are found to
the grid's resolution, and the inside of a band, where nothing would be learnt, costs no more than that of a region.
A border that leaves a halved block leaves it between two measured cells of a neighbour, which is then halved
too: **a border that is met once is followed along its whole length, between neighbouring cells.**

What can be missed is a region in which no cell is measured. The first cells divide each axis into 16 parts, so a
region that holds a square of 1/16 of each axis (0.4 % of the map), wherever it lies, is found, and with it
all of its outline; a smaller island, or a strip thinner than that which does not touch a border, may be missed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

START = 17  # cells along each axis that are measured first; a grid of no more is measured whole

Block = tuple[int, int, int, int]  # first and last row, first and last column, both measured at the corners
Measure = Callable[[NDArray], NDArray]


@dataclass(frozen=True)
class Mesh:
    """The measured cells of a grid, and the blocks in which the others lie.

    Attributes
    ----------
    rows, columns : int
        Of the grid.
    places : ndarray of int, shape (cells, 2)
        Row and column of every measured cell, row by row.
    blocks : tuple of Block
        Those with cells that were not measured; all four corners were.
    """

    rows: int
    columns: int
    places: NDArray
    blocks: tuple[Block, ...] = ()

    @cached_property
    def measured(self) -> NDArray:
        """Which cells were measured, bool, shape (rows, columns)."""
        return self.spread(np.ones(len(self.places), bool), False)

    def spread(self, values: NDArray, empty: object) -> NDArray:
        """Put one value per measured cell, shape (cells,), on the grid, shape (rows, columns); `empty` elsewhere."""
        grid = np.full((self.rows, self.columns), empty, values.dtype)
        grid[tuple(self.places.T)] = values
        return grid

    def commonest(self, values: NDArray) -> NDArray:
        """Return values, small whole numbers, on the grid; elsewhere the one most measured cells of the block have."""
        grid = self.spread(values, 0)
        for block, inside in self._blocks():
            grid[block][~inside] = np.bincount(grid[block][inside]).argmax()
        return grid

    def least(self, values: NDArray) -> NDArray:
        """Return values on the grid; elsewhere the least of all measured cells of the block or blocks around."""
        grid = self.spread(values, values.max())
        for block, inside in self._blocks():
            grid[block][~inside] = np.minimum(grid[block][~inside], grid[block][inside].min())
        return grid

    def _blocks(self) -> list[tuple[tuple[slice, slice], NDArray]]:
        """Return each block as slices of the grid, and which of its cells were measured."""
        slices = [_slices(block) for block in self.blocks]
        return [(block, self.measured[block]) for block in slices]


def whole(rows: int, columns: int) -> Mesh:
    """Return the mesh of a grid in which every cell is measured."""
    return Mesh(rows, columns, np.argwhere(np.ones((rows, columns), bool)))


def coarse(cells: int) -> list[int]:
    """Return which of the cells along an axis are measured first: both ends and 15 between, evenly spread, or all."""
    return np.unique(np.round(np.linspace(0, cells - 1, min(cells, START))).astype(int)).tolist()


def refine(rows: int, columns: int, measure: Measure) -> Mesh:
    """Measure a coarse mesh, then halve its blocks until each holds cells of one kind, or none between its corners.

    Parameters
    ----------
    rows, columns : int
        Of the grid, 2 or more.
    measure : callable
        Of places, ndarray of int, shape (cells, 2), each once: returns their kinds, whole numbers from 0.
    """
    kinds = np.full((rows, columns), -1)
    down, right = coarse(rows), coarse(columns)
    blocks: list[Block] = [(*a, *b) for a, b in product(pairwise(down), pairwise(right))]
    wanted = np.array(list(product(down, right)))
    while True:
        if len(wanted):
            kinds[tuple(wanted.T)] = measure(wanted)
        halved = [halves(block) if _mixed(kinds[_slices(block)]) else [block] for block in blocks]
        if len(halved) == sum(map(len, halved)):
            hollow = [block for block in blocks if (kinds[_slices(block)] < 0).any()]
            return Mesh(rows, columns, np.argwhere(kinds >= 0), tuple(hollow))
        blocks = [part for parts in halved for part in parts]
        wanted = _unmeasured(blocks, kinds)


def halves(block: Block) -> list[Block]:
    """Halve a block along each axis along which there are cells between its ends: up to four blocks."""
    top, bottom, left, right = block
    down, across = sorted({top, (top + bottom) // 2, bottom}), sorted({left, (left + right) // 2, right})
    return [(*a, *b) for a, b in product(pairwise(down), pairwise(across))]


def _mixed(block: NDArray) -> bool:
    """Whether the kinds in a block differ, -1 left out, and it has cells between its corners."""
    seen = block[block >= 0]
    return max(block.shape) > 2 and bool((seen != seen[0]).any())


def _unmeasured(blocks: Sequence[Block], kinds: NDArray) -> NDArray:
    """Return the corners of blocks that were not measured yet, row by row, shape (cells, 2)."""
    corners = {place for top, bottom, left, right in blocks for place in product((top, bottom), (left, right))}
    return np.array(sorted(place for place in corners if kinds[place] < 0))


def _slices(block: Block) -> tuple[slice, slice]:
    top, bottom, left, right = block
    return slice(top, bottom + 1), slice(left, right + 1)
