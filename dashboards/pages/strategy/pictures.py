"""The pictures: the thousand as distributions, the trade-off as a cloud, the knobs that matter as bars."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboards.figures import LOOKS, Axis, Bar, Cloud, Figure, Line, bars, ends, lines, points
from dashboards.pages.strategy.plays import Played
from dashboards.words import Words, number
from scenarios.contest.field import library_strategies
from scenarios.contest.game import MEASURES
from scenarios.contest.hints import correlations
from scenarios.contest.landing import Place

BINS = 40
ENDS = (0.005, 0.995)  # the few beyond are counted in the first and last bin
YOURS, NAMED = 3, 0  # places in LOOKS
GREY = "#999999"
LEGEND = 92  # pixels: it takes two lines on a telephone
CLOSE = 0.05  # of the height of a picture: nearer names would touch
BESIDE = 28  # pixels for the title of an upright axis
CLOUD_HEIGHT, BARS_HEIGHT = 460, 420


def means(made: Played, name: str) -> NDArray:
    """Return what each of the thousand got, as means over the seeds."""
    return made.field.results[:, :, MEASURES.index(name)].astype(float).mean(axis=1)


def title(name: str, said: Words) -> str:
    """Return the name of a strategy of the library in the language, or as its file has it."""
    told = str(said["names"].get(name, name))
    return told[0].upper() + told[1:]


def distribution(made: Played, name: str, said: Words) -> Figure:
    """Return how many of the thousand got how much, with the visitor's mark and its interval."""
    told, place, values = said["strategy"]["distribution"], made.landing.places[name], means(made, name)
    edges = bins(values, place)
    counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
    heights = [*counts.tolist(), 0]  # a step ends where the next begins
    x = Axis(said["strategy"]["measures"][name]["unit"], float(edges[0]), float(edges[-1]))
    y = Axis(told["count"], 0)
    measure = said["strategy"]["measures"][name]["title"]
    figure = lines(name, measure, x, edges.tolist(), y, [Line(told["count"], heights)])
    figure["option"]["series"] = [_steps(figure["option"]["series"][0], place, said)]
    figure["option"] |= {"tooltip": {"show": False}, "yAxis": _upright(figure["option"]["yAxis"])}
    figure["option"]["xAxis"] |= {"axisLabel": {"showMinLabel": False, "showMaxLabel": False}}
    figure["option"]["grid"] |= {"left": BESIDE}
    figure["table"] |= _bins(edges, counts, place, said)
    return figure | {"says": _says(place, said), "label": f"{measure}: {_says(place, said)}"}


def _upright(axis: dict[str, Any]) -> dict[str, Any]:
    """Return an axis whose title stands beside it: above it is the visitor's mark."""
    return axis | {"nameLocation": "middle", "nameGap": 40, "nameTextStyle": {"align": "center"}}


def bins(values: NDArray, place: Place) -> NDArray:
    """Return round edges of equal bins; the few strategies beyond them count in the first and last."""
    low, high = np.quantile(values, ENDS)
    low, high = min(low, place.value.low), max(high, place.value.high)
    size = 10 ** math.floor(math.log10((high - low) / BINS))
    step = next(size * share for share in (1, 2, 2.5, 5, 10) if high - low <= BINS * size * share)
    return np.arange(math.floor(low / step), math.ceil(high / step) + 1) * step


def _steps(series: dict[str, Any], place: Place, said: Words) -> dict[str, Any]:
    """Return the outline of the thousand with the visitor's mark on it."""
    colour, value = LOOKS[YOURS][0], place.value
    mark = {
        "symbol": "none",
        "lineStyle": {"color": colour, "width": 3, "type": "solid"},
        "label": {
            "formatter": said["strategy"]["you"],
            "position": "end",
            "color": colour,
            "fontSize": 17,
            "fontWeight": 700,
        },
        "data": [{"xAxis": round(value.mean, 4)}],
    }
    area = {"itemStyle": {"color": colour, "opacity": 0.18}, "data": [[{"xAxis": value.low}, {"xAxis": value.high}]]}
    look = {
        "step": "end",
        "showSymbol": False,
        "silent": True,
        "lineStyle": {"color": GREY},
        "areaStyle": {"color": "#cccccc"},
    }
    return series | look | {"markLine": mark, "markArea": area}


def _bins(edges: NDArray, counts: NDArray, place: Place, said: Words) -> dict[str, Any]:
    told, k = said["strategy"]["distribution"], int(np.searchsorted(edges, place.value.mean, "right")) - 1
    rows = [
        [float(low), float(high), int(count), said["strategy"]["you"] if n == k else ""]
        for n, (low, high, count) in enumerate(zip(edges, edges[1:], counts, strict=False))
    ]
    return {"head": [told["from"], told["to"], told["count"], ""], "rows": rows, "digits": 2}


