"""The picture of an outcome: the prediction drawn into the result, on the same axis."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures import DECIMALS, Axis, Figure, Line, Point, intervals, lines
from dashboards.pages.lessons.answers import Asked, amount, design_rows, is_curve, sentence
from dashboards.pages.lessons.looks import looks_of, option_looks
from dashboards.pages.lessons.outcomes import Guess, Outcome, Span
from dashboards.pages.lessons.rounds import Change, Design
from scenarios.statistics import Estimate

PREDICTED = "#D55E00"
HEIGHT, POINT = 340, 18  # pixels
WIDE, NARROW, UPRIGHT, MOST_ABREAST = 150, 90, 130, 3  # pixels for a name; names side by side on a phone
ROOM = {"color": "#000000", "opacity": 0.08}  # where the runs leave room for the answer


def picture(asked: Asked, guess: Guess | None, outcome: Outcome) -> Figure:
    """Return the figure of a round's outcome with the prediction in it, if there is one."""
    more = {"label": f"{asked.texts.result}. {sentence(asked, outcome)}", "height": HEIGHT, "wide": True}
    if is_curve(asked.round):
        return _curve(asked, guess, outcome, more)
    if isinstance(asked.round, Change):
        return _change(asked, guess, outcome, more)
    return _options(asked, guess, outcome, more)


def _curve(asked: Asked, guess: Guess | None, outcome: Outcome, more: dict[str, Any]) -> Figure:
    at, curves = asked.round.varied, outcome.curves or {}
    looks = looks_of(asked.round, {market: market for market in curves})
    drawn = [
        Line(asked.texts.markets[market], [one.mean for one in levels], look=looks[market])
        for market, levels in curves.items()
    ]
    style = "percent" if getattr(asked.round, "percent", False) else "number"
    x = Axis(asked.texts.axis, min(at[0], 0.0), at[-1], style)
    figure = lines("lesson", asked.texts.result, x, at, Axis(""), drawn, **more)
    _whiskers(asked, figure, at, list(curves.values()))
    _mark(asked, figure, "xAxis", guess, outcome.span)
    return _from_zero(figure)


def _whiskers(asked: Asked, figure: Figure, at: Sequence[float], curves: Sequence[Sequence[Estimate]]) -> None:
    """Put the intervals of curves into their picture and their table."""
    series, table, told = figure["option"]["series"], figure["table"], asked.words["table"]
    for k, levels in enumerate(curves):
        data = [[x, one.low, one.mean, one.high] for x, one in zip(at, levels, strict=True)]
        series.insert(k, {"type": "interval", "data": data})
    table["head"] = [
        asked.texts.axis,
        *(h for label in table["head"][1:] for h in (label, told["low_end"], told["high_end"])),
    ]
    table["rows"] = [
        [x, *(round(end, DECIMALS) for levels in curves for end in (levels[k].mean, levels[k].low, levels[k].high))]
        for k, x in enumerate(at)
    ]


def _from_zero(figure: Figure) -> Figure:
    """Let the scale of a picture begin at zero and end at a round number."""
    axis = figure["option"]["yAxis"]
    figure["option"]["yAxis"] = {key: value for key, value in axis.items() if key not in ("min", "max", "scale")}
    return figure


def _change(asked: Asked, guess: Guess | None, outcome: Outcome, more: dict[str, Any]) -> Figure:
    told, span = asked.words["table"], outcome.span or Span(0.0, 0.0, 0.0)
    shown = [Point(told["model"], span.best, span.low, span.high)]
    y = Axis("", getattr(asked.round, "low", 0.0), getattr(asked.round, "high", 1.0), "percent")
    figure = intervals("lesson", asked.texts.result, y, shown, (told["low_end"], told["high_end"]), **more)
    _mark(asked, figure, "yAxis", guess, None)
    return figure


