"""What came out of an experiment: means with intervals along a quantity, differences from the first scenario, a plane.

Runs of one replication share their luck. So points are averaged within each replication first, and intervals are
taken over replications; a difference is taken seed by seed.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import ScenarioError
from scenarios.evidence import RISK
from scenarios.statistics import estimate
from scenarios.sweeps.design import SCENARIO
from scenarios.sweeps.export import export
from scenarios.sweeps.folder import ERRORS, MANIFEST, PARTS, RUNS
from scenarios.sweeps.results import Results, open_sweep
from scenarios.sweeps.summary import Summary, summary
from scenarios.sweeps.work import table_bytes

Value = float | str
MOST_LEVELS = 40  # different values of a quantity that are still levels of a grid and no sample


class Mark(NamedTuple):
    """A mean, or a difference, of a scenario at a value of a quantity, with its 95 % interval."""

    scenario: str
    at: Value
    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, eq=False)
class Outcome:
    """What an experiment's folder holds, finished or not.

    Attributes
    ----------
    manifest : dict
    points : list of dict
        For each point its scenario and factors.
    values : dict of ndarray, shape (points, replications)
        By measure; NaN where a run failed or had nothing to measure. Of a sweep that is not finished only the
        replications in which every point is done, where there are any: others would average different points.
    failed : list of str
        What runs that failed say, each sentence once.
    done, failures : int
        Runs.
    """

    manifest: dict[str, Any]
    points: list[dict[str, Any]]
    values: dict[str, NDArray]
    summaries: dict[str, Summary]
    failed: list[str]
    done: int
    failures: int

    @property
    def measures(self) -> list[str]:
        """The measures of which there is something to see."""
        return list(self.summaries)

    @property
    def factors(self) -> list[str]:
        """The quantities that vary."""
        return list(self.manifest["factors"])

    @cached_property
    def scenarios(self) -> list[str]:
        """The scenarios in the order of the design, the baseline first."""
        return list(dict.fromkeys(point[SCENARIO] for point in self.points))

    @cached_property
    def columns(self) -> dict[str, NDArray]:
        """The scenario and the factors of all points, each shape (points,)."""
        return {name: np.array([point[name] for point in self.points]) for name in (SCENARIO, *self.factors)}

    @property
    def baseline(self) -> str:
        """The scenario that others are held against."""
        return self.scenarios[0]

    def levels(self, factor: str) -> list[Value]:
        """Return the values a quantity takes, ascending where they are numbers."""
        values = list(dict.fromkeys(point[factor] for point in self.points))
        return values if isinstance(values[0], str) else sorted(values)

    def gridded(self, factor: str) -> bool:
        """Return whether a quantity has few enough values for lines from one to the next."""
        return len(self.levels(factor)) <= MOST_LEVELS

    @property
    def gridded_factors(self) -> list[str]:
        """The quantities with levels."""
        return [name for name in self.factors if self.gridded(name)]


def outcome(folder: Path) -> Outcome:
    """Read the results of a sweep's folder.

    Raises
    ------
    ScenarioError
        If it holds none, or a file is damaged.
    """
    results = open_sweep(folder)
    runs = results.runs().select(["point", "replication", "error"])
    errors = [text for text in runs["error"].to_pylist() if text is not None]
    whole = _whole(runs, results.manifest)
    values = {name: results.array(name)[:, whole] for name in results.measures}
    summaries = {name: one for name in results.measures if (one := _summary(results, name)) is not None}
    points = results.points().to_pylist()
    return Outcome(results.manifest, points, values, summaries, list(dict.fromkeys(errors)), len(runs), len(errors))


def _whole(runs: Any, manifest: dict[str, Any]) -> NDArray:
    """Return which replications are done at every point; all of them where none is."""
    done = np.bincount(runs["replication"].to_numpy(), minlength=int(manifest["replications"]))
    whole = done == int(manifest["points"])
    return whole if whole.any() else np.ones_like(whole)


def _summary(results: Results, measure: str) -> Summary | None:
    try:
        return summary(results, measure)
    except ScenarioError:  # nothing of it could be measured anywhere
        return None


def means_along(found: Outcome, measure: str, factor: str | None) -> list[Mark]:
    """Return the mean of every scenario at every value of a factor, over all values of the others."""
    values = found.values[measure]
    marks = []
    for scenario in found.scenarios:
        for at in _ats(found, factor):
            told = estimate(averaged(values[_rows(found, _where(scenario, factor, at))]))
            marks.append(Mark(scenario, at, told.mean, told.low, told.high, told.n))
    return [mark for mark in marks if mark.n]


def differences_along(found: Outcome, measure: str, factor: str | None) -> list[Mark]:
    """Return how far the other scenarios are from the first one at every value of a factor, seed by seed."""
    marks = []
    for scenario in found.scenarios[1:]:
        apart = _apart(found, measure, scenario)
        for at in _ats(found, factor):
            told = estimate(averaged(apart[_rows(found, _where(scenario, factor, at))]))
            marks.append(Mark(scenario, at, told.mean, told.low, told.high, told.n))
    return [mark for mark in marks if mark.n]


def _ats(found: Outcome, factor: str | None) -> list[Value]:
    return found.levels(factor) if factor else [""]


def _where(scenario: str, factor: str | None, at: Value) -> dict[str, Value]:
    return {SCENARIO: scenario} | ({factor: at} if factor else {})


def _rows(found: Outcome, where: dict[str, Value]) -> NDArray:
    masks = [found.columns[name] == value for name, value in where.items()]
    return np.flatnonzero(np.logical_and.reduce(masks))


def _apart(found: Outcome, measure: str, scenario: str) -> NDArray:
    """Return the difference of each point of a scenario from the first one's, run by run; NaN elsewhere."""
    values, apart = found.values[measure], np.full(found.values[measure].shape, np.nan)
    first = {_factors(found.points[n]): n for n in _rows(found, {SCENARIO: found.baseline})}
    for row in _rows(found, {SCENARIO: scenario}):
        if (base := first.get(_factors(found.points[row]))) is not None:
            apart[row] = values[row] - values[base]
    return apart


