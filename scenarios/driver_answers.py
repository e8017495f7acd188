"""Sensitivity analyses on disk (`docs/cli.md`)."""

from pathlib import Path
from typing import Any

import numpy as np

from scenarios.driver_figures import drivers
from scenarios.driver_words import record
from scenarios.drivers import SensitivityAnalysis, Stage
from scenarios.report import write_page
from scenarios.scenario import dump_scenario
from scenarios.sensitivity import LIMIT
from scenarios.store import Columns, Writer, columns_of, save, text_writer, write_csv
from scenarios.variation import value_of


def save_sensitivity(found: SensitivityAnalysis, folder: Path, command: str = "") -> list[Path]:
    """Write an analysis: report.html, every index and every point as tables, the scenario, results.json.

    Parameters
    ----------
    found : SensitivityAnalysis
    folder : Path
        New, empty, or with earlier results.
    command : str
        The command that made it, for the report; by default the Python call.

    Raises
    ------
    ScenarioError
        If the folder holds anything else.
    OSError
        If a file cannot be written; those already there stay as they were.
    """
    content = record(found)
    files: dict[str, Writer] = {
        "report.html": lambda path: _write_report(found, content, path, command or _call(found)),
        "indices.csv": lambda path: write_csv(path, _indices(found)),
        "points.csv": lambda path: write_csv(path, _points(found)),
        "scenario.toml": text_writer(dump_scenario(found.scenario)),
    }
    return save(folder, files, content)


def _call(found: SensitivityAnalysis) -> str:
    return (
        "from scenarios import SensitivityPlan, load, sensitivity_analysis\n"
        f"sensitivity_analysis(load({found.scenario.name!r}), {found.plan!r})"
    )


def _write_report(found: SensitivityAnalysis, content: dict[str, Any], path: Path, command: str) -> None:
    told = {"found": found, "content": content, "picture": drivers(found), "command": command, "limit": LIMIT}
    write_page(path, "sensitivity.html", [found.scenario], told | {"ranges": {axis.name: axis for axis in found.axes}})


def _indices(found: SensitivityAnalysis) -> Columns:
    """Return every index: one row per axis and index."""
    named = {"mu_star": found.effects.mu_star}
    if found.shares:
        named |= {"first": found.shares.first, "total": found.shares.total}
    rows = [
        {"quantity": one.names[i], "index": index, "value": one.values[i], "low": one.lows[i], "high": one.highs[i]}
        | {"converged": int(one.converged[i])}
        for index, one in named.items()
        for i in one.descending()
    ]
    return columns_of(rows)


def _points(found: SensitivityAnalysis) -> Columns:
    """Return every point: the value of each axis there, and the mean and deviation of the measure."""
    stages = {"screening": found.screening}
    if found.decomposition:
        stages["decomposition"] = found.decomposition
    columns: Columns = {"stage": [name for name, stage in stages.items() for _ in stage.points]}
    for axis in found.axes:
        columns[axis.name] = [value for stage in stages.values() for value in _values(found, stage, axis.name)]
    measure = found.plan.measure
    columns[f"{measure} mean"] = [mean for stage in stages.values() for mean in stage.means.tolist()]
    columns[f"{measure} deviation"] = [
        deviation for stage in stages.values() for deviation in np.std(stage.values, axis=1, ddof=1).tolist()
    ]
    return columns


def _values(found: SensitivityAnalysis, stage: Stage, name: str) -> list[float]:
    """Return the values of an axis at the points of a stage: the scenario's own where it stayed as it is."""
    names = stage.problem["names"]
    if name not in names:
        return [value_of(found.scenario.market, name)] * len(stage.points)
    values = stage.points[:, names.index(name)]
    whole = next(axis.whole for axis in found.axes if axis.name == name)
    return (np.round(values) if whole else values).tolist()
