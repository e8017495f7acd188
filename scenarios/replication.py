"""Published results tried on this engine: what the paper found, what is found here, pass or fail.

Light: reading a replication loads neither numbers nor rules. Trying one imports what measures it.
"""

import importlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from scenarios.catalogue import (
    REPLICATION,
    REPLICATIONS,
    ScenarioError,
    did_you_mean,
    listed,
    names,
    read_toml,
    refuse_unprintable,
    short,
)
from scenarios.scenario import NOTHING, Scenario, load
from scenarios.strict import validated
from sim.sections import Section

Text = Annotated[str, Field(min_length=1, max_length=4000)]
How = Literal["exact", "simulated", "approximate", "direction", "reported"]
SEEDS = 2**64
NO_RULES: Mapping[str, str] = MappingProxyType({})
ROUNDING = 1e-9  # relative; what is exact on paper is computed in floating point here


class Check(Section):
    """One number of a paper: what it is, what is expected, and what is accepted here.

    Attributes
    ----------
    measure : str
        The name under which `measure` returns our number.
    says : str
        What it is.
    how : str
        'exact' (a closed form), 'simulated' (a mean over runs), 'approximate' (the published number is second-hand or
        read off a picture), 'direction' (only the sign was published) or 'reported' (a number beside the others that
        asks for nothing and is not counted).
    unit : str
    expected : float, optional
        What the paper prints, or what its equations give at the parameters of the market. With it `tolerance` (in the
        unit) or `relative` (a share of it) says how far ours may lie from it.
    at_least, at_most : float, optional
        Bounds, where the paper or the task gives a bound and no number.
    """

    measure: Text
    says: Text
    how: How
    unit: str = "1"
    expected: float | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    relative: Annotated[float, Field(ge=0, le=1)] = 0.0
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        asks = self.expected is not None or self.at_least is not None or self.at_most is not None
        if self.how == "reported" and asks:
            raise ValueError(f"{self.measure}: what is only reported has no expected, at_least or at_most")
        if self.how != "reported" and not asks:
            raise ValueError(f"{self.measure}: needs expected, at_least or at_most")
        if self.expected is None and (self.tolerance or self.relative):
            raise ValueError(f"{self.measure}: a tolerance needs what is expected")
        low, high = self.accepted()
        if low > high:
            raise ValueError(f"{self.measure}: nothing is both at least {low:g} and at most {high:g}")
        return self

    def accepted(self) -> tuple[float, float]:
        """Return the lowest and the highest number that passes."""
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        if self.expected is not None:
            room = max(self.tolerance, self.relative * abs(self.expected)) or ROUNDING * abs(self.expected)
            low, high = max(low, self.expected - room), min(high, self.expected + room)
        return low, high

    def passes(self, ours: float) -> bool:
        """Whether our number is accepted; NaN never is, nor is infinity."""
        low, high = self.accepted()
        return math.isfinite(ours) and low <= ours <= high


class Replication(Section):
    """A published result: the table `replication` of its file.

    Attributes
    ----------
    id : str
    paper : str
        The full reference.
    equations : list of str
        What the paper says, in its own symbols.
    engine : str
        What of this engine runs, which rules stand in for standard ones, and what is set to nothing.
    departs : str
        Where our reading differs from the paper, or what is missing from it; empty if nothing.
    data : str
        Which shipped data it reads, where it reads some; other data of the same form may stand in for them.
    checks : list of Check
    """

    id: str = Field(pattern=r"^R\d\d$")
    paper: Text
    equations: Annotated[list[Text], Field(min_length=1)]
    engine: Text
    departs: str = ""
    data: str = ""
    checks: Annotated[list[Check], Field(min_length=1)]

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if all(check.how == "reported" for check in self.checks):
            raise ValueError("checks: at least one must ask for something; these only report")
        return self


class Preset(NamedTuple):
    """What a measuring function is given: the file's market, a seed, and a file of data where one was named."""

    name: str
    seed: int = 1
    data: Path | None = None

    def scenario(self, regime: str = "", settings: Mapping[str, object] = NOTHING) -> Scenario:
        """Load the market, one of its regimes, or either with other settings."""
        return load(f"{self.name}:{regime}" if regime else self.name, settings)

    def seeds(self, count: int) -> range:
        """Return as many seeds as there are to be runs.

        Raises
        ------
        ScenarioError
            If the first is too large for so many.
        """
        if self.seed > SEEDS - count:
            raise ScenarioError(f"--seed: {self.seed} is too large for {count} runs")
        return range(self.seed, self.seed + count)