def _options(asked: Asked, guess: Guess | None, outcome: Outcome, more: dict[str, Any]) -> Figure:
    told = asked.words["table"]
    if isinstance(asked.round, Design):
        rows = list(design_rows(asked, outcome).items())
        looks = list(range(len(rows)))
    else:
        names = guess if isinstance(guess, tuple) else outcome.order
        rows = [(_named(asked, name, guess), outcome.levels[f"options.{name}"]) for name in names]
        by_name = option_looks(asked.round)
        looks = [by_name[name] for name in names]
    shown = [Point(label, one.mean, one.low, one.high, look) for look, (label, one) in zip(looks, rows, strict=True)]
    figure = intervals("lesson", asked.texts.result, Axis(""), shown, (told["low_end"], told["high_end"]), **more)
    figure["option"]["series"][-1]["symbolSize"] = POINT
    _fit_names(figure, len(rows))
    if isinstance(guess, str):
        figure["option"]["series"][-1]["markPoint"] = _arrow(names.index(guess), rows[names.index(guess)][1].high)
    if any(one.low < 0 for _, one in rows):
        _lines(figure, [{"yAxis": 0, "label": {"show": False}, "lineStyle": {"color": "#000000", "type": "solid"}}])
    return _from_zero(figure)


def _fit_names(figure: Figure, number: int) -> None:
    """Wrap the names under a picture; on a narrow screen they are narrower too, and where they are many upright."""
    narrow = {"width": NARROW} if number <= MOST_ABREAST else {"width": UPRIGHT, "rotate": 90}
    names = {"interval": 0, "overflow": "break", "lineHeight": 18}
    figure["option"]["xAxis"]["axisLabel"] = names
    figure["option"]["media"] = [
        {"option": {"xAxis": {"axisLabel": {"width": WIDE, "rotate": 0}}}},
        {"query": {"maxWidth": number * (WIDE + 20) + 60}, "option": {"xAxis": {"axisLabel": narrow}}},
    ]


def _arrow(k: int, height: float) -> dict[str, Any]:
    """Return an arrow that points down at the option that was predicted."""
    look = {"symbol": "arrow", "symbolRotate": 180, "symbolSize": 26, "symbolOffset": [0, -24]}
    return {**look, "silent": True, "itemStyle": {"color": PREDICTED}, "data": [{"coord": [k, height]}]}


def _named(asked: Asked, name: str, guess: Guess | None) -> str:
    """Return an option's label; with its predicted place, or marked where it was predicted."""
    told, label = asked.words["table"], asked.texts.options[name]
    if isinstance(guess, tuple):
        return str(told["place"].format(n=guess.index(name) + 1, name=label))
    return str(told["own"].format(name=label)) if name == guess else label


def _mark(asked: Asked, figure: Figure, axis: str, guess: Guess | None, span: Span | None) -> None:
    """Draw the prediction as a line across the axis of the answer, and the room that the runs leave as an area."""
    if isinstance(guess, float):
        label = f"{asked.words['table']['yours']}: {amount(asked, guess)}"
        style = {"color": PREDICTED, "type": [8, 4], "width": 3}
        _lines(figure, [{axis: guess, "lineStyle": style, "label": _label(asked, label, axis, guess)}])
    if span is not None:
        area = {"silent": True, "itemStyle": ROOM, "data": [[{axis: span.low}, {axis: span.high}]]}
        figure["option"]["series"][-1]["markArea"] = area


def _label(asked: Asked, text: str, axis: str, guess: float) -> dict[str, Any]:
    """Return the label of a prediction's line, on the side of it where there is more room."""
    low, high = getattr(asked.round, "low", 0.0), getattr(asked.round, "high", 1.0)
    side = {"align": "right" if guess > (low + high) / 2 else "left"}
    place = {"position": "insideStartTop"} if axis == "yAxis" else {"position": "end", **side}
    return {"formatter": text, "color": PREDICTED, "fontSize": 16, "fontWeight": 700, **place}


def _lines(figure: Figure, data: list[dict[str, Any]]) -> None:
    line = {"silent": True, "symbol": "none", "data": data}
    figure["option"]["series"][-1]["markLine"] = line
