"""Comparisons and strategy maps on disk (`docs/cli.md`)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scenarios.comparison import Comparison
from scenarios.maps import StrategyMap
from scenarios.reasons import ROLES
from scenarios.report import write_comparison, write_map
from scenarios.scenario import Scenario, dump_scenario
from scenarios.store import SCHEMA, Columns, Writer, columns_of, save, text_writer, write_csv, write_parquet


def save_comparison(comparison: Comparison, folder: Path, command: str = "") -> list[Path]:
    """Write a comparison: report.html, runs and differences as tables, the scenarios, results.json.

    Parameters
    ----------
    comparison : Comparison
    folder : Path
        New, empty, or with earlier results.
    command : str
        The command that made it, for the report.

    Raises
    ------
    ScenarioError
        If the folder holds anything else.
    OSError
        If a file cannot be written; those already there stay as they were.
    """
    runs, scenarios = _runs(comparison), _scenarios(comparison.scenarios)
    files: dict[str, Writer] = {
        "report.html": lambda path: write_comparison(comparison, path, command),
        "runs.parquet": lambda path: write_parquet(path, runs, scenarios | {"seed": str(comparison.seed)}),
        "runs.csv": lambda path: write_csv(path, runs),
        "differences.csv": lambda path: write_csv(path, _differences(comparison)),
    }
    files |= {name: text_writer(toml) for name, toml in scenarios.items()}
    return save(folder, files, {"valuenet": "compare", "schema": SCHEMA} | comparison.to_dict())


def save_map(found: StrategyMap, folder: Path, command: str = "") -> list[Path]:
    """Write a strategy map: report.html, cells.csv, the scenarios, results.json; otherwise as `save_comparison`."""
    files: dict[str, Writer] = {
        "report.html": lambda path: write_map(found, path, command),
        "cells.csv": lambda path: write_csv(path, cells_of(found)),
    }
    files |= {name: text_writer(toml) for name, toml in _scenarios(found.scenarios).items()}
    return save(folder, files, {"valuenet": "map", "schema": SCHEMA} | found.to_dict())


def _scenarios(scenarios: Sequence[Scenario]) -> dict[str, str]:
    return {f"scenario-{n}.toml": dump_scenario(scenario) for n, scenario in enumerate(scenarios, 1)}


def _runs(comparison: Comparison) -> Columns:
    """Return every measure of every run: one row per scenario and seed."""
    seeds = range(comparison.seed, comparison.seed + comparison.replications)
    names = [outcome.scenario.name for outcome in comparison.outcomes]
    columns: Columns = {"scenario": [name for name in names for _ in seeds], "seed": [s for _ in names for s in seeds]}
    for measure in comparison.outcomes[0].results:
        columns[measure] = [value for outcome in comparison.outcomes for value in outcome.results[measure].tolist()]
    return columns


def _differences(comparison: Comparison) -> Columns:
    """Return the paired differences: one row per scenario and measure."""
    rows = [
        {"scenario": difference["scenario"], "baseline": difference["baseline"], "measure": measure, **change}
        for difference in comparison.to_dict()["differences"]
        for measure, change in difference["measures"].items()
    ]
    return columns_of(rows)


def cells_of(found: StrategyMap) -> Columns:
    """Return the map: one row per cell; no numbers where it was not measured."""
    named = [scenario.name for scenario in found.scenarios]
    x, y = np.meshgrid(found.xs, found.ys)
    leads = [one.lead.difference if one else None for row in found.cells() for one in row]
    columns: Columns = {
        found.x: x.ravel().tolist(),
        found.y: y.ravel().tolist(),
        "best": [named[s] for s in found.winners().ravel()],
        "sure": (~found.contested()).astype(int).ravel().tolist(),
        "lead": leads,
        "measured": found.mesh.measured.astype(int).ravel().tolist(),
        "confidence": found.confidence().ravel().tolist(),
        "replications": found.replicated().ravel().tolist(),
    }
    for measure, values in {"value_total": found.values, **{ROLES[role]: v for role, v in found.roles.items()}}.items():
        for name, means in zip(named, found.means(values), strict=True):
            columns[f"{measure} {name}"] = means.ravel().tolist()
    return columns
