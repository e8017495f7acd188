"""What a play says, in the words of a language: the answer, the tables, what can be taken along."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dashboards.forms import form, group, select, slider
from dashboards.links import Number
from dashboards.links import Place as Here
from dashboards.pages.strategy.pictures import means, title
from dashboards.pages.strategy.plays import FIELDS, Choices, Played
from dashboards.words import Words, number, signed
from scenarios.contest.field import library_strategies, the_thousand
from scenarios.contest.game import GROUPS, KNOBS, MARKETS, MEASURES
from scenarios.contest.hints import Tried, whole
from scenarios.contest.landing import Place
from scenarios.sentences import toml_text

FILE = "my-strategy.toml"
PERCENT = ("markup", "share")
OWN = "own"
FIRST = "price"  # the group that is unfolded
BEST = 3  # of the thousand that are shown
TENTH = 0.1
DIGITS = {"profit": 1, "gain_customers": 1, "value_total": 2}

Row = dict[str, Any]


def controls(here: Here, notices: Sequence[str]) -> str:
    """Return the form: the market, the goal, and the knobs in their groups."""
    told, said = here.said["strategy"]["controls"], here.said
    groups = [group(_selects(here))]
    for name, knobs in GROUPS.items():
        sliders = [
            slider(knob, here.values[knob], _field(knob), _words(said["quantities"][knob]), knob in PERCENT)
            for knob in knobs
        ]
        groups.append(group(sliders, told["groups"][name], name == FIRST))
    return form(replace(here, notices=(*here.notices, *notices)), told["heading"], groups)


def _field(knob: str) -> Number:
    field = FIELDS[knob]
    assert isinstance(field, Number)
    return field


def _words(told: Mapping[str, str]) -> dict[str, str]:
    """Return the label, help and ends of a knob; its formula would take too much room beside the pictures."""
    return {name: text for name, text in told.items() if name != "formula"}


def _selects(here: Here) -> list[Row]:
    """Return what is chosen by name: the market, a strategy to start from, the goal."""
    said, values = here.said["strategy"], here.values
    told = said["controls"]
    markets = {market: said["markets"][market]["title"] for market in MARKETS}
    starts = {OWN: told["own"]} | {one: title(one, here.said) for one in library_strategies()}
    goals = {measure: said["measures"][measure]["title"] for measure in MEASURES}
    return [
        select(
            "market", values["market"], markets, told["market"] | {"help": said["markets"][values["market"]]["says"]}
        ),
        select("start", followed(values), starts, told["start"]),
        select("goal", values["goal"], goals, told["goal"]),
    ]


def followed(values: Mapping[str, Any]) -> str:
    """Return the strategy of the library that has the knobs of a link, or that they are the visitor's own."""
    mine = {name: float(values[name]) for name in KNOBS}
    return next((one for one, knobs in library_strategies().items() if whole(knobs) == mine), OWN)


