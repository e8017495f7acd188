"""The picture of a sensitivity analysis: bars with their intervals."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scenarios.drawing import COLOURS, label, svg, tint
from scenarios.drivers import SensitivityAnalysis
from scenarios.formats import number, percent
from scenarios.sensitivity import LIMIT, Indices
from sim.final import units

BLUE, ORANGE = COLOURS[:2]
BAR = 0.23  # inches of one bar, with what stands around them all
AROUND = 1.3


def drivers(found: SensitivityAnalysis) -> str:
    """Draw the elementary effects of all axes, and the shares of variance of those that were decomposed."""
    star, shares = found.effects.mu_star, found.shares
    order = star.descending()
    said = [f"{star.names[i]} {number(star.values[i])}" for i in order]
    alt = f"Mean absolute effect on {found.plan.measure} over each range: {', '.join(said)}."
    if shares:
        left = shares.total.descending()
        alt += f" Total share of variance: {', '.join(_said(shares.total, left))}."

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2) if shares else (figure.add_subplot(), None)
        _bars(left, star, order, 0.0, 0.6, BLUE, "mu*")
        left.set_xlabel(f"effect over the range (mu*)\n{label(units()[found.plan.measure][0], 40)}")
        if shares and right is not None:
            _draw_shares(right, shares.first, shares.total)

    return svg("drivers", alt, AROUND + BAR * max(len(order), 6), draw)


def _said(total: Indices, order: Sequence[int]) -> list[str]:
    return [f"{total.names[i]} {percent(total.values[i])}" for i in order]


def _draw_shares(axes: Axes, first: Indices, total: Indices) -> None:
    order = total.descending()
    _bars(axes, total, order, -0.2, 0.38, BLUE, "with interactions (total)")
    _bars(axes, first, order, 0.2, 0.38, ORANGE, "alone (first order)")
    axes.axvline(LIMIT, color="#444444", linestyle=":", linewidth=1)
    axes.set_xlabel(f"share of the variance (dotted: {LIMIT:g})")
    axes.legend(loc="lower right", fontsize=7.5)


def _bars(
    axes: Axes, indices: Indices, order: Sequence[int], aside: float, height: float, shade: str, name: str
) -> None:
    """Draw a bar of each index with its interval, pale where it has not converged."""
    rows = range(len(order))
    places = [row + aside for row in rows]
    shades = [tint(shade, 1.0 if indices.converged[i] else 0.45) for i in order]
    halves = [indices.halves[i] for i in order]
    axes.barh(places, [indices.values[i] for i in order], height, color=shades, edgecolor=shade, label=name)
    axes.errorbar([indices.values[i] for i in order], places, xerr=halves, fmt="none", ecolor="black", capsize=2)
    axes.set_yticks(rows, [label(indices.names[i], 40) for i in order])
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_ylim(len(order) - 0.5, -0.5)
