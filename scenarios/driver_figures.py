"""The pictures of a sensitivity analysis: bars with their intervals, and tiles over regimes and measures."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scenarios.drawing import COLOURS, label, svg, tint
from scenarios.drivers import SensitivityAnalysis
from scenarios.formats import number, percent
from scenarios.sensitivity import LIMIT, Indices, Shares
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


def bars_by_regime(shares: Mapping[str, Shares], measure: str, most: int) -> str:
    """Draw the `most` largest shares of the variance of a measure in each regime, beside each other."""
    alt = f"Shares of the variance of {measure}. " + " ".join(
        f"{regime}: {', '.join(_said(one.total, one.total.descending()[:most]))}." for regime, one in shares.items()
    )

    def draw(figure: Figure) -> None:
        for axes, (regime, one) in zip(figure.subplots(1, len(shares), squeeze=False)[0], shares.items(), strict=True):
            order = one.total.descending()[:most]
            _bars(axes, one.total, order, -0.2, 0.38, BLUE, "with interactions (total)")
            _bars(axes, one.first, order, 0.2, 0.38, ORANGE, "alone (first order)")
            axes.set_yticks(range(len(order)), [label(_last(one.total.names[i])) for i in order])
            axes.set_title(regime)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=2)
        figure.supxlabel(f"share of the variance of {measure}", fontsize=9)

    return svg("drivers-by-regime", alt, AROUND + BAR * 1.3 * most, draw)


def tiles(shares: Mapping[str, Mapping[str, Shares]], least: float) -> str:
    """Draw the total share of every quantity that reaches `least` somewhere: a column for each regime and measure."""
    columns = [(regime, measure) for regime, by_measure in shares.items() for measure in by_measure]
    found = [_by_last(shares[regime][measure].total) for regime, measure in columns]
    names = sorted({name for one in found for name, value in one.items() if value >= least})
    cells = np.array([[one.get(name, np.nan) for one in found] for name in names])
    order = np.argsort(-np.nanmax(cells, axis=1), kind="stable")
    strongest = [max(one, key=lambda name: one[name]) for one in found]
    alt = "Total shares of variance. " + " ".join(
        f"{measure} in {regime}: mostly {name}." for (regime, measure), name in zip(columns, strongest, strict=True)
    )

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.set_facecolor("#dddddd")
        image = axes.imshow(np.clip(cells[order], 0, 1), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.set_yticks(range(len(names)), [label(names[i]) for i in order])
        axes.set_xticks(range(len(columns)), [measure for _, measure in columns], rotation=90)
        for place, regime in enumerate(shares):
            width = len(columns) / len(shares)
            axes.axvline(place * width - 0.5, color="black", linewidth=1)
            axes.text((place + 0.5) * width - 0.5, -0.7, regime, ha="center")
        figure.colorbar(image, ax=axes, label="total share of the variance; grey: not decomposed")

    return svg("driver-tiles", alt, 2.4 + 0.2 * len(names), draw)


def _by_last(total: Indices) -> dict[str, float]:
    """Return values by the last part of a quantity's name."""
    return {_last(name): value for name, value in zip(total.names, total.values, strict=True)}


def _last(name: str) -> str:
    """Return the last part of a quantity's name: a knob's is the same in all strategies."""
    return name.rpartition(".")[2]
