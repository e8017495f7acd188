"""A design: which markets an experiment runs, and how often (`docs/sweeps.md`).

Runs are numbered by replication first: run r is point r modulo the number of points, in replication r divided by it. So
whatever has been done of a sweep is balanced over the points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from scenarios.catalogue import ScenarioError, find, listed, read_toml, refuse_unprintable
from scenarios.layers import keys_of
from scenarios.outcome import fingerprint
from scenarios.scenario import Scenario, load
from scenarios.sentences import shown
from scenarios.strict import validated
from scenarios.sweeps.design_file import KINDS, MOST_POINTS, MOST_RUNS, DesignFile, Range, Value
from scenarios.sweeps.keep import kept
from scenarios.sweeps.point_files import read_points
from scenarios.sweeps.sampling import Factor, Points, grid, latin_hypercube, sobol
from scenarios.variation import find as find_quantity
from scenarios.variation import refuse_odd_range, set_quantities, spaced
from sim.create import SEEDS

MOST_VARIANTS = 256
MOST_CHECKED = 10_000  # points that are tried before the sweep starts; a mistake in others becomes an error of the run
SCENARIO, VARIANT = "scenario", "variant"


@dataclass(frozen=True)
class Design:
    """An experiment.

    Attributes
    ----------
    title : str
    variants : tuple of Scenario
        The markets before numbers are varied: every scenario, with every combination of values that are words.
    points : pyarrow.Table
        A row for each market: `scenario` (its name in results), `variant` (its place in `variants`), every factor.
    replications, seed : int
        Each market runs with the seeds `seed`, ..., `seed + replications - 1`: all markets share their luck.
    measures, series : tuple of str
        What is kept of a run: 'trust', or 'trust of partnership' for one strategy; no measures: all there are.
    """

    title: str
    variants: tuple[Scenario, ...]
    points: pa.Table
    replications: int = 10
    seed: int = 1
    measures: tuple[str, ...] = ()
    series: tuple[str, ...] = ()

    @property
    def factors(self) -> list[str]:
        """The quantities that differ between points."""
        return [name for name in self.points.column_names if name not in (SCENARIO, VARIANT)]

    @property
    def numbers(self) -> list[str]:
        """The factors that are numbers."""
        return [name for name in self.factors if not pa.types.is_string(self.points.schema.field(name).type)]

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.points) * self.replications

    def market(self, point: int) -> Scenario:
        """Return the scenario of a point.

        Raises
        ------
        ScenarioError
            If no market can have these values.
        """
        row = self.points.slice(point, 1).to_pylist()[0]
        return market_of(self.variants[row[VARIANT]], {name: row[name] for name in self.numbers})


def market_of(variant: Scenario, numbers: Mapping[str, float]) -> Scenario:
    """Return a variant with its numbers set."""
    return set_quantities(variant, numbers) if numbers else variant


def read_design(path: str | Path) -> Design:
    """Read a design.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    path = Path(path)
    if path.is_dir():
        raise ScenarioError(f"{path}: there is no sweep in this folder; give a design, a .toml file")
    if not path.is_file() or path.suffix != ".toml":
        what = "this is no .toml file" if path.is_file() else "there is no such file"
        raise ScenarioError(f"{path}: {what}; a sweep needs a design, a .toml file (docs/sweeps.md)")
    content = read_toml(path, path.name)
    if "scenarios" not in content:
        raise ScenarioError(
            f'{path.name}: scenarios is missing, such as scenarios = ["platform"]; if this is a scenario, name it there'
        )
    file = validated(DesignFile, content, path.name, KINDS)
    try:
        return design_of(file, path.parent)
    except ScenarioError as error:
        raise ScenarioError(f"{path.name}: {error}") from None


