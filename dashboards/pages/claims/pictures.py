"""Pictures of a claim tried: what each market gives, where the claim stops, every check with its limit."""

from collections.abc import Sequence
from itertools import groupby
from string import ascii_uppercase
from typing import Any

from dashboards.figures import LOOKS, Axis, Figure, Line, Point, ends, intervals, lines
from dashboards.pages.claims.telling import called, clear, measured, number_of, said_of
from dashboards.words import Words
from scenarios.claim_checks import Measured
from scenarios.claim_decisions import Finding, Status
from scenarios.claim_runs import PointResult
from scenarios.claim_verdicts import Answer, Edge
from scenarios.claim_words import named, written

MOST_LINES = len(LOOKS)
STATUS_LOOKS = {Status.TRUE: 0, Status.FALSE: 3, Status.UNDECIDED: 5}  # blue dot, orange diamond, black ring
ROOM, LETTER = 330, 8  # px: for all names along an axis, for one letter
HELD = {"color": "#56B4E9", "opacity": 0.16}


def base_pictures(answer: Answer, lang: str, said: Words) -> list[Figure]:
    """Return what each market gives of all that is measured, with 95 % intervals on one axis, by condition."""
    wanted = dict.fromkeys(check.measured for check in answer.claim.checks)
    return [figure for one in wanted for figure in _levels(answer, one, lang, said)]


def _levels(answer: Answer, one: Measured, lang: str, said: Words) -> list[Figure]:
    claim, name = answer.claim, measured(one, lang, said)
    levels = {variant: level for (variant, of), level in answer.points[0].levels.items() if of == one}
    scale = ends([level.low for level in levels.values()], [level.high for level in levels.values()])
    figures: list[Figure] = []
    for where in claim.conditions or [""]:
        shown = [variant for variant in claim.variants if (f"{variant} in {where}" if where else variant) in levels]
        full = {variant: f"{variant} in {where}" if where else variant for variant in shown}
        points = [Point(named(claim, variant, lang), *_ends(levels[full[variant]])) for variant in shown]
        title = f"{named(claim, where, lang)}: {name}" if where else name
        key = f"{claim.id}-{one.name}-{len(figures)}-{one.first}"
        figures.append(
            _named(intervals(key, title, Axis("", *scale), points, _words(said)), number_of(claim, shown[0]), said)
        )
    return figures


def _ends(level: Any) -> tuple[float, float, float]:
    """Return mean, low and high; the mean for ends there are none of."""
    low, high = (level.mean if end != end else end for end in (level.low, level.high))
    return level.mean, low, high


def _words(said: Words) -> tuple[str, str]:
    return said["claims"]["figures"]["low"], said["claims"]["figures"]["high"]


