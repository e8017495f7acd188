"""Taking part: a strategy of the library, a strategy file, or a firm written in Python (`docs/contest.md`)."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator
from pydantic import Field as Declared

from scenarios.catalogue import STRATEGIES, ScenarioError, did_you_mean, names, read_toml, refuse_unprintable
from scenarios.contest.field import check_market, load_field
from scenarios.contest.game import KNOBS, Knobs, Tick, nothing, results_of, results_of_firm
from scenarios.contest.hints import whole
from scenarios.contest.landing import Landing, landing
from scenarios.sentences import unit
from scenarios.strict import validated
from sim.agents import Firm
from sim.sections import Section, Strategy

LONGEST_TEXT = 2000  # characters
NOTHING: Mapping[str, float] = MappingProxyType({})


def _as_played(knobs: Strategy) -> Strategy:
    """Refuse knobs that the contest does not have, and values outside of what a player may set."""
    for name in sorted(knobs.model_fields_set):
        if name not in KNOBS:
            raise ValueError(f"{name}: the contest leaves this knob as it is; there are {', '.join(KNOBS)}")
        value, (low, high, _) = getattr(knobs, name), KNOBS[name]
        if not low <= value <= high:
            allowed = f"{low:g} to {high:g} ({unit(Strategy.model_fields[name])})"
            raise ValueError(f"{name} = {value:g} is out of range here: {allowed}")
    return knobs


PlayedKnobs = Annotated[Strategy, AfterValidator(_as_played)]


class StrategyFile(Section):
    """What a strategy file holds."""

    title: str = Declared(min_length=1, max_length=LONGEST_TEXT)
    description: str = Declared("", max_length=LONGEST_TEXT)
    knobs: PlayedKnobs = Strategy()


class Entry(NamedTuple):
    """Who takes part."""

    title: str
    knobs: dict[str, float]


def read_entry(name: str) -> Entry:
    """Read a strategy of the library by its name, or a strategy file.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    path = Path(name)
    if name in names(STRATEGIES):
        path = STRATEGIES / f"{name}.toml"
    elif path.suffix != ".toml" or not path.is_file():
        hint = did_you_mean(path.stem, names(STRATEGIES), f"; there are {', '.join(names(STRATEGIES))}")
        raise ScenarioError(f"{name}: there is no such strategy or .toml file{hint}")
    refuse_unprintable(path.name, "")
    return entry_of(read_toml(path, path.name), path.name)


def entry_of(content: Mapping[str, Any], label: str) -> Entry:
    """Return the entry of a strategy file's content; `label` names the file in a sentence."""
    file = validated(StrategyFile, content, label)
    return Entry(file.title, whole(file.knobs.model_dump()))


def checked(knobs: Knobs) -> dict[str, float]:
    """Return a value for every knob, the default where none is given, or say in a sentence what is wrong."""
    return entry_of({"title": "knobs", "knobs": dict(knobs)}, "strategy").knobs


def play(market: str, knobs: Knobs = NOTHING, firm: type[Firm] | None = None, tick: Tick = nothing) -> Landing:
    """Play a strategy against the field and say where it landed.

    Parameters
    ----------
    market : str
        'simple', 'lasting' or 'platform'.
    knobs : mapping of str to float
        The knobs that differ from the defaults, such as {'effort': 0.9}.
    firm : subclass of sim.Firm, optional
        A firm whose `price` is written in Python.
    tick : callable, optional
        Called after each run.

    Returns
    -------
    Landing
        `print` it, or read its `places`.

    Raises
    ------
    ScenarioError
        One sentence: what is wrong, and what is allowed.
    """
    field, mine = load_field(check_market(market)), checked(knobs)
    results = results_of(market, [mine], tick) if firm is None else results_of_firm(market, mine, firm, tick)
    return landing(results[0], field)
