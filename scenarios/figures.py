"""The pictures of reports: who gets what, over time, why, who deals with whom, who is best where."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from scenarios.drawing import colour, dash, label, svg, tint
from scenarios.formats import number, percent
from scenarios.maps import StrategyMap
from scenarios.outcome import Outcome
from scenarios.reasons import Reasons, roles_of
from scenarios.statistics import estimate, intervals
from sim.metrics import PER_CUSTOMER
from sim.network import FIRM
from sim.records import NOBODY
from sim.state import World

ROLE_LOOKS = {
    "customers": ("#56B4E9", ""),
    "providers": ("#F0E442", "//"),
    "partners": ("#D55E00", "\\\\"),
    "suppliers": ("#009E73", "xx"),
    "couriers": ("#999999", "--"),
    "platform": ("#CC79A7", ".."),
}
PART_NAMES = {
    "encounters": "number of encounters",
    "first": "value among strangers",
    "relation": "skill and insight",
    "cost": "cost of an encounter",
}
ROW = 3  # networks side by side
MOST_DRAWN = 250  # customers in a picture of a network
NUMBERED = 12  # cells along an axis up to which a map shows all numbers


def value_by_role(outcomes: Sequence[Outcome], labels: Sequence[str]) -> str:
    """Draw the total value of each scenario as a bar made of the roles' shares, with the total's interval."""
    totals = [estimate(outcome.results["value_total"]) for outcome in outcomes]
    said = [f"{name}: total {total.mean:.2f}." for name, total in zip(labels, totals, strict=True)]

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        rows = np.arange(len(outcomes))
        _stack(axes, outcomes, rows)
        half = [np.nan_to_num(total.high - total.mean) for total in totals]
        axes.errorbar([t.mean for t in totals], rows, xerr=half, fmt="none", ecolor="black", capsize=4)
        axes.set_yticks(rows, [label(name, 24) for name in labels])
        axes.invert_yaxis()
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_xlabel(PER_CUSTOMER)
        figure.legend(loc="outside upper center", ncols=len(ROLE_LOOKS))

    return svg("value-by-role", " ".join(["Value by role.", *said]), 1.2 + 0.55 * len(outcomes), draw)


def _stack(axes: Axes, outcomes: Sequence[Outcome], rows: NDArray) -> None:
    """Stack the roles' values: gains to the right of 0, losses to the left."""
    ends = {1: np.zeros(len(rows)), -1: np.zeros(len(rows))}
    for role, measure in roles_of(outcomes).items():
        means = np.array([estimate(outcome.results[measure]).mean for outcome in outcomes])
        fill, hatch = ROLE_LOOKS[role]
        left = np.where(means < 0, ends[-1], ends[1])
        axes.barh(
            rows, means, left=left, height=0.6, color=fill, hatch=hatch, edgecolor="#444444", linewidth=0.5, label=role
        )
        ends[1] += np.maximum(means, 0)
        ends[-1] += np.minimum(means, 0)


def over_time(outcomes: Sequence[Outcome], labels: Sequence[str], measure: str, unit: str) -> str:
    """Draw a measure period by period: the mean of the replications and its 95 % band."""
    bands = [intervals(outcome.series[measure]) for outcome in outcomes]
    said = [
        f"{name}: {number(mean[0])} in the first period, {number(mean[-1])} in the last."
        for name, (mean, *_) in zip(labels, bands, strict=True)
    ]

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        for s, (mean, low, high, _) in enumerate(bands):
            periods = np.arange(1, len(mean) + 1)
            axes.fill_between(periods, low, high, color=colour(s), alpha=0.2, linewidth=0)
            axes.plot(periods, mean, color=colour(s), linestyle=dash(s), linewidth=1.6, label=label(labels[s], 40))
        axes.set_xlabel("period")
        axes.set_ylabel(unit)
        figure.legend(loc="outside upper center", ncols=2)

    return svg(f"over-time-{measure}", " ".join([f"{measure} over time, {unit}.", *said]), 2.7, draw)


def contributions(why: Reasons, labels: Sequence[str]) -> str:
    """Draw what the difference between two scenarios is made of."""
    parts = list(why.contributions.values())
    names = [PART_NAMES[name] for name in why.contributions]
    said = [f"{name} {part.mean:+.2f}." for name, part in zip(names, parts, strict=True)]
    alt = " ".join([f"{labels[why.scenario]} minus {labels[why.against]}:", *said])

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        means = [*(part.mean for part in parts), why.difference.difference]
        half = [*(part.high - part.mean for part in parts), why.difference.high - why.difference.difference]
        rows = np.arange(len(means))
        colours = ["#009E73" if mean > 0 else "#D55E00" for mean in means[:-1]] + ["#444444"]
        axes.barh(rows, means, height=0.6, color=colours)
        axes.errorbar(means, rows, xerr=np.nan_to_num(half), fmt="none", ecolor="black", capsize=4)
        axes.set_yticks(rows, [*names, "all together"])
        axes.invert_yaxis()
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_xlabel(PER_CUSTOMER)

    return svg("contributions", alt, 2.3, draw)