def design_of(file: DesignFile, folder: Path) -> Design:
    """Make the design of a file's content; `folder` is where the files it names are."""
    _refuse_odd_names(file)
    _refuse_odd_factors(file)
    places = _places(file)
    columns = _columns(file, folder)
    labels = columns.pop(SCENARIO, None)
    if labels is None:
        labels, columns = _under_each(columns, list(places))
    _refuse_too_many(len(labels), file)
    arrays = {name: _array(name, values) for name, values in columns.items()}
    variants, of_row = _variants(labels, columns, places, file, folder)
    table = {SCENARIO: labels, VARIANT: pa.array(of_row, pa.int32()), **arrays}
    what = tuple(file.keep.measures), tuple(file.keep.series)
    kept(*what, variants)  # refuses what there is not
    design = Design(file.title, variants, pa.table(table), file.replications, file.seed, *what)
    _refuse_twins(design)
    _try_points(design)
    return design


def _refuse_odd_names(file: DesignFile) -> None:
    named = [("title: ", file.title), ("points.file: ", file.points.file or "")]
    for what, name in [*named, *(("scenarios: ", label) for label in file.scenarios)]:
        refuse_unprintable(name, what)


def _refuse_odd_factors(file: DesignFile) -> None:
    set_already = {keys_of(key, value) for key, value in file.settings.items()}
    for name, factor in file.factors.items():
        if keys_of(name, 0) in set_already:
            raise ScenarioError(f"settings: {name} is a factor too; leave it out of the settings")
        if isinstance(factor, list) and (not factor or len(set(factor)) < len(factor)):
            raise ScenarioError(f"factors.{name} = {shown(factor)} has no values, or one of them twice")
        if isinstance(factor, Range):
            label = f"factors.{name}: {shown(factor.low)} to {shown(factor.high)}"
            refuse_odd_range(label, find_quantity(name)[2], factor.low, factor.high)
        elif not isinstance(factor[0], str):
            find_quantity(name)


def _places(file: DesignFile) -> dict[str, str]:
    """Return where each scenario is, by the name results give it."""
    if isinstance(file.scenarios, dict):
        return dict(file.scenarios)
    if len(set(file.scenarios)) < len(file.scenarios):
        raise ScenarioError(f"scenarios: one of {listed(file.scenarios)} is there twice")
    return {name: name for name in file.scenarios}


def _columns(file: DesignFile, folder: Path) -> Points:
    """Return the values of each factor, point by point."""
    method, number, seed = file.points.method, file.points.number or 0, file.points.seed
    if method == "list":
        if file.factors:
            raise ScenarioError('factors: method = "list" takes them from its file; leave the table out')
        return read_points(folder / str(file.points.file))
    if not file.factors:
        if method != "grid":
            raise ScenarioError(f'factors: method = "{method}" needs at least one')
        return {}
    if method == "grid":
        return grid({name: _values(name, factor, file) for name, factor in file.factors.items()})
    sample = latin_hypercube if method == "latin-hypercube" else sobol
    points = sample({name: _span(factor, name) for name, factor in file.factors.items()}, number, seed)
    return {name: _rounded(name, column) for name, column in points.items()}


def _array(name: str, values: list[Any]) -> pa.Array:
    """Return the values of a factor as a column of the table of points."""
    if name == VARIANT:
        raise ScenarioError(f"{VARIANT}: no quantity of a market has this name")
    try:
        return pa.array(values)
    except (OverflowError, pa.ArrowException):
        raise ScenarioError(f"factors.{name} holds numbers and texts, or a number of more than 64 bits") from None


def _values(name: str, factor: list[Value] | Range, file: DesignFile) -> list[Any]:
    """Return the values of a factor of a grid."""
    if isinstance(factor, list):
        return factor
    if factor.steps is None:
        raise ScenarioError(f"factors.{name}: steps is missing; a grid needs to know how many values there are")
    return _rounded(name, spaced(factor.low, factor.high, factor.steps, factor.scale == "log").tolist())


def _span(factor: list[Value] | Range, name: str) -> Factor:
    if isinstance(factor, list):
        return factor
    if factor.steps is not None:
        raise ScenarioError(f"factors.{name}: steps = {factor.steps} is for a grid; leave it out of a sample")
    return factor.low, factor.high, factor.scale == "log"


