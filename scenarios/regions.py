"""Regions of a map: where one scenario is the best, how large they are and in how many pieces they fall."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))
CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Region:
    """Where one scenario is the best: its share of all cells, and in how many connected pieces.

    `pieces` joins cells that share a side or a corner, `pieces_by_side` only those that share a side;
    `contested` is the share of its own cells in which its lead is not sure, `measured` the share that was measured.
    """

    scenario: int
    share: float
    pieces: int
    pieces_by_side: int
    contested: float
    measured: float


def regions(scenarios: int, winners: NDArray, contested: NDArray, measured: NDArray) -> list[Region]:
    """Return the region of each of `scenarios`, in their order; one that is best nowhere has share 0.

    Parameters
    ----------
    scenarios : int
        How many there are.
    winners, contested, measured : ndarray of int, bool and bool, shape (rows, columns)
        The best scenario of each cell, where its lead is not sure, and which cells were measured.
    """
    return [_region(s, winners == s, contested, measured) for s in range(scenarios)]


def _region(s: int, own: NDArray, contested: NDArray, measured: NDArray) -> Region:
    cells = max(own.sum(), 1)
    return Region(
        s,
        float(own.mean()),
        pieces(own, SIDES + CORNERS),
        pieces(own, SIDES),
        float((own & contested).sum() / cells),
        float((own & measured).sum() / cells),
    )


def pieces(inside: NDArray, steps: Sequence[tuple[int, int]]) -> int:
    """Return in how many pieces the True cells of a grid fall, when `steps` lead from a cell to its neighbours."""
    return int(_numbered(inside, steps).max(initial=0))


def largest(inside: NDArray) -> int:
    """Return how many cells the largest piece of the True cells has, sides and corners joining."""
    return int(np.bincount(_numbered(inside, SIDES + CORNERS)[inside], minlength=1).max())


def _numbered(inside: NDArray, steps: Sequence[tuple[int, int]]) -> NDArray:
    """Return the number of the piece each True cell belongs to, 0 elsewhere."""
    near = np.zeros((3, 3), int)
    near[tuple(np.transpose(steps) + 1)] = 1
    near[1, 1] = 1
    return label(inside, near)[0]
