"""The pictures of an experiment: means and differences along a quantity, maps of two, every point with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboards.figures import (
    DECIMALS,
    INK,
    LOOKS,
    Axis,
    Cell,
    Cloud,
    Figure,
    Line,
    Point,
    heat,
    intervals,
    lines,
    points,
)
from dashboards.pages.research.labels import Labels
from dashboards.pages.research.results import Mark, Outcome, differences_along, means_along, plane, scattered

PALE, DEEP = (247, 251, 255), (0, 68, 136)  # ends of a map's scale
LIGHT = 0.65  # share of the scale from which words are white
NOTHING = "#e8e8e8"
MARK = 14  # pixels of a mark in the legend of points
LONGEST_LEGEND = 60  # characters
MOST_WRITTEN = 8  # columns of a map whose cells hold their numbers
CELL = 46  # pixels of a map's row
ENDS = ("mean", "low", "high")
WHISKER = {"type": "interval", "silent": True}


class View(NamedTuple):
    """What of the results is looked at: a measure, the quantity along the axis, a second one of the maps ('': none)."""

    measure: str
    along: str
    across: str


def view(found: Outcome, asked: Mapping[str, str]) -> View:
    """Return what can be looked at, as near as it comes to what a link asks for."""
    factors, grids = found.factors, found.gridded_factors
    measure = asked["measure"] if asked["measure"] in found.measures else found.measures[0]
    along = asked["along"] if asked["along"] in factors else (factors[0] if factors else "")
    others = [name for name in grids if name != along] if along in grids else []
    across = asked["across"] if asked["across"] in others else (others[0] if others else "")
    return View(measure, along, across)


def pictures(found: Outcome, at: View, named: Labels) -> list[Figure]:
    """Return the pictures of a view: all lines of one on the same axes, all maps on the same scale."""
    told = named.said["research"]["results"]
    drawn = [_means(found, at, named) | {"says": told["sample_says" if _sampled(found, at) else "means_say"]}]
    if len(found.scenarios) > 1:
        drawn.append(_differences(found, at, named) | {"says": told["differences_say"]})
    return drawn + (_maps(found, at, named) if at.across else [])


def _sampled(found: Outcome, at: View) -> bool:
    return bool(at.along) and not found.gridded(at.along)


def _means(found: Outcome, at: View, named: Labels) -> Figure:
    title = named.measure(at.measure)
    if _sampled(found, at):
        return _cloud("means", title, scattered(found, at.measure, at.along), found, at, named)
    return _along("means", title, means_along(found, at.measure, at.along or None), found, at, named)


def _differences(found: Outcome, at: View, named: Labels) -> Figure:
    blanks = {"measure": named.measure(at.measure), "baseline": named.scenario(found.baseline)}
    title = named.said["research"]["results"]["differences"].format(**blanks)
    near = at._replace(along="") if _sampled(found, at) else at
    drawn = _along("differences", title, differences_along(found, at.measure, near.along or None), found, near, named)
    drawn["option"]["yAxis"]["scale"] = False  # 0 is on the axis: whether an interval leaves it out is the question
    return drawn


def _along(name: str, title: str, marks: Sequence[Mark], found: Outcome, at: View, named: Labels) -> Figure:
    """Draw marks at the levels of a quantity: lines where they are numbers, else one beside the other."""
    levels = found.levels(at.along) if at.along else []
    if not levels or isinstance(levels[0], str):
        told, y = named.said["research"]["results"], Axis(named.measure(at.measure))
        return intervals(name, title, y, [_point(mark, found, named) for mark in marks], (told["low"], told["high"]))
    drawn = [_line(scenario, marks, levels, found, named) for scenario in found.scenarios]
    ends = (float(levels[0]), float(levels[-1])) if len(levels) > 1 else (None, None)
    x = Axis(named.quantity(at.along), *ends)
    shown = [one for one in drawn if any(_there(one.values))]
    return _roomy(lines(name, title, x, [float(level) for level in levels], Axis(""), shown))


def _roomy(figure: Figure) -> Figure:
    """Let long names share one row that can be leafed through: more rows would lie over the lines."""
    legend = figure["option"].get("legend", {"data": []})
    if sum(map(len, legend["data"])) > LONGEST_LEGEND:
        legend["type"] = "scroll"
    return figure


def _there(values: Sequence[float | None]) -> list[bool]:
    return [value is not None for value in values]


def _point(mark: Mark, found: Outcome, named: Labels) -> Point:
    label = " · ".join(filter(None, (str(mark.at), named.scenario(mark.scenario))))
    return Point(label, mark.mean, mark.low, mark.high, found.scenarios.index(mark.scenario))


def _line(scenario: str, marks: Sequence[Mark], levels: Sequence[float | str], found: Outcome, named: Labels) -> Line:
    at = {mark.at: mark for mark in marks if mark.scenario == scenario}
    mean, low, high = ([_plain(getattr(at[level], end)) if level in at else None for level in levels] for end in ENDS)
    return Line(named.scenario(scenario), mean, low, high, found.scenarios.index(scenario))


def _plain(value: float) -> float | None:
    return None if value != value else value


def _cloud(name: str, title: str, marks: Sequence[Mark], found: Outcome, at: View, named: Labels) -> Figure:
    """Draw the points of a sample, each with its interval."""
    clouds = []
    for look, scenario in enumerate(found.scenarios):
        places = [(float(mark.at), mark.mean) for mark in marks if mark.scenario == scenario]
        clouds.append(Cloud(named.scenario(scenario), places, size=8, look=look))
    drawn = _roomy(points(name, title, Axis(named.quantity(at.along)), Axis(""), clouds))
    drawn["option"].get("legend", {})["itemWidth"] = MARK
    drawn["option"]["series"] += [_whiskers(scenario, marks, look) for look, scenario in enumerate(found.scenarios)]
    told = named.said["research"]["results"]
    head = [told["scenario"], named.quantity(at.along), named.measure(at.measure), told["low"], told["high"]]
    drawn["table"]["head"] = head
    drawn["table"]["rows"] = [
        [named.scenario(mark.scenario), mark.at, *(_plain(value) for value in (mark.mean, mark.low, mark.high))]
        for mark in marks
    ]
    return drawn


def _whiskers(scenario: str, marks: Sequence[Mark], look: int) -> dict:
    own = [mark for mark in marks if mark.scenario == scenario and mark.low == mark.low]
    data = [[mark.at, mark.low, mark.mean, mark.high] for mark in own]
    return WHISKER | {"data": data, "itemStyle": {"color": LOOKS[look % len(LOOKS)][0]}}


def _maps(found: Outcome, at: View, named: Labels) -> list[Figure]:
    """Draw a map of two quantities for every scenario, all with the same scale."""
    planes = {one: np.array(plane(found, at.measure, at.along, at.across, one)) for one in found.scenarios}
    every = np.concatenate([values[np.isfinite(values)] for values in planes.values()])
    ends = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    x, y = (Axis(named.quantity(name), names=_names(found, name, named)) for name in (at.along, at.across))
    blanks = {"measure": named.measure(at.measure), "low": named.number(ends[0]), "high": named.number(ends[1])}
    more = {"says": named.said["research"]["results"]["maps_say"].format(**blanks), "height": 110 + CELL * len(y.names)}
    return [
        heat(f"map-{n}", named.scenario(one), x, y, _cells(values, ends, x, y, named), **more)
        | {"table": _table(values, x, y, named.measure(at.measure))}
        for n, (one, values) in enumerate(planes.items(), 1)
    ]


def _table(values: np.ndarray, x: Axis, y: Axis, measure: str) -> dict[str, Any]:
    rows = [[x.names[column], y.names[row], _plain(float(value))] for (row, column), value in np.ndenumerate(values)]
    return {"head": [x.title, y.title, measure], "rows": rows, "digits": DECIMALS}


def _names(found: Outcome, factor: str, named: Labels) -> list[str]:
    return [named.number(level) for level in found.levels(factor)]


def _cells(values: np.ndarray, ends: tuple[float, float], x: Axis, y: Axis, named: Labels) -> list[Cell]:
    low, high = ends
    cells = []
    for (row, column), value in np.ndenumerate(values):
        share = (value - low) / (high - low) if high > low else 0.5
        text = named.number(value)
        where = f"{x.title} {x.names[column]}, {y.title} {y.names[row]}: {text}"
        written = text if len(x.names) <= MOST_WRITTEN else ""
        cells.append(Cell(column, row, where, _colour(share), written, ink="#ffffff" if share > LIGHT else INK))
    return cells


def _colour(share: float) -> str:
    """Return a colour of the maps' scale, from pale to deep."""
    if share != share:
        return NOTHING
    mixed = (round(pale + share * (deep - pale)) for pale, deep in zip(PALE, DEEP, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
