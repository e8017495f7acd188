"""Before an experiment runs: its design read strictly, what it will take, and what a class server allows."""

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dashboards.pages.research.designs import scenarios_there
from dashboards.pages.research.jobs import DESIGN, WORKERS
from scenarios.catalogue import LARGEST_FILE, ScenarioError, read_toml
from scenarios.layers import keys_of
from scenarios.networks import shipped_networks
from scenarios.size import memory, seconds
from scenarios.strict import validated
from scenarios.sweeps.design import Design, design_of
from scenarios.sweeps.design_file import KINDS, DesignFile, Range
from scenarios.sweeps.estimate import Estimate, estimate
from scenarios.sweeps.plan import plan_of

MOST_POINTS, MOST_RUNS = 1_000, 10_000
MOST_SERIES = 4
MOST_SECONDS, MOST_DISK, MOST_MEMORY = 900.0, 50e6, 200e6  # of the whole, of its files, of one market
SPARE = 0.8  # of what would just fit is proposed: a machine is not always as fast
LOOKED_AT = 50  # points whose size is looked at


class TooMuch(ValueError):
    """What a class server does not allow: which sentence tells it, and the numbers in it."""

    def __init__(self, key: str, **numbers: float | str) -> None:
        super().__init__(key)
        self.key, self.numbers = key, numbers


class Checked(NamedTuple):
    """A design that may run here, and what it will take."""

    text: str
    design: Design
    estimate: Estimate


def checked(text: str) -> Checked:
    """Read a design and predict what it takes.

    Raises
    ------
    ScenarioError
        One sentence of the strict reader.
    TooMuch
        If it names a file, which a server does not open for a visitor, or is larger than it allows.
    """
    design = design_from(text)
    refuse_large_markets(design)
    found = estimate(plan_of(design), WORKERS)
    refuse_long(found, design)
    return Checked(text, design, found)


def design_from(text: str) -> Design:
    """Return the design in a text, read as `valuenet sweep` would read its file."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / DESIGN
        path.write_bytes(text.encode("utf-8", "surrogatepass")[: LARGEST_FILE + 1])
        file = validated(DesignFile, _content(path), DESIGN, KINDS)
        refuse_files(file)
        refuse_many(file)
        try:
            return design_of(file, path.parent)
        except ScenarioError as error:
            raise ScenarioError(f"{DESIGN}: {error}") from None


def _content(path: Path) -> Mapping[str, Any]:
    content = read_toml(path, DESIGN)
    if "scenarios" not in content:
        raise TooMuch("no_design")
    return content


def refuse_files(file: DesignFile) -> None:
    """Refuse a design that names a file: only what is shipped is read on a server."""
    given = file.scenarios.values() if isinstance(file.scenarios, dict) else file.scenarios
    named = [name for name in given if name.partition(":")[0] not in _library()]
    networks = [value for key, value in file.settings.items() if keys_of(key, value)[0] == "network"]
    networks += [value for key, factor in file.factors.items() if isinstance(factor, list) for value in factor
                 if keys_of(key, value)[0] == "network"]  # fmt: skip
    named += [str(value) for value in networks if value not in shipped_networks()]
    if file.points.method == "list":
        named.append(str(file.points.file))
    if named:
        raise TooMuch("files", name=named[0][:60])


def _library() -> set[str]:
    return {name.partition(":")[0] for name in scenarios_there()}


def refuse_many(file: DesignFile) -> None:
    """Refuse more points, runs or series than a class server allows, before any of them is made."""
    scenarios, points = len(file.scenarios), len(file.scenarios) * _points(file)
    if points > MOST_POINTS:
        raise TooMuch("points", given=points, most=MOST_POINTS, each=MOST_POINTS // scenarios)
    runs, fitting = points * file.replications, MOST_RUNS // max(points, 1)
    if runs > MOST_RUNS:
        raise TooMuch("runs", given=runs, most=MOST_RUNS, replications=fitting)
    if len(file.keep.series) > MOST_SERIES:
        raise TooMuch("series", given=len(file.keep.series), most=MOST_SERIES)


def _points(file: DesignFile) -> int:
    """Return how many points each scenario has."""
    if file.points.number:
        return file.points.number
    return math.prod((one.steps or 1) if isinstance(one, Range) else len(one) for one in file.factors.values())


def refuse_large_markets(design: Design) -> None:
    """Refuse a market whose single run takes too much memory or time."""
    for row in range(0, len(design.points), max(1, len(design.points) // LOOKED_AT)):
        _refuse_large(design, row)
    for name in design.numbers:
        _refuse_large(design, int(design.points[name].to_numpy().argmax()))


def _refuse_large(design: Design, row: int) -> None:
    market = design.market(row).market
    share = max(memory(market) / MOST_MEMORY, seconds(market, 1, 1) / MOST_SECONDS)
    if share > 1:
        customers = market.customers.customers
        raise TooMuch("customers", given=customers, most=max(1, _down(customers / share)))


def refuse_long(found: Estimate, design: Design) -> None:
    """Refuse what would keep the server busy, or its disk full, for longer than it may."""
    share = max(found.seconds / MOST_SECONDS, found.disk / MOST_DISK)
    if share > 1:
        minutes, most = found.seconds / 60, MOST_SECONDS / 60
        fitting = max(1, _down(SPARE * design.replications / share))
        raise TooMuch("time", minutes=minutes, disk=found.disk / 1e6, most=most, replications=fitting)


def _down(number: float) -> int:
    """Round down to two digits."""
    whole = math.floor(number)
    digits = 10 ** max(len(str(whole)) - 2, 0)
    return whole // digits * digits
