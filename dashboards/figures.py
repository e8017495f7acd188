"""Pictures for the widget `Figures`: an ECharts option and the table of the same numbers.

A figure is a dict: `name` (of the files saved), `title`, `says` (what to see), `label` (for who does not see it),
`option`, `formats` (of the numbers along the axes: "number" or "percent"), `height` in pixels, `table` with `head`,
`rows` and `digits`, `follow` (a time axis in periods, with the cursor of the player), `wide` (takes the whole width).
"""

import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboards.words import Words

Figure = dict[str, Any]

INK, GRID = "#1a1a1a", "#dddddd"
LOOKS = (  # Okabe and Ito's palette; dashes and marks tell the same apart without colour
    ("#0072B2", "solid", "circle"),
    ("#E69F00", "dashed", "rect"),
    ("#009E73", "dotted", "triangle"),
    ("#D55E00", [8, 3, 2, 3], "diamond"),
    ("#CC79A7", [2, 6], "pin"),
    ("#000000", "solid", "emptyCircle"),
    ("#56B4E9", "dashed", "emptyRect"),
)
HEIGHT = 260
DECIMALS = 4  # of the numbers sent


class Axis(NamedTuple):
    """An axis: its title, its ends (None: as the values need), how numbers are written, or the names along it."""

    title: str
    low: float | None = None
    high: float | None = None
    style: str = "number"
    names: Sequence[str] = ()

    def option(self) -> dict[str, Any]:
        """Return the axis as ECharts takes it."""
        if self.names:
            return {"type": "category", "name": self.title, "data": list(self.names)}
        ends = {"min": self.low, "max": self.high} if self.low is not None else {"scale": True}
        return {"type": "value", "name": self.title, "splitLine": {"lineStyle": {"color": GRID}}, **ends}


class Line(NamedTuple):
    """One line: its label, its values, and the ends of their intervals where there are any. Look: a place in LOOKS."""

    label: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    look: int = 0


class Point(NamedTuple):
    """One estimate with its interval."""

    label: str
    mean: float
    low: float
    high: float
    look: int = 0


def lines(name: str, title: str, x: Axis, at: Sequence[float], y: Axis, drawn: Sequence[Line], **more: Any) -> Figure:
    """Return lines over numbers `at` on a common axis, with bands where they have intervals."""
    series = [one for line in drawn for one in (*_band(line, at), _line(line, at))]
    columns = [column for line in drawn for column in ((line.values,) if not line.low else line[1:4])]
    head = [
        h
        for line in drawn
        for h in ([line.label] if not line.low else [line.label, f"{line.label} −", f"{line.label} +"])
    ]
    rows = [[number, *(_plain(column[k]) for column in columns)] for k, number in enumerate(at)]
    option = _frame(x, y, [line.label for line in drawn]) | {"series": series, "tooltip": {"trigger": "axis"}}
    return _figure(name, title, option, (x, y), [x.title, *head], rows) | more


def _line(line: Line, at: Sequence[float]) -> dict[str, Any]:
    colour, dash, symbol = LOOKS[line.look % len(LOOKS)]
    return {
        "type": "line",
        "name": line.label,
        "data": [[x, _plain(y)] for x, y in zip(at, line.values, strict=True)],
        "lineStyle": {"color": colour, "type": dash, "width": 2.5},
        "itemStyle": {"color": colour},
        "symbol": symbol,
        "symbolSize": 7,
        "showSymbol": len(at) < 25,
    }


def _band(line: Line, at: Sequence[float]) -> list[dict[str, Any]]:
    """Return the interval of a line as an area, which the widget draws: [x, low, high] at each number."""
    if not line.low:
        return []
    ends = zip(at, line.low, line.high, strict=True)
    data = [[x, _plain(low), _plain(high)] for x, low, high in ends]
    return [{"type": "band", "colour": LOOKS[line.look % len(LOOKS)][0], "data": data}]


def intervals(name: str, title: str, y: Axis, shown: Sequence[Point], ends: tuple[str, str], **more: Any) -> Figure:
    """Return estimates side by side, each with its interval; `ends` are the words for its lower and upper end."""
    whiskers = [[k, _plain(p.low), _plain(p.mean), _plain(p.high)] for k, p in enumerate(shown)]
    dots = [
        {"value": [k, _plain(p.mean)], "name": p.label, "symbol": look[2], "itemStyle": {"color": look[0]}}
        for k, p in enumerate(shown)
        for look in [LOOKS[p.look % len(LOOKS)]]
    ]
    series = [{"type": "interval", "data": whiskers}, {"type": "scatter", "data": dots, "symbolSize": 13, "z": 4}]
    x = Axis("", names=[p.label for p in shown])
    rows = [[p.label, _plain(p.mean), _plain(p.low), _plain(p.high)] for p in shown]
    return _figure(name, title, _frame(x, y, ()) | {"series": series}, (x, y), ["", y.title, *ends], rows) | more


class Cloud(NamedTuple):
    """Points of one kind: their label, their places, a size in pixels; `named` writes the names beside them."""

    label: str
    places: Sequence[tuple[float, float]]
    names: Sequence[str] = ()
    size: int = 6
    look: int = 0
    faded: bool = False


