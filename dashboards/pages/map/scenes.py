"""What the widgets of the page are given: words, numbers and links in one language, ready for JSON."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

from dashboards import forms
from dashboards.figures import LOOKS
from dashboards.forms import entry, group, select
from dashboards.links import Number, Place
from dashboards.pages.compare.markets import CONTROLS as COMPARED
from dashboards.pages.compare.markets import EXACT, REGIMES
from dashboards.pages.map.markets import FIELDS, LIBRARY, OURS, ROLES, SPANS, Along, Asked, Shown, Wrong, command
from dashboards.words import Words, number, percent, signed
from scenarios.answers import cells_of
from scenarios.catalogue import library
from scenarios.maps import StrategyMap
from scenarios.reasons import Best
from scenarios.store import print_csv

ENDS = ("x_low", "x_high", "y_low", "y_high")
SHARES = ("complexity", "turnover", "fee")  # written in per cent
Href = Callable[..., str]


def label(name: str, said: Words) -> str:
    """Return what a field of the link is called."""
    return str(said["map"]["controls"][name]["label"])


def called(quantity: str, said: Words) -> str:
    """Return what a quantity is called."""
    return str(said["quantities"][quantity]["label"])


def form(place: Place, asked: Asked, notices: Sequence[str]) -> str:
    """Return the controls: what is on the axes first, then, folded, the ends, the size and the draw."""
    said, told = place.said, place.said["map"]["controls"]
    options: dict[str, dict[str, str]] = {
        **{axis: {name: called(name, said) for name in SPANS} for axis in ("x", "y")},
        "role": {role: str(said["common"]["roles"][role]) for role in ROLES},
        "scenario": {OURS: told["usual"]} | {name: title for name, title, _ in library(place.lang) if name in LIBRARY},
    }
    now = place.values | {"x": asked.x.name, "y": asked.y.name, "replications": asked.replications}
    ends = dict(zip(ENDS, (*asked.x[1:], *asked.y[1:]), strict=True))
    selects = [select(name, now[name], options[name], told[name]) for name in options]
    spans = [entry(name, ends[name], _end(asked.x if name[0] == "x" else asked.y), told[name]) for name in ENDS]
    rest = [entry(name, now[name], field, told[name]) for name, field in FIELDS.items() if isinstance(field, Number)]
    groups = [group(selects), group([*spans, *rest], told["more"], opened=False)]
    return forms.form(replace(place, notices=tuple(notices)), told["heading"], groups)


def _end(along: Along) -> Number:
    """Return how far the end of an axis may go."""
    span = SPANS[along.name]
    return Number(span.low, span.least, span.most, 10**-span.digits, span.digits)


def wrong_told(wrong: Wrong, said: Words) -> str:
    """Say in one sentence what could not be taken as it was given."""
    digits = SPANS[wrong.axis].digits if wrong.key == "ends" else 0
    filled = {name: number(value, digits, said) for name, value in wrong.values}
    name = {"label": called(wrong.axis, said)} if wrong.axis else {}
    return str(said["map"]["notices"][wrong.key].format(**name, **filled))


def titles(shown: Shown, lang: str, said: Words) -> list[str]:
    """Return what the scenarios of a map are called."""
    if shown.asked.scenario == OURS:
        return [str(said["common"]["regimes"][regime]["title"]) for regime in REGIMES]
    return [scenario.told(lang).title for scenario in shown.map.scenarios]


def for_role(shown: Shown, role: str) -> StrategyMap:
    """Return the map of what is best for a role; of the total where nobody has this role."""
    return shown.map.for_role(role) if role in shown.map.roles else shown.map


def answer(shown: Shown, role: str, lang: str, said: Words) -> str:
    """Say which share of the map each wins, and where that is unsure."""
    told, found, names = said["map"]["answer"], for_role(shown, role), titles(shown, lang, said)
    won = [
        told["one"].format(name=names[r.scenario], share=percent(r.share, 0, said)) for r in found.regions() if r.share
    ]
    listed = told["and"].join([", ".join(won[:-1]), won[-1]] if len(won) > 1 else won)
    whom = told["role" if found.role else "all"].format(
        listed=listed, role=said["common"]["roles"][found.role or "all"]
    )
    doubt = float(found.contested().mean())
    sure = told["unsure"].format(share=percent(doubt, 0, said)) if doubt else told["sure"]
    cells = found.mesh.measured
    grows = told["grows"].format(measured=int(cells.sum()), cells=cells.size)
    return " ".join([whom, sure] if shown.whole else [grows, whom, sure])


def value_told(quantity: str, value: float, said: Words) -> str:
    """Return a value of a quantity as the axes say it."""
    digits = SPANS[quantity].digits
    if quantity in SHARES:
        return percent(value, digits - 2, said)
    return number(value, digits, said)


def picture(shown: Shown, role: str, lang: str, said: Words, href: Href) -> dict[str, Any]:
    """Return the map for the widget `Grid`: its cells with their looks, words and links, its axes, its legend."""
    found, told, names = for_role(shown, role), said["map"]["picture"], titles(shown, lang, said)
    axes = {"x": called(found.x, said), "y": called(found.y, said)}
    grid = zip(found.cells(), found.winners(), found.contested(), strict=True)
    cells = [
        _cell(shown, (row, column), (best, int(winner), bool(unsure)), names, said)
        | {"href": _market(shown, found, row, column, href)}
        for row, line in enumerate(grid)
        for column, (best, winner, unsure) in enumerate(zip(*line, strict=True))
    ]
    return {
        "lang": lang,
        "name": "strategy-map",
        "label": told["label"].format(**axes, answer=answer(shown, role, lang, said)),
        "x": {"title": axes["x"], "ticks": [value_told(found.x, value, said) for value in found.xs]},
        "y": {"title": axes["y"], "ticks": [value_told(found.y, value, said) for value in found.ys]},
        "looks": [
            {"letter": ascii_uppercase[s], "title": name, "colour": LOOKS[s % len(LOOKS)][0]}
            for s, name in enumerate(names)
        ],
        "cells": cells,
        "words": {key: told[key] for key in ("heading", "how", "unsure", "guessed", "save", "opens")},
    }


def _cell(
    shown: Shown, place: tuple[int, int], won: tuple[Best | None, int, bool], names: Sequence[str], said: Words
) -> dict[str, Any]:
    best, winner, unsure = won
    letter = ascii_uppercase[winner]
    return {
        "row": place[0],
        "column": place[1],
        "look": winner,
        "sure": not unsure,
        "measured": best is not None,
        "text": letter.lower() if unsure else letter,
        "lead": signed(best.lead.difference, 2, said) if best else "",
        "says": f"{place_told(shown, *place, said)}. {best_told(best, winner, names, said)}",
    }


def place_told(shown: Shown, row: int, column: int, said: Words) -> str:
    """Return where a cell is: both quantities with their values."""
    found = shown.map
    x, y = value_told(found.x, found.xs[column], said), value_told(found.y, found.ys[row], said)
    told = said["map"]["picture"]["cell"]
    return str(told.format(x=called(found.x, said), at_x=x, y=called(found.y, said), at_y=y))


def best_told(best: Best | None, winner: int, names: Sequence[str], said: Words) -> str:
    """Say who wins in a cell, by how much, and how surely."""
    told = said["map"]["picture"]
    if best is None:
        return str(told["inferred"].format(best=names[winner]))
    lead = best.lead
    numbers = {"value": best.value.mean, "lead": lead.difference, "low": lead.low, "high": lead.high}
    filled = {name: number(value, 2, said) for name, value in numbers.items()}
    share = percent(best.share, 0, said)
    sentence = told["sure" if best.sure else "doubt"]
    return str(sentence.format(best=names[best.scenario], second=names[best.runner_up], share=share, **filled))


def _market(shown: Shown, found: StrategyMap, row: int, column: int, href: Href) -> str:
    """Return the link to a cell's market: page 1 where it can show it, else the winner in the sandbox."""
    asked = shown.asked
    values: dict[str, Any] = {found.x: float(found.xs[column]), found.y: float(found.ys[row])}
    values = {name: round(value, EXACT) for name, value in values.items()}
    values |= {"customers": asked.customers, "seed": asked.seed}
    if asked.scenario == OURS and all(name in COMPARED for name in values):
        return href("compare", **values)
    return href("sandbox", scenario=found.scenarios[int(found.winners()[row, column])].name, **values)


