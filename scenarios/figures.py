"""The pictures of reports: who gets what, over time, why, who deals with whom."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from scenarios.drawing import colour, dash, label, svg
from scenarios.formats import number
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