def chosen(given: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes of a link: those of the controls, and all knobs where a strategy to start from was picked.

    Who picks one turns no knob at the same time: a knob turned before the page has followed the last one counts itself.
    """
    changes = {name: value for name, value in given.items() if name in FIELDS}
    start, turned = given.get("start", OWN), any(given.get(name, values[name]) != values[name] for name in KNOBS)
    if turned or start == followed(values) or start not in library_strategies():
        return changes
    return changes | whole(library_strategies()[start])


def answer(made: Played, said: Words) -> str:
    """Say in two sentences where the strategy landed, and which trade-off it made."""
    told, profit = said["strategy"]["answer"], made.landing.places["profit"]
    landed = told["landed"].format(
        value=number(profit.value.mean, 1, said),
        **{name: number(getattr(profit, name), 0, said) for name in ("better_than", "of", "least", "most")},
    )
    return f"{landed} {told[made.landing.trade]}"


def places(made: Played, said: Words) -> dict[str, Any]:
    """Return where the strategy landed by every measure, and how surely."""
    told = said["strategy"]["places"]
    rows = [_place(place, said) for place in made.landing.places.values()]
    head = [told["measure"], told["mean"], told["better"], told["rank"]]
    return {"name": "places", "caption": told["caption"], "head": head, "rows": rows, "notes": [told["note"]]}


def _place(place: Place, said: Words) -> Row:
    digits, between = DIGITS[place.measure], said["strategy"]["places"]["between"]
    ends = {"low": number(place.value.low, digits, said), "high": number(place.value.high, digits, said)}
    counts = {"low": number(place.least, 0, said), "high": number(place.most, 0, said)}
    told = said["strategy"]["measures"][place.measure]
    cells = [
        {"text": number(place.value.mean, digits, said), "under": between.format(**ends)},
        {"text": number(place.better_than, 0, said), "clear": True, "under": between.format(**counts)},
        {"text": number(place.rank, 0, said)},
    ]
    return {"name": f"{told['title']}, {told['unit']}", "cells": cells}


def hinted(made: Played, tried: Sequence[Tried], here: Here) -> dict[str, Any]:
    """Return the knobs to turn with what each brings, and a link that turns it."""
    told, goal = here.said["strategy"]["hints"], made.choices.goal
    measure = here.said["strategy"]["measures"][goal]
    head = [told["knob"], told["change"].format(goal=measure["title"], unit=measure["unit"])]
    rows = [_hint(one, made.choices, here) for one in tried]
    notes = [told["note"]] if rows else [told["none"]]
    return {"name": "hints", "caption": told["caption"], "head": head, "rows": rows, "notes": notes}


def _hint(one: Tried, choices: Choices, here: Here) -> Row:
    said, (knob, before, after), change = here.said, one.hint, one.change
    told, digits = said["strategy"]["hints"], DIGITS[choices.goal]
    turned = told["turn"].format(
        knob=said["quantities"][knob]["label"], before=amount(knob, before, said), after=amount(knob, after, said)
    )
    ends = {name: signed(getattr(change, name), digits, said) for name in ("low", "high")}
    under = said["strategy"]["places"]["between"].format(**ends)
    cell = {"text": signed(change.difference, digits, said), "clear": change.sign != 0, "under": under}
    return {"name": turned, "href": link(here, {**choices.by_name, knob: after}), "cells": [cell]}


def amount(knob: str, value: float, said: Words) -> str:
    """Write the value of a knob."""
    if knob in PERCENT:
        return f"{number(100 * value, 0, said)}{said['common']['percent']}"
    return number(value, 1 if KNOBS[knob].step >= TENTH else 2, said)


def link(here: Here, knobs: Mapping[str, float]) -> str:
    """Return the link to the same market with other knobs."""
    return here.href("strategy", market=here.values["market"], goal=here.values["goal"], **whole(knobs))


def others(made: Played, here: Here) -> dict[str, Any]:
    """Return the strategies with a name, the best of the thousand and the visitor's, the best by the goal first.

    Each has a link that takes its knobs over.
    """
    said, goal = here.said, MEASURES.index(made.choices.goal)
    told, measures = said["strategy"]["others"], said["strategy"]["measures"]
    rows = sorted(_played(made, here), key=lambda row: -row[1][goal])
    heads = [f"{measures[name]['title']}, {measures[name]['unit']}" for name in MEASURES]
    return {
        "name": "others",
        "caption": told["caption"].format(goal=measures[made.choices.goal]["title"]),
        "head": [told["who"], *heads],
        "rows": [row | {"cells": _cells(got, said, clear="href" not in row)} for row, got in rows],
        "notes": [told["note"]],
    }


def _played(made: Played, here: Here) -> Iterator[tuple[Row, list[float]]]:
    """Yield each strategy that is told of, with what it got by each measure."""
    told, best, thousand = here.said["strategy"]["others"], made.field.results, the_thousand()
    yield {"name": told["yours"]}, made.result.astype(float).mean(axis=0).tolist()
    order = np.argsort(-means(made, made.choices.goal), kind="stable")[:BEST].tolist()
    for n, k in enumerate(order, 1):
        row = {"name": told["best"].format(n=n), "href": link(here, thousand[k])}
        yield row, best[k].astype(float).mean(axis=0).tolist()
    for (name, knobs), got in zip(library_strategies().items(), made.field.named.astype(float), strict=True):
        yield {"name": title(name, here.said), "href": link(here, knobs)}, got.mean(axis=0).tolist()


def _cells(got: Sequence[float], said: Words, clear: bool = False) -> list[Row]:
    return [
        {"text": number(value, DIGITS[name], said), "clear": clear} for name, value in zip(MEASURES, got, strict=True)
    ]


def files(choices: Choices, said: Words) -> dict[str, Any]:
    """Return the strategy as a file, and the command that plays it."""
    told = said["strategy"]["exports"]
    lines = [f"title = {toml_text(told['title'])}", "", "[knobs]"]
    lines += [f"{name} = {value}" for name, value in choices.by_name.items()]
    return {
        "heading": told["heading"],
        "before": told["command"],
        "command": f"valuenet play {FILE} --market {choices.market}",
        "files": [{"label": told["toml"], "name": FILE, "content": "\n".join(lines) + "\n"}],
    }
