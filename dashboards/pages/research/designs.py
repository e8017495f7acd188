"""What a visitor asks for: scenarios, quantities that vary, sizes, as the link holds them and as a design's file."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from scenarios.catalogue import ScenarioError, names, regimes_of
from scenarios.scenario import load
from scenarios.sentences import limits, plain, toml_key, toml_text
from scenarios.variation import axis, by_factors, find
from sim.config import quantities
from sim.final import units
from sim.rule_sections import Rules

METHODS = ("grid", "latin-hypercube", "sobol")
MOST_SCENARIOS, MOST_VARIED, MOST_MEASURES = 6, 4, 8
FEWEST_LEVELS, MOST_LEVELS = 2, 20
LEVELS = 3  # of a quantity that comes new
SCENARIOS = ("transactional", "partnership", "platform")
MEASURES = ("value_total", "trust", "value_without_money")
SIZES = ("customers", "periods")  # 0: as the scenario has it
DIGITS = 6  # significant ones, of an end


class Varied(NamedTuple):
    """A quantity and where it goes: from one end to the other, in so many levels of a grid."""

    name: str
    low: float
    high: float
    levels: int = LEVELS


class Problem(NamedTuple):
    """A part of a link that was not taken as it stood: which sentence tells it, and what stands in its blanks."""

    key: str
    given: str
    used: str = ""


class Asked(NamedTuple):
    """An experiment as the form has it."""

    scenarios: tuple[str, ...] = SCENARIOS
    varied: tuple[Varied, ...] = ()
    method: str = METHODS[0]
    number: int = 32
    replications: int = 10
    seed: int = 1
    customers: int = 0
    periods: int = 0
    measures: tuple[str, ...] = MEASURES


@cache
def scenarios_there() -> tuple[str, ...]:
    """Return every market of the library by its full name: 'platform', 'fee-cap:capped'."""
    return tuple(one for name in names() for one in regimes_of(name))


@cache
def titles(language: Literal["en", "fi", "sv"]) -> dict[str, str]:
    """Return what every market of the library is called in a language."""
    return {name: load(name).told(language).title for name in scenarios_there()}


@cache
def quantities_there() -> dict[str, tuple[str, float, float]]:
    """Return the section and the ends of every quantity that is a number, by its name; rules are standard here."""
    found, standard = {}, Rules()
    for section, name, field in quantities():
        if standard.read(field) and field.annotation in (int, float) and (ends := limits(field)):
            found[name] = (section, *ends)
    return found


def usual(name: str) -> Varied:
    """Return a quantity between the ends worth a look."""
    _, lowest, highest = quantities_there()[name]
    try:
        _, values = axis(name, 2)
        return Varied(name, _short(values[0]), _short(values[-1]))
    except ScenarioError:  # its default is 0, its range is wide
        return Varied(name, lowest, min(highest, max(lowest + 1, 5.0)))


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def varied_text(varied: Iterable[Varied]) -> str:
    """Return quantities as a link holds them: 'fee:0.05:0.3:3,turnover:0.01:0.09:3'."""
    return ",".join(f"{one.name}:{one.low:g}:{one.high:g}:{one.levels}" for one in varied)


def read_names(
    text: str, there: Iterable[str], most: int, keys: tuple[str, str]
) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the names of a list that there are, each once, and what was wrong with the others; `keys` tell it."""
    given = list(dict.fromkeys(name for name in text.split(",") if name))
    known = set(there)
    found = tuple(name for name in given if name in known)
    problems = [Problem(keys[0], name) for name in given if name not in known]
    if len(found) > most:
        problems.append(Problem(keys[1], str(len(found)), str(most)))
    return found[:most], problems


def read_varied(text: str) -> tuple[tuple[Varied, ...], list[Problem]]:
    """Return the quantities a link varies, each within what it may be, and what was wrong with the others."""
    found: dict[str, Varied] = {}
    problems = []
    for part in filter(None, text.split(",")):
        name, *numbers = part.split(":")
        if name not in quantities_there():
            problems.append(Problem("quantity", name))
            continue
        one, right = _varied(name, numbers)
        found[name] = one
        problems += [] if right else [Problem("ends", part, f"{name} {plain_ends(one)}")]
    if len(found) > MOST_VARIED:
        problems.append(Problem("quantity_many", str(len(found)), str(MOST_VARIED)))
    return tuple(found.values())[:MOST_VARIED], problems


