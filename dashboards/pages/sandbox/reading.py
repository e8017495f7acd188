"""The link of the page, read: which market it asks for, what that is held against, what was wrong with it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dashboards.links import SEED, Field, Number, Word, pairs, read, told
from dashboards.pages.sandbox.groups import label_of
from dashboards.pages.sandbox.happening import read_shocks, write_shocks
from dashboards.pages.sandbox.markets import (
    OWN,
    USUAL,
    Asked,
    TooLarge,
    base_of,
    fields_of,
    fitted,
    is_own,
    library_names,
)
from dashboards.uploads import KEY, SCENARIO, path_of
from dashboards.words import Words, number
from scenarios.catalogue import ScenarioError
from scenarios.scenario import Scenario

LONGEST_REGIME, LONGEST_SHOCKS, LONGEST_BEFORE = 64, 400, 4000  # characters


class Problem(NamedTuple):
    """What could not be taken: key of its sentence, what is filled in (the `name` of a quantity becomes its label)."""

    sentence: str
    blanks: dict[str, Any]


class Start(NamedTuple):
    """Where a link begins: the scenario as it was shipped or brought, its name, key of its file, what was wrong."""

    scenario: Scenario
    name: str
    file: str
    problems: tuple[Problem, ...]


@lru_cache
def link_fields() -> dict[str, Field]:
    """Return the fields every link of this page has, whatever the scenario."""
    known = "|".join(map(re.escape, library_names()))
    return {
        "scenario": Word(USUAL, rf"{known}|{OWN}(:.{{1,{LONGEST_REGIME}}})?"),
        "file": Word("", KEY),
        "seed": SEED,
        "shocks": Word("", rf"[a-z0-9_.~-]{{1,{LONGEST_SHOCKS}}}"),
        "before": Word("", rf"[^\s<>]{{1,{LONGEST_BEFORE}}}"),
        "all": Number(0, 0, 1, 1, 0),
    }


def start_of(query: str | None) -> Start:
    """Return the scenario a link names; where it cannot be had, the nearest one that can."""
    given = pairs(query)
    file, problems = given.get("file", ""), []
    name = given.get("scenario", USUAL)
    if file and path_of(file) is None:
        problems.append(Problem("gone", {}))
        file = ""
    if is_own(file):
        name = name if name.partition(":")[0] == OWN else OWN
    elif name not in library_names():
        name = USUAL
    for candidate, key in ((name, file), (OWN if is_own(file) else USUAL, file), (USUAL, "")):
        try:
            return Start(base_of(candidate, key), candidate, key, tuple(problems))
        except ScenarioError as error:
            problems.append(unusable(error, key))
    raise ScenarioError(problems[-1].sentence)


def unusable(error: ScenarioError, key: str) -> Problem:
    """Return why a scenario or network cannot be used here."""
    if isinstance(error, TooLarge):
        return Problem("too_large", {"name": error.quantity, "given": error.given, "most": error.most})
    path = path_of(key)
    return Problem("unusable", {"why": str(error).replace(f"{path}", path.name if path else "")})


def asked_of(start: Start, values: Mapping[str, Any]) -> tuple[Asked, list[Problem]]:
    """Return the market that the values of a link ask for, and what did not go together."""
    fields = fields_of(start.scenario)
    moved = {name: values[name] for name, field in fields.items() if values[name] != field.default}
    shocks, odd = read_shocks(values["shocks"], start.scenario.market)
    kept, happening, refused = fitted(start.scenario, moved, shocks)
    problems = [Problem("shock", {"given": code}) for code in odd]
    problems += [_refusal(name, moved, fields) for name in refused]
    return Asked(start.name, start.file, tuple(kept.items()), tuple(happening)), problems


def _refusal(name: str, moved: Mapping[str, float], fields: Mapping[str, Number]) -> Problem:
    if name not in fields:
        return Problem("shock", {"given": name})
    return Problem("refused", {"name": name, "given": moved[name], "used": fields[name].default})


def held_against(before: str, asked: Asked) -> tuple[Asked, list[Problem]]:
    """Return the market kept as 'before' by a link; without one, the scenario asked for as it was shipped."""
    if not before:
        return asked.shipped, []
    start = start_of(before)
    values, _ = read(before, link_fields() | fields_of(start.scenario))
    found, problems = asked_of(start, values)
    return found, [*start.problems, *problems]


def written(asked: Asked) -> str:
    """Return a market as a link keeps it for 'before'."""
    values = {
        "scenario": asked.scenario,
        "file": asked.file,
        "shocks": write_shocks(asked.shocks),
        **dict(asked.values),
    }
    return urlencode({name: value for name, value in values.items() if value != ""})


def sentence_of(problem: Problem, fields: Mapping[str, Number], said: Words) -> str:
    """Say in one sentence what could not be taken as it stood."""
    blanks = dict(problem.blanks)
    if "name" in blanks:
        name = blanks.pop("name")
        digits = fields[name].digits and 2 if name in fields else 0
        blanks = {key: number(value, digits, said) for key, value in blanks.items()}
        blanks["label"] = said["sandbox"]["sizes"].get(name) or label_of(name, said)
    return str(said["sandbox"]["problems"][problem.sentence].format(**blanks))


def told_notices(before: str, said: Words) -> list[str]:
    """Say what was out of range in a link's 'before'."""
    fields = link_fields() | fields_of(start_of(before).scenario)
    _, notices = read(before, fields)
    return [told(one, fields[one.name], label_of(one.name, said), said) for one in notices]


def shown_name(key: str) -> str:
    """Return what a file is called here: 'scenario.toml', 'network.csv'; empty without one."""
    path = path_of(key)
    return path.name if path else ""


def is_network(key: str) -> bool:
    """Whether a key belongs to a network somebody brought."""
    return shown_name(key) not in ("", SCENARIO)