def networks(outcomes: Sequence[Outcome], labels: Sequence[str]) -> str:
    """Draw who dealt with whom in the first seed's last period: people at their needs, providers at their offers."""
    rows = -(-len(outcomes) // ROW)
    alt = "Who deals with whom: " + "; ".join(
        f"{name}: {np.count_nonzero(outcome.example.encounters['slot'] != NOBODY)} encounters in the last period"
        for name, outcome in zip(labels, outcomes, strict=True)
    )

    def draw(figure: Figure) -> None:
        for s, outcome in enumerate(outcomes):
            axes = figure.add_subplot(rows, min(len(outcomes), ROW), s + 1)
            axes.set_title(label(labels[s], 26), fontsize=9)
            _draw_deals(axes, outcome.example, colour(s))
            axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[], yticks=[], aspect="equal")
            axes.spines[:].set(visible=True, color="#bbbbbb")

    return svg("networks", alt, 2.8 * rows, draw)


def sampled(world: World) -> bool:
    """Whether a picture of this world shows only a sample of its customers."""
    return len(world.ties) > MOST_DRAWN


def drawn(world: World) -> NDArray:
    """Return the rows of the customers that a picture shows: all, or an even sample of a big market."""
    customers = len(world.ties)
    return np.linspace(0, customers - 1, min(customers, MOST_DRAWN)).astype(int)


def plane(places: NDArray) -> NDArray:
    """Return points in the plane: the first two dimensions, or the only one and the row as the second."""
    if places.shape[1] > 1:
        return places[:, :2]
    return np.column_stack((places[:, 0], (np.arange(len(places)) * 0.618) % 1))


def _draw_deals(axes: Axes, world: World, shade: str) -> None:
    needs, offers, shown = plane(world.needs), plane(world.offerings), drawn(world)
    deals = world.encounters[shown]
    dealt = deals["slot"] != NOBODY
    buyers, providers = shown[dealt], deals["provider"][dealt]
    lines = np.stack((needs[buyers], offers[providers]), axis=1)
    widths = 0.2 + 1.6 * deals["trust"][dealt]
    axes.add_collection(LineCollection(list(lines), colors=shade, linewidths=widths, alpha=0.45))
    alone = shown[~dealt]
    axes.scatter(needs[buyers, 0], needs[buyers, 1], s=7, color="#333333", zorder=2)
    axes.scatter(needs[alone, 0], needs[alone, 1], s=7, facecolor="white", edgecolor="#777777", linewidth=0.7, zorder=2)
    used = np.unique(providers)
    firms = world.actors["kind"][used] == FIRM
    for marker, rows in (("s", used[firms]), ("^", used[~firms])):
        axes.scatter(
            offers[rows, 0],
            offers[rows, 1],
            s=26,
            marker=marker,
            color=shade,
            edgecolor="black",
            linewidth=0.6,
            zorder=3,
        )


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
    """Draw the cells and borders of a strategy map, with the lead of each cell's best where `numbered`."""
    winners, contested = found.winners(), found.contested()
    for (row, column), s in np.ndenumerate(winners):
        _draw_cell(axes, row, column, colour(s), bool(contested[row, column]))
    if numbered:
        _write_leads(axes, found)
    _draw_borders(axes, winners)
    axes.set(xlim=(-0.5, len(found.xs) - 0.5), ylim=(-0.5, len(found.ys) - 0.5), xlabel=found.x, ylabel=found.y)
    for values, ticks in ((found.xs, axes.set_xticks), (found.ys, axes.set_yticks)):
        step = -(-len(values) // NUMBERED)
        ticks(range(0, len(values), step), [f"{value:.2g}" for value in values[::step]])


def map_legend(labels: Sequence[str]) -> list[Patch]:
    """Return what the colours and the hatching of a strategy map mean."""
    shades = [(tint(colour(s), 0.65), label(name, 40)) for s, name in enumerate(labels)]
    patches = [Patch(facecolor=shade, edgecolor="#444444", label=name) for shade, name in shades]
    return [*patches, Patch(facecolor="white", edgecolor="#666666", hatch="////", label="contested")]


def _draw_cell(axes: Axes, row: int, column: int, shade: str, contested: bool) -> None:
    face, hatch = (tint(shade, 0.25), "////") if contested else (tint(shade, 0.65), "")
    axes.add_patch(
        Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=face, edgecolor=tint(shade, 0.6), hatch=hatch, linewidth=0)
    )


def _write_leads(axes: Axes, found: StrategyMap) -> None:
    for row, cells in enumerate(found.cells()):
        for column, cell in enumerate(cells):
            axes.text(column, row, f"+{cell.lead.difference:.2f}", ha="center", va="center", fontsize=7.5)


def _draw_borders(axes: Axes, winners: NDArray) -> None:
    """Draw a line between neighbouring cells with different winners."""
    across = [
        ((column + 0.5, row - 0.5), (column + 0.5, row + 0.5))
        for row, column in np.argwhere(winners[:, 1:] != winners[:, :-1])
    ]
    along = [
        ((column - 0.5, row + 0.5), (column + 0.5, row + 0.5))
        for row, column in np.argwhere(winners[1:] != winners[:-1])
    ]
    axes.add_collection(LineCollection(across + along, colors="black", linewidths=2))