def points(name: str, title: str, x: Axis, y: Axis, clouds: Sequence[Cloud], **more: Any) -> Figure:
    """Return clouds of points in one plane."""
    series = [_cloud(cloud) for cloud in clouds]
    rows = [
        [cloud.label, cloud.names[k] if cloud.names else "", _plain(a), _plain(b)]
        for cloud in clouds
        for k, (a, b) in enumerate(cloud.places)
    ]
    option = _frame(x, y, [cloud.label for cloud in clouds]) | {"series": series, "tooltip": {"trigger": "item"}}
    return _figure(name, title, option, (x, y), ["", "", x.title, y.title], rows) | more


def _cloud(cloud: Cloud) -> dict[str, Any]:
    colour, _, symbol = LOOKS[cloud.look % len(LOOKS)]
    names = cloud.names or [cloud.label] * len(cloud.places)
    return {
        "type": "scatter",
        "name": cloud.label,
        "data": [{"name": n, "value": [_plain(a), _plain(b)]} for n, (a, b) in zip(names, cloud.places, strict=True)],
        "symbol": symbol,
        "symbolSize": cloud.size,
        "itemStyle": {"color": "#999999" if cloud.faded else colour, "opacity": 0.5 if cloud.faded else 1},
        "label": {"show": bool(cloud.names), "formatter": "{b}", "position": "right", "color": INK, "fontSize": 15},
    }


class Bar(NamedTuple):
    """One kind of bars: its label and a height for each name along the axis."""

    label: str
    heights: Sequence[float | None]
    look: int = 0


def bars(name: str, title: str, x: Axis, y: Axis, kinds: Sequence[Bar], stacked: bool = False, **more: Any) -> Figure:
    """Return bars over the names of `x`; of several kinds beside or on top of each other."""
    series = [
        {
            "type": "bar",
            "name": kind.label,
            "data": [_plain(height) for height in kind.heights],
            "itemStyle": {"color": LOOKS[kind.look % len(LOOKS)][0]},
            **({"stack": "all"} if stacked else {}),
        }
        for kind in kinds
    ]
    rows = [[label, *(_plain(kind.heights[k]) for kind in kinds)] for k, label in enumerate(x.names)]
    option = _frame(x, y, [kind.label for kind in kinds]) | {"series": series, "tooltip": {"trigger": "axis"}}
    return _figure(name, title, option, (x, y), [x.title, *(kind.label for kind in kinds)], rows) | more


class Cell(NamedTuple):
    """A cell of a map: its column and row, its name for who points at it, its colour, letter, and whether unsure."""

    column: int
    row: int
    name: str
    colour: str
    text: str = ""
    hatched: bool = False
    ink: str = INK


def heat(name: str, title: str, x: Axis, y: Axis, cells: Sequence[Cell], **more: Any) -> Figure:
    """Return a map of coloured cells over the names of two axes; its table has a row per cell."""
    data = [
        {
            "value": [c.column, c.row],
            "name": c.name,
            "colour": c.colour,
            "text": c.text,
            "hatched": c.hatched,
            "ink": c.ink,
        }
        for c in cells
    ]
    rows = [[x.names[c.column], y.names[c.row], c.name] for c in cells]
    tooltip = {"trigger": "item", "formatter": "{b}"}
    option = _frame(x, y, ()) | {"series": [{"type": "cell", "data": data}], "tooltip": tooltip}
    return _figure(name, title, option, (x, y), [x.title, y.title, ""], rows) | more


def _frame(x: Axis, y: Axis, legend: Sequence[str]) -> dict[str, Any]:
    bottom = {"nameLocation": "middle", "nameGap": 28}
    above = {"nameLocation": "end", "nameTextStyle": {"align": "left"}}
    names = {"legend": {"data": list(legend), "top": 0, "itemWidth": 36, "textStyle": {"fontSize": 15, "color": INK}}}
    return {
        "grid": {"left": 8, "right": 24, "top": 62 if len(legend) > 1 else 34, "bottom": 34, "containLabel": True},
        "xAxis": x.option() | bottom,
        "yAxis": y.option() | above,
        **(names if len(legend) > 1 else {}),
    }


def _figure(
    name: str, title: str, option: dict, axes: tuple[Axis, Axis], head: Sequence[str], rows: Sequence[Sequence]
) -> Figure:
    return {
        "name": name,
        "title": title,
        "option": option,
        "formats": {"xAxis": axes[0].style, "yAxis": axes[1].style},
        "height": HEIGHT,
        "table": {"head": list(head), "rows": [list(row) for row in rows], "digits": DECIMALS},
    }


def _plain(value: float | None) -> float | None:
    """Return a number for JSON: nothing where there is none."""
    return None if value is None or value != value else round(float(value), DECIMALS)


def ends(*columns: Sequence[float | None]) -> tuple[float, float]:
    """Return round numbers, with 0 between them, that hold all values: the ends of a scale that pictures share.

    Where there is nothing but 0, the scale goes to 1.
    """
    every = [value for column in columns for value in column if value is not None and value == value] or [0.0]
    low, high = min(0.0, *every, 0.0), max(0.0, *every, 0.0)
    if low == high:
        return 0.0, 1.0
    size = 10 ** math.floor(math.log10(high - low))
    step = next(size * share for share in (0.1, 0.2, 0.5, 1.0) if high - low <= 10 * size * share)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def told(figures: Sequence[Figure], lang: str, said: Words) -> str:
    """Return what the widget `Figures` is given."""
    return json.dumps({"lang": lang, "figures": list(figures), **said["common"]["figures"]}, allow_nan=False)