def _factors(point: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(value for name, value in point.items() if name != SCENARIO)


def averaged(values: NDArray) -> NDArray:
    """Return the mean over points, shape (points, replications), in each replication; NaN are left out."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.where(there, values, 0.0).sum(axis=0) / there.sum(axis=0)  # type: ignore[no-any-return]


def plane(found: Outcome, measure: str, along: str, across: str, scenario: str) -> list[list[float]]:
    """Return the mean of a scenario at every value of two factors: a row for each value of `across`."""
    values = found.values[measure]
    return [
        [
            estimate(averaged(values[_rows(found, {SCENARIO: scenario, along: x, across: y})])).mean
            for x in found.levels(along)
        ]
        for y in found.levels(across)
    ]


def scattered(found: Outcome, measure: str, factor: str) -> list[Mark]:
    """Return every point of a sample by its value of a factor, with its interval."""
    rows = found.summaries[measure].rows
    marks = [
        Mark(row[SCENARIO], row[factor], _or_nan(row["mean"]), _or_nan(row["low"]), _or_nan(row["high"]), row["n"])
        for row in rows
    ]
    return [mark for mark in marks if mark.n]


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def verdicts(rows: Iterable[dict[str, Any]]) -> tuple[int, int, int]:
    """Return at how many points another scenario has surely more than the first, surely less, or neither is sure."""
    told = [(row["p_holm"] <= RISK, row["difference"]) for row in rows if row["p_holm"] is not None]
    more = sum(bool(sure and difference > 0) for sure, difference in told)
    less = sum(bool(sure and difference < 0) for sure, difference in told)
    return more, less, len(told) - more - less


def citation(manifest: dict[str, Any]) -> dict[str, str]:
    """Return what a citation of the results needs."""
    first, last = int(manifest["seed"]), int(manifest["seed"]) + int(manifest["replications"]) - 1
    return {
        "title": str(manifest["title"]),
        "version": str(manifest["versions"]["valuenet"]),
        "model": str(manifest["model_version"]),
        "runs": str(manifest["runs"]),
        "seeds": str(first) if first == last else f"{first}–{last}",
        "design": str(manifest["identity"])[:16],
        "results": str(manifest["results"] or "–")[:16],
    }


def files_of(folder: Path, failures: int) -> dict[str, str]:
    """Return the small text files of an experiment by their names: design, scenarios, manifest, what failed."""
    names = ["design.toml", *sorted(path.name for path in folder.glob("scenario-*.toml")), MANIFEST]
    names += [ERRORS] * bool(failures)
    return {name: (folder / name).read_text("utf-8") for name in names if (folder / name).is_file()}


def bytes_of(folder: Path) -> int:
    """Return how large the runs are on disk."""
    return sum(path.stat().st_size for kind in (RUNS, PARTS) for path in (folder / kind).glob("*.parquet"))


def packed(folder: Path, kind: str) -> bytes:
    """Return all runs as the bytes of one Parquet or CSV file."""
    results = open_sweep(folder)
    if kind == "parquet":
        return table_bytes(results.runs())
    with tempfile.TemporaryDirectory() as name:
        return export(results, "csv", Path(name))[0].read_bytes()