def plain_ends(one: Varied) -> str:
    """Return the ends of a quantity for a sentence."""
    return f"{plain(one.low)}–{plain(one.high)}"


def _varied(name: str, numbers: list[str]) -> tuple[Varied, bool]:
    """Return a quantity with the ends and levels given, and whether they could stay as they were."""
    _, lowest, highest = quantities_there()[name]
    try:
        low, high = (min(max(float(number), lowest), highest) for number in numbers[:2])
        levels = min(max(int(numbers[2]), FEWEST_LEVELS), MOST_LEVELS) if len(numbers) > 2 else LEVELS
    except ValueError:
        return usual(name), False
    if not low < high:  # nan too
        return usual(name), False
    asked = [low, high, *([levels] if len(numbers) > 2 else [])]
    return Varied(name, low, high, levels), asked == [float(number) for number in numbers]


def read(values: Mapping[str, Any]) -> tuple[Asked, list[Problem]]:
    """Return what a link asks for, and what of it could not be taken as it stood."""
    scenarios, wrong = read_names(values["scenarios"], scenarios_there(), MOST_SCENARIOS, ("scenario", "scenario_many"))
    varied, odd = read_varied(values["varied"])
    measures, unknown = read_names(values["measures"], units(), MOST_MEASURES, ("measure", "measure_many"))
    number = values["number"]
    if values["method"] == "sobol" and number & (number - 1):
        number = 1 << (number.bit_length() - 1)
        odd.append(Problem("power", str(values["number"]), str(number)))
    sizes = {name: values[name] for name in ("replications", "seed", *SIZES)}
    method = values["method"] if varied else METHODS[0]
    asked = Asked(scenarios or SCENARIOS, varied, method, number, measures=measures or MEASURES, **sizes)
    return asked, wrong + odd + unknown


def design_text(asked: Asked, title: str) -> str:
    """Return the file of a design (`docs/sweeps.md`)."""
    sampled = asked.method != METHODS[0]
    head = {"title": title} | {"scenarios": asked.scenarios, "replications": asked.replications, "seed": asked.seed}
    own = [name for name in SIZES if getattr(asked, name) and name not in [one.name for one in asked.varied]]
    tables: dict[str, dict[str, Any]] = {
        "settings": {name: getattr(asked, name) for name in own},
        "points": {"method": asked.method, "number": asked.number} if sampled else {},
        "factors": {one.name: _factor(one, sampled) for one in asked.varied},
        "keep": {"measures": asked.measures},
    }
    lines = _lines(head)
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_lines(table)] if table else []
    return "\n".join(lines) + "\n"


def _factor(one: Varied, sampled: bool) -> dict[str, Any]:
    counts = find(one.name)[2].annotation is int
    low, high = (round(end) if counts else end for end in (one.low, one.high))
    steps = {} if sampled else {"steps": one.levels}
    scale = {"scale": "log"} if by_factors(one.low, one.high) else {}
    return {"low": low, "high": high} | steps | scale


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{toml_key(key)} = {toml_text(value)}" for key, value in table.items()]


def sensitivity_command(asked: Asked) -> str:
    """Return the command that tells which of the quantities matter, '' where there are too few to weigh."""
    if len(asked.varied) < 2:
        return ""
    axes = " ".join(f"--axis {one.name}={one.low:g}:{one.high:g}" for one in asked.varied)
    sizes = " ".join(f"--set {name}={getattr(asked, name)}" for name in SIZES[:1] if getattr(asked, name))
    periods = f"--periods {asked.periods}" if asked.periods else ""
    words = ["valuenet sensitivity", asked.scenarios[-1], axes, f"--measure {asked.measures[0]}", sizes, periods]
    return " ".join(word for word in [*words, f"--seed {asked.seed}"] if word)