def _named(figure: Figure, quantity: str, said: Words) -> Figure:
    """Show the names along the axis whole: in lines, or where there is no room as letters, told above.

    Where they are values of a quantity, it is named under the axis.
    """
    names, axis = [str(row[0]) for row in figure["table"]["rows"]], figure["option"]["xAxis"]
    axis |= {"name": called(quantity, said) if quantity else ""}
    if max(len(word) for name in names for word in name.split()) * LETTER < ROOM / len(names):
        axis |= {"axisLabel": {"interval": 0, "width": ROOM // len(names), "overflow": "break"}}
        return figure
    axis |= {"data": list(ascii_uppercase[: len(names)])}
    return figure | {
        "says": "; ".join(f"{letter}: {name}" for letter, name in zip(ascii_uppercase, names, strict=False))
    }


def edge_pictures(answer: Answer, lang: str, said: Words) -> list[Figure]:
    """Return for each boundary of numbers what each market gives of the first measure, shaded where the claim holds."""
    one = answer.claim.checks[0].measured
    drawn = [edge for edge in answer.edges if not isinstance(edge.values[0], str)]
    if len(answer.claim.names()) > MOST_LINES:
        return []
    every = [level for point in answer.points for (_, of), level in point.levels.items() if of == one]
    scale = ends([level.low for level in every], [level.high for level in every])
    return [_edge(answer, edge, one, scale, lang, said) for edge in drawn]


def _edge(answer: Answer, edge: Edge, one: Measured, scale: tuple[float, float], lang: str, said: Words) -> Figure:
    told, results = said["claims"]["figures"], _along(answer, edge)
    drawn = []
    for look, variant in enumerate(answer.claim.names()):
        levels = [_ends(result.levels[variant, one]) for result in results]
        means, lows, highs = (list(column) for column in zip(*levels, strict=True))
        drawn.append(Line(clear(answer.claim, variant, lang), means, lows, highs, look))
    quantity = called(edge.quantity, said)
    title = told["held"].format(measure=measured(one, lang, said), quantity=quantity)
    x = Axis(quantity, min(edge.values), max(edge.values))
    key = f"{answer.claim.id}-{edge.quantity}"
    figure = lines(key, title, x, edge.values, Axis("", *scale), drawn)
    figure["option"].setdefault("legend", {})["type"] = "scroll"
    figure["option"]["series"][-1]["markArea"] = _shaded(edge, told["holds"])
    return figure


def _along(answer: Answer, edge: Edge) -> list[PointResult]:
    """Return the results at the values of a boundary, the base among them."""
    at = {one.point.value: one for one in answer.points if one.point.quantity == edge.quantity}
    return [at.get(value, answer.points[0]) for value in edge.values]


def _shaded(edge: Edge, word: str) -> dict[str, Any]:
    """Return the spans between neighbouring values at which the claim holds, up to halfway to the next value."""
    places = list(enumerate(zip(edge.values, edge.statuses, strict=True)))
    runs = [list(run) for held, run in groupby(places, lambda one: one[1][1] == Status.TRUE) if held]
    data = []
    for run in runs:
        first, last = run[0][0], run[-1][0]
        low = _middle(edge.values, first - 1, first)
        high = _middle(edge.values, last, last + 1)
        data.append([{"xAxis": low, "name": word}, {"xAxis": high}])
    return {"silent": True, "itemStyle": HELD, "label": {"color": "#1a1a1a", "fontSize": 15}, "data": data}


def _middle(values: Sequence[float], a: int, b: int) -> float:
    """Return what lies between two values, or the one there is."""
    there = [values[k] for k in (a, b) if 0 <= k < len(values)]
    return float(sum(there) / len(there))


def check_pictures(answer: Answer, lang: str, said: Words) -> list[Figure]:
    """Return for each check and boundary the main contrast over what was varied, with its limit."""
    return [_check(answer, n, edge, lang, said) for n in range(len(answer.claim.checks)) for edge in answer.edges]


def _check(answer: Answer, n: int, edge: Edge, lang: str, said: Words) -> Figure:
    told, check = said["claims"]["figures"], answer.claim.checks[n]
    mains = [(result.checks[n].main, result.checks[n].status) for result in _along(answer, edge)]
    points = [
        Point(written(value, lang), main.mean, main.low, main.high, STATUS_LOOKS[status])
        for value, (main, status) in zip(edge.values, mains, strict=True)
        if main.mean == main.mean
    ]
    every = [result.checks[n].main for result in answer.points]
    limits = _limits(answer.points[0].checks[n].main)
    scale = ends([one.low for one in every], [one.high for one in every], limits)
    statement = said_of(answer.claim, check, answer.points[0].checks[n].main, lang, said)
    title = told["check"].format(n=n + 1, statement=statement)
    key = f"{answer.claim.id}-{n + 1}-{edge.quantity}"
    figure = intervals(key, title, Axis("", *scale), points, _words(said))
    figure["option"]["xAxis"] |= {"name": called(edge.quantity, said)}
    line = {"color": "#1a1a1a", "type": "dashed", "width": 1.5}
    marks = [{"yAxis": limit, "name": told["limit"]} for limit in limits]
    figure["option"]["series"][1]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "lineStyle": line,
        "label": {"show": False},
        "data": marks,
    }
    return figure


def _limits(main: Finding) -> list[float]:
    return [-main.limit, main.limit] if main.aim == "within" else [main.limit]