class Found(NamedTuple):
    """Our number for one check, NaN where it could not be measured, and its 95 % interval where there is one."""

    check: Check
    ours: float
    low: float = math.nan
    high: float = math.nan

    @property
    def passed(self) -> bool:
        """Whether it is accepted."""
        return self.check.passes(self.ours)

    @property
    def counts(self) -> bool:
        """Whether it is a check at all, or could not even be reported."""
        return self.check.how != "reported" or not self.passed


class Answer(NamedTuple):
    """What came of one replication; `seed` is that of its first run, `rules` are those that act in its market."""

    name: str
    title: str
    seed: int
    replication: Replication
    found: tuple[Found, ...]
    rules: Mapping[str, str] = NO_RULES

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(one.passed for one in self.found)


def read_replication(name: str) -> Replication:
    """Read the published result of a replication, by its name.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    label = f"{name}.toml"
    return validated(
        Replication, read_toml(REPLICATIONS / label, label).get(REPLICATION, {}), f"{label}: {REPLICATION}"
    )


def find_replications(asked: Iterable[str]) -> list[str]:
    """Return the names of the replications asked for, each once; of all, by id, where none is asked for.

    An id, a name, or the beginning of one name stands for it.
    """
    known = dict(sorted((read_replication(name).id, name) for name in names(REPLICATIONS)))
    return list(dict.fromkeys(_name(one, known) for one in asked)) or list(known.values())


def _name(asked: str, known: Mapping[str, str]) -> str:
    wanted = asked.lower()
    number = re.fullmatch(r"r(\d{1,2})", wanted)
    if number and f"R{int(number[1]):02d}" in known:
        return known[f"R{int(number[1]):02d}"]
    begins = [name for name in known.values() if name.startswith(wanted)]
    if wanted in known.values() or len(begins) == 1:
        return wanted if wanted in known.values() else begins[0]
    if wanted and begins:
        raise ScenarioError(f"{short(asked)}: several replications begin so: {listed(begins)}")
    hint = did_you_mean(asked, known.values(), "; `valuenet list --replications` shows those there are")
    raise ScenarioError(f"{short(asked)}: there is no such replication{hint}")


def replicate(asked: Iterable[str] = (), seed: int = 1, data: Path | None = None) -> Iterator[Answer]:
    """Try published results one after the other.

    Parameters
    ----------
    asked : iterable of str
        Ids or names; all where there is none.
    seed : int
        Of the first run of each.
    data : Path, optional
        Data in place of those that are shipped; goes with replications that read some only.

    Raises
    ------
    ScenarioError
        One sentence, if there is no such replication, or one asked for reads no data, or there is no such file.
    """
    replications = {name: read_replication(name) for name in find_replications(asked)}
    if data is not None:
        _check_data(replications, data)
    for name, replication in replications.items():
        preset = Preset(name, seed, data)
        ours = measure_of(name)(preset)
        checked = tuple(found_of(check, ours) for check in replication.checks)
        title, rules = preset.scenario().title, preset.scenario().market.rules.chosen()
        if data is not None:
            title, replication = f"{title.partition(':')[0]}: {data.name}", _on(replication, data)
        yield Answer(name, title, seed, replication, checked, rules)


def _on(replication: Replication, data: Path) -> Replication:
    """Return what is said of a replication that reads other data than the shipped ones."""
    return replication.model_copy(update={"paper": f"Ratings of {data.name}.", "departs": "", "data": data.name})


def found_of(check: Check, ours: Mapping[str, float]) -> Found:
    """Return the number measured for a check; the ends of its interval have its name with `_low` and `_high`."""
    return Found(check, *(ours.get(f"{check.measure}{end}", math.nan) for end in ("", "_low", "_high")))


def _check_data(replications: Mapping[str, Replication], data: Path) -> None:
    """Refuse a file of data for replications that read none, and one that is not there."""
    for name, replication in replications.items():
        if not replication.data:
            reading = [other for other in names(REPLICATIONS) if read_replication(other).data]
            raise ScenarioError(f"--data: {name} reads no data; name what does before it: {listed(reading)}")
    refuse_unprintable(str(data), "--data ")
    if not data.is_file():
        raise ScenarioError(f"--data {short(str(data))}: there is no such file")


def measure_of(name: str) -> Callable[[Preset], dict[str, float]]:
    """Return the function that measures a replication."""
    return importlib.import_module(f"scenarios.replications.{name.replace('-', '_')}").measure
