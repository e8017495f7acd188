"""One run of a scenario: its record, and its files (`docs/cli.md`)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sim.ensemble
from scenarios.networks import NetworkError, write_network
from scenarios.scenario import Scenario, dump_scenario
from scenarios.statistics import without_nan
from scenarios.store import SCHEMA, Columns, Writer, save, text_writer, write_csv, write_parquet
from sim.ensemble import Run
from sim.final import units
from sim.version import MODEL_VERSION


def run(scenario: Scenario, seed: int = 1) -> Run:
    """Run one world of `scenario` for `seed` (0 .. 2**64 - 1), on its network where it has one."""
    return sim.ensemble.run(scenario.market, seed, scenario.network)


def record(scenario: Scenario, done: Run) -> dict[str, Any]:
    """Return a run for JSON: what was not there to measure is None."""
    several = len(scenario.market.strategies) > 1
    return {
        "valuenet": "run",
        "schema": SCHEMA,
        "model_version": MODEL_VERSION,
        "scenario": scenario.name,
        "title": scenario.title,
        "seed": done.seed,
        "periods": len(done.totals),
        "measures": without_nan(done.results()),
        "units": {name: unit for name, (unit, _) in units().items()},
        "by_strategy": {name: without_nan(row) for name, row in done.by_strategy().items()} if several else {},
    }


def save_run(scenario: Scenario, done: Run, folder: Path) -> list[Path]:
    """Write a run: its series, its network after the last period, the effective scenario, results.json.

    Raises
    ------
    ScenarioError
        If the folder holds anything but earlier results.
    OSError
        If a file cannot be written; those already there stay as they were.
    """
    series: Columns = {"period": range(1, len(done.totals) + 1)}
    series |= {name: values.tolist() for name, values in done.series().items()}
    toml = dump_scenario(scenario)
    files: dict[str, Writer] = {
        "series.parquet": lambda path: write_parquet(path, series, {"scenario.toml": toml, "seed": str(done.seed)}),
        "series.csv": lambda path: write_csv(path, series),
        "network.graphml": lambda path: _write_network(path, scenario, done),
        "network.gexf": lambda path: _write_network(path, scenario, done),
        "scenario.toml": text_writer(toml),
    }
    content = record(scenario, done)
    if content["by_strategy"]:
        files["by_strategy.csv"] = lambda path: write_csv(path, _by_row("strategy", content["by_strategy"]))
    return save(folder, files, content)


def _write_network(path: Path, scenario: Scenario, done: Run) -> None:
    names = scenario.network.names if scenario.network else None
    try:
        write_network(path, done.world, list(scenario.market.strategies), names)
    except NetworkError as error:
        raise OSError(str(error)) from None


def _by_row(key: str, rows: Mapping[str, Mapping[str, Any]]) -> Columns:
    """Turn {name: {column: value}} into columns, the names first."""
    columns = next(iter(rows.values()))
    return {key: list(rows)} | {column: [row[column] for row in rows.values()] for column in columns}