def shares(shown: Shown, role: str, lang: str, said: Words) -> dict[str, Any]:
    """Return the table of who wins which share of the map, and gains against the first for everybody."""
    told, found, names = said["map"]["shares"], for_role(shown, role), titles(shown, lang, said)
    gains = [told["baseline"], *(percent(one["everybody"], 0, said) for one in found.gains())]
    rows = [
        {
            "name": f"{ascii_uppercase[r.scenario]}: {names[r.scenario]}",
            "cells": [
                {"text": percent(r.share, 0, said), "clear": True},
                {"text": percent(r.contested, 0, said) if r.share else number(None, 0, said)},
                {"text": str(r.pieces)},
                {"text": gains[r.scenario]},
            ],
        }
        for r in found.regions()
    ]
    head = [told[key] for key in ("way", "share", "doubt", "pieces")] + [told["gains"].format(baseline=names[0])]
    return {"name": "map-shares", "caption": told["caption"], "head": head, "rows": rows}


def cells_table(shown: Shown, role: str, lang: str, said: Words, href: Href) -> dict[str, Any]:
    """Return the table of every measured cell, each with the link to its market."""
    told, found, names = said["map"]["cells"], for_role(shown, role), titles(shown, lang, said)
    rows = [
        {
            "name": place_told(shown, row, column, said),
            "href": _market(shown, found, row, column, href),
            "cells": _numbers(best, names, said),
        }
        for row, line in enumerate(found.cells())
        for column, best in enumerate(line)
        if best is not None
    ]
    head = [told[key] for key in ("market", "best", "value", "lead", "sure")]
    return {"name": "map-cells", "caption": told["caption"], "head": head, "rows": rows}


def _numbers(best: Best, names: Sequence[str], said: Words) -> list[dict[str, Any]]:
    told, ends = said["map"]["cells"], {"low": signed(best.lead.low, 2, said), "high": signed(best.lead.high, 2, said)}
    return [
        {"text": names[best.scenario]},
        {"text": number(best.value.mean, 2, said)},
        {"text": signed(best.lead.difference, 2, said), "under": told["interval"].format(**ends), "clear": best.sure},
        {"text": told["sure" if best.sure else "doubt"]},
    ]


def files(shown: Shown, role: str, said: Words) -> dict[str, Any]:
    """Return what can be taken along: every cell with every measure, and the command that makes the same map."""
    told, text = said["map"]["exports"], io.StringIO()
    found = for_role(shown, role)
    print_csv(text, cells_of(found))
    return {
        "heading": told["heading"],
        "before": told["command"],
        "command": command(shown.asked, found.role or "all"),
        "files": [{"label": told["csv"], "name": "valuenet-map.csv", "content": text.getvalue()}],
    }
