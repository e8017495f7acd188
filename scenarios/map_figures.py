"""Pictures of strategy maps: the best scenario of each cell, where it is contested, and the borders.

However large a map is, its picture has few shapes: cells of a row that look the same are one bar, all bars of a look
are one path. From 65 cells along an axis on they are painted as an image, whose size does not grow with the cells.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from scenarios.drawing import colour, label, svg, tint
from scenarios.formats import percent
from scenarios.maps import StrategyMap

NUMBERED = 12  # cells along an axis up to which a map shows all numbers
BESIDE = 8  # ticks along an axis of one of two maps beside each other
PAINTED = 65  # cells along an axis from which on a map is an image
SURE, CONTESTED = 0.65, 0.25  # how much of a colour is left in the tint


def grid(found: StrategyMap, labels: Sequence[str]) -> str:
    """Draw the strategy map: the best scenario of each cell, hatched where it is contested, with the borders."""
    alt = f"Strategy map of {found.y} over {found.x}. " + " ".join(
        f"{labels[region.scenario]}: best in {percent(region.share)} of the cells." for region in found.regions()
    )

    def draw(figure: Figure) -> None:
        draw_map(figure.add_subplot(), found, max(len(found.xs), len(found.ys)) <= NUMBERED)
        figure.legend(handles=map_legend(labels), loc="outside upper center", ncols=2)

    return svg("strategy-map", alt, 5.2, draw)


def grids_by_role(found: StrategyMap, labels: Sequence[str]) -> str:
    """Draw what is best for each role, one small map per role, on the same axes."""
    maps = {role: found.for_role(role) for role in found.roles}
    alt = f"Strategy maps of {found.y} over {found.x} by role. " + " ".join(one.answer() for one in maps.values())
    rows = -(-len(maps) // 2)

    def draw(figure: Figure) -> None:
        for place, (role, one) in enumerate(maps.items(), 1):
            axes = figure.add_subplot(rows, 2, place)
            draw_map(axes, one, False)
            axes.set_title(role)
        figure.legend(handles=map_legend(labels), loc="outside upper center", ncols=2)

    return svg("strategy-map-by-role", alt, 3.2 * rows + 0.5, draw)


def draw_map(axes: Axes, found: StrategyMap, numbered: bool) -> None:
    """Draw the cells and borders of a strategy map, with the lead of each measured cell's best where `numbered`."""
    winners, contested = found.winners(), found.contested()
    painted = max(winners.shape) >= PAINTED
    for s in range(len(found.scenarios)):
        for unsure in (False, True):
            if (cells := (winners == s) & (contested == unsure)).any():
                axes.add_artist(_area(cells, colour(s), unsure, painted))
    if numbered:
        _write_leads(axes, found)
    axes.add_artist(PathPatch(_borders(winners), facecolor="none", linewidth=0.8 if painted else 2, rasterized=painted))
    axes.set(xlim=(-0.5, len(found.xs) - 0.5), ylim=(-0.5, len(found.ys) - 0.5), xlabel=found.x, ylabel=found.y)
    spec = axes.get_subplotspec()
    most = NUMBERED if spec is None or spec.get_gridspec().ncols == 1 else BESIDE
    for values, ticks in ((found.xs, axes.set_xticks), (found.ys, axes.set_yticks)):
        step = -(-len(values) // most)
        ticks(range(0, len(values), step), [f"{value:.2g}" for value in values[::step]])


def map_legend(labels: Sequence[str]) -> list[Patch]:
    """Return what the colours and the hatching of a strategy map mean."""
    shades = [(tint(colour(s), SURE), label(name, 40)) for s, name in enumerate(labels)]
    patches = [Patch(facecolor=shade, edgecolor="#444444", label=name) for shade, name in shades]
    return [*patches, Patch(facecolor="white", edgecolor="#666666", hatch="////", label="contested")]


def runs(cells: NDArray) -> NDArray:
    """Return the runs of True in each row of a grid, shape (runs, 3): row, first column, column after the last."""
    steps = np.diff(np.pad(cells.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return np.column_stack((starts, ends[:, 1]))


def _area(cells: NDArray, shade: str, contested: bool, painted: bool) -> PathPatch:
    """Return one shape made of all True cells, a bar for each run of them."""
    row, first, after = runs(cells).T
    corners = np.array([(first, row), (after, row), (after, row + 1), (first, row + 1), (first, row)])
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(row))
    path = Path(corners.transpose(2, 0, 1).reshape(-1, 2) - 0.5, codes)
    face, hatch = (tint(shade, CONTESTED), "////") if contested else (tint(shade, SURE), "")
    return PathPatch(
        path,
        facecolor=face,
        edgecolor=tint(shade, 0.6),
        hatch=hatch,
        linewidth=0,
        antialiased=False,  # or light seams would show between the rows
        rasterized=painted,
    )


def _write_leads(axes: Axes, found: StrategyMap) -> None:
    for row, cells in enumerate(found.cells()):
        for column, cell in enumerate(cells):
            if cell is not None:
                axes.text(column, row, f"+{cell.lead.difference:.2f}", ha="center", va="center", fontsize=7.5)


def _borders(winners: NDArray) -> Path:
    """Return the lines between neighbouring cells with different winners, each as long as it runs straight."""
    row, first, after = runs(winners[1:] != winners[:-1]).T
    column, top, below = runs((winners[:, 1:] != winners[:, :-1]).T).T
    along = np.column_stack((first, row + 1, after, row + 1))
    across = np.column_stack((column + 1, top, column + 1, below))
    ends = np.concatenate((along, across)).reshape(-1, 2) - 0.5
    return Path(ends, np.resize([Path.MOVETO, Path.LINETO], len(ends)))