def _says(place: Place, said: Words) -> str:
    counts = {name: number(getattr(place, name), 0, said) for name in ("better_than", "least", "most", "of")}
    return str(said["strategy"]["distribution"]["says"].format(**counts))


def trade_off(made: Played, said: Words) -> Figure:
    """Return the firm's profit against what its customers gain: the thousand, the named, the visitor's."""
    told, measures = said["strategy"]["trade"], said["strategy"]["measures"]
    named = made.field.named.astype(float).mean(axis=1)[:, :2].tolist()
    mine = [made.landing.places[name].value.mean for name in MEASURES[:2]]
    clouds = [
        Cloud(
            told["thousand"], [_pair(p) for p in zip(*(means(made, m) for m in MEASURES[:2]), strict=True)], faded=True
        ),
        Cloud(
            told["named"], [_pair(p) for p in named], [title(name, said) for name in library_strategies()], 13, NAMED
        ),
        Cloud(said["strategy"]["you"], [_pair(mine)], [said["strategy"]["you"]], 26, YOURS),
    ]
    x, y = (
        Axis(f"{measures[name]['title']} ({measures[name]['unit']})", *ends(means(made, name).tolist(), [mine[k]]))
        for k, name in enumerate(MEASURES[:2])
    )
    both = told["says"].format(both=number(made.landing.both, 0, said))
    more = {"says": both, "label": both, "wide": True, "height": CLOUD_HEIGHT}
    figure = points("trade", told["title"], x, y, clouds, **more)
    option = figure["option"]
    option["yAxis"] |= {"axisLine": {"onZero": False}}  # its title stays at the left
    option["grid"] |= {"top": LEGEND}
    option["series"][1:] = [_labelled(one, x, y, said["strategy"]["you"]) for one in option["series"][1:]]
    return figure


def _labelled(series: dict[str, Any], x: Axis, y: Axis, you: str) -> dict[str, Any]:
    """Return marks whose names stand on the side with more room, of neighbours in turn on the other."""
    middle, close = ((x.low or 0.0) + (x.high or 0.0)) / 2, CLOSE * ((y.high or 0.0) - (y.low or 0.0))
    data: list[dict[str, Any]] = []
    for one in sorted(series["data"], key=lambda mark: mark["value"][1]):
        side = "left" if one["value"][0] > middle else "right"
        if data and one["value"][1] - data[-1]["value"][1] < close and data[-1]["label"]["position"] == side:
            side = "right" if side == "left" else "left"
        data.append(one | {"label": {"position": side}})
    if series["name"] == you:
        data = [one | {"label": {"position": "top", "fontWeight": 700}} for one in data]
    label = series["label"] | {"fontWeight": 400}
    return series | {"data": data, "label": label}


def _pair(two: Any) -> tuple[float, float]:
    return float(two[0]), float(two[1])


def matters(made: Played, said: Words) -> Figure:
    """Return how far each knob goes with the goal over the thousand, as bars that lie."""
    told, goal = said["strategy"]["matters"], made.choices.goal
    found = correlations(made.field, goal)
    names = [said["quantities"][name]["label"] for name in found]
    heading = told["title"].format(goal=said["strategy"]["measures"][goal]["title"])
    more = {"says": told["says"], "label": told["says"], "wide": True, "height": BARS_HEIGHT}
    x, y = Axis("", names=names), Axis(told["axis"], -1, 1)
    figure = bars("matters", heading, x, y, [Bar(told["axis"], list(found.values()))], **more)
    return figure | {"option": _lying(figure["option"]), "formats": {"xAxis": "number", "yAxis": "number"}}


def _lying(option: dict[str, Any]) -> dict[str, Any]:
    """Return bars with their names down the side, the first on top; those to the left in another colour."""
    bar = option["series"][0]
    looks = [LOOKS[YOURS if height < 0 else NAMED][0] for height in bar["data"]]
    data = [{"value": height, "itemStyle": {"color": look}} for height, look in zip(bar["data"], looks, strict=True)]
    return option | {
        "series": [bar | {"data": data}],
        "xAxis": option["yAxis"] | {"nameLocation": "middle", "nameGap": 28, "nameTextStyle": {"align": "center"}},
        "yAxis": option["xAxis"] | {"inverse": True, "axisLine": {"show": False}, "axisTick": {"show": False}},
        "tooltip": {"show": False},
    }
