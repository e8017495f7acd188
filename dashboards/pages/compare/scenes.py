"""What the widgets of the page are given: words and numbers in one language, ready for JSON."""

from typing import Any

from dashboards import exports
from dashboards.figures import Axis, Figure, Line, ends, lines
from dashboards.forms import entry, form, group, slider
from dashboards.links import Place
from dashboards.pages.compare.markets import CONTROLS, REGIMES, Choices, Pictures, scenarios_of
from dashboards.words import Words
from scenarios.comparison import Comparison

SHARES = ("complexity", "turnover", "fee")  # written in per cent
NUMBERS = ("customers", "seed")  # typed, not slid
VALUES = ("value_total", "value_customers", "value_providers", "value_platform")
SHOWN = dict.fromkeys(VALUES) | {"trust": (0, 1), "value_without_money": (0, 1), "nps": (-100, 100)}


def controls(place: Place) -> str:
    """Return the controls with their values, and what was wrong with the link."""
    told, values = place.said["compare"]["controls"], place.values
    fields = [
        entry(name, values[name], field, told[name])
        if name in NUMBERS
        else slider(name, values[name], field, told[name], percent=name in SHARES)
        for name, field in CONTROLS.items()
    ]
    return form(place, told["heading"], [group(fields)])


def charts(made: Pictures, said: Words) -> list[Figure]:
    """Return one chart per measure, with a line for each regime; values in EUR share their scale."""
    told, periods = said["compare"]["charts"], made.films[0].market.periods
    at = range(1, periods + 1)
    x = Axis(told["axis"], 0, periods)
    common = ends(*(film.series[name].tolist() for film in made.films for name in VALUES))
    return [
        lines(name, told[name], x, at, Axis("", *(limits or common)), _regimes(made, name, said), follow=True)
        for name, limits in SHOWN.items()
    ]


def _regimes(made: Pictures, name: str, said: Words) -> list[Line]:
    """Return a line per regime; the platform's value only where there is one."""
    return [
        Line(said["common"]["regimes"][regime]["title"], film.series[name].tolist(), look=k)
        for k, (regime, film) in enumerate(zip(REGIMES, made.films, strict=True))
        if name != "value_platform" or film.platform
    ]


def files(found: Comparison, choices: Choices, said: Words) -> dict[str, Any]:
    """Return what can be taken along."""
    told = said["compare"]["exports"]
    contents = {
        "csv": exports.table_csv(found),
        "toml": exports.scenario_file(scenarios_of(choices), told["title"], told["description"]),
    }
    return {
        "heading": told["heading"],
        "before": told["command"],
        "command": exports.command(found),
        "files": [
            {"label": told[kind], "name": f"{exports.STEM}.{kind}", "content": content}
            for kind, content in contents.items()
        ],
    }