def _rounded(name: str, values: list[Any]) -> list[Any]:
    """Return whole numbers where the quantity counts something."""
    counts = not isinstance(values[0], str) and find_quantity(name)[2].annotation is int
    return [round(value) for value in values] if counts else values


def _under_each(columns: Points, labels: list[str]) -> tuple[list[str], Points]:
    """Return each point once under each scenario."""
    rows = len(next(iter(columns.values()))) if columns else 1
    return labels * rows, {name: [value for value in column for _ in labels] for name, column in columns.items()}


def _refuse_too_many(points: int, file: DesignFile) -> None:
    if points > MOST_POINTS:
        raise ScenarioError(f"there are {points:,} points; a design may have {MOST_POINTS:,}")
    if points * file.replications > MOST_RUNS:
        raise ScenarioError(
            f"{points:,} points x {file.replications:,} replications are {points * file.replications:,} runs; "
            f"a sweep may have {MOST_RUNS:,}"
        )
    if file.seed > SEEDS - file.replications:
        raise ScenarioError(f"seed = {file.seed} is too large for {file.replications} replications")


def _variants(
    labels: list[str], columns: Points, places: dict[str, str], file: DesignFile, folder: Path
) -> tuple[tuple[Scenario, ...], list[int]]:
    """Return every scenario with every combination of words, and which of them each point starts from."""
    words = [name for name, column in columns.items() if isinstance(column[0], str)]
    known: dict[tuple[str, ...], int] = {}
    of_row = [known.setdefault(key, len(known)) for key in zip(labels, *(columns[name] for name in words), strict=True)]
    if len(known) > MOST_VARIANTS:
        raise ScenarioError(f"there are {len(known)} combinations of scenarios and words; at most {MOST_VARIANTS}")
    for label, *_ in known:
        if label not in places:
            raise ScenarioError(f"{shown(label)} is not among the scenarios; there are {listed(places)}")
    variants = tuple(
        _variant(places[label], file.settings | dict(zip(words, said, strict=True)), folder) for label, *said in known
    )
    _refuse_same(variants, list(known))
    return variants, of_row


def _refuse_same(variants: tuple[Scenario, ...], known: list[tuple[str, ...]]) -> None:
    """Refuse two names for one market."""
    seen: dict[str, tuple[str, ...]] = {}
    for variant, said in zip(variants, known, strict=True):
        first = seen.setdefault(fingerprint(variant), said)
        if first != said:
            a, b = (listed(one) for one in (first, said))
            raise ScenarioError(f"scenarios: {a} and {b} are the same market; each may be there once")


def _variant(name: str, settings: Mapping[str, Any], folder: Path) -> Scenario:
    of_a_file = name.split(":")[0].endswith(".toml")
    return load(str(folder / name) if of_a_file else find(name).name, settings)


def _refuse_twins(design: Design) -> None:
    """Refuse two points that are the same market: their runs would be the same, and count double."""
    names = [SCENARIO, *design.factors]
    rows = design.points.select(names).append_column("row", pa.array(np.arange(len(design.points))))
    groups = rows.group_by(names).aggregate([("row", "min"), ("row", "max")])
    first, last = groups["row_min"].to_numpy(), groups["row_max"].to_numpy()
    if len(twins := np.flatnonzero(first != last)):
        a, b = int(first[twins[0]]), int(last[twins[0]])
        raise ScenarioError(f"points {a + 1} and {b + 1} are the same market; each may be there once")


def _try_points(design: Design) -> None:
    """Raise the sentence of the first point that no market can have; of many points some are tried, ends included."""
    rows = set(np.linspace(0, len(design.points) - 1, min(len(design.points), MOST_CHECKED)).astype(int).tolist())
    for name in design.numbers:
        column = design.points[name].to_numpy()
        rows |= {int(column.argmin()), int(column.argmax())}
    for row in sorted(rows):
        try:
            design.market(row)
        except ScenarioError as error:
            raise ScenarioError(f"point {row + 1}: {error}") from None
