"""A plan: a design written down in a folder, so that whoever opens it later does exactly the same."""

import hashlib
import json
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from scenarios.catalogue import ScenarioError
from scenarios.outcome import fingerprint
from scenarios.scenario import dump_scenario, load
from scenarios.sweeps.design import SCENARIO, VARIANT, Design
from scenarios.sweeps.folder import (
    MANIFEST,
    POINTS,
    UNFINISHED,
    locked,
    new_folder,
    read_manifest,
    write_manifest,
    write_whole,
)
from scenarios.sweeps.keep import Kept, fields_of, kept
from scenarios.sweeps.work import Batch, Job, table_bytes, table_of
from sim.final import units
from sim.version import MODEL_VERSION

SCHEMA = 1  # of a sweep's folder; every version there was can be read (`scenarios/sweeps/results.py`)
SHARD_RUNS, SHARD_BYTES = 10_000, 64_000_000
NUMBERED = {  # columns that say which run a row is
    "run": pa.int64(),
    "scenario": pa.string(),
    "point": pa.int64(),
    "replication": pa.int64(),
    "seed": pa.uint64(),
    "id": pa.string(),
}
VERSIONS = ("valuenet", "numpy", "numba", "scipy", "pyarrow", "pydantic")


@dataclass(frozen=True)
class Plan:
    """A design with what its results look like.

    Attributes
    ----------
    design : Design
    kept : Kept
    schema : pyarrow.Schema
        Columns of a batch.
    shard : int
        Runs in a block of results.
    """

    design: Design
    kept: Kept
    schema: pa.Schema
    shard: int

    @property
    def shards(self) -> int:
        """How many blocks of results there are."""
        return -(-self.design.runs // self.shard)

    def bounds(self, shard: int) -> tuple[int, int]:
        """Return (first run, last run + 1) of a block."""
        return shard * self.shard, min((shard + 1) * self.shard, self.design.runs)

    def jobs(self, first: int, last: int) -> Iterator[Job]:
        """Return the runs from `first` to `last` - 1."""
        design, points = self.design, len(self.design.points)
        rows = design.points.take(pa.array([run % points for run in range(first, last)])).to_pylist()
        for run, row in zip(range(first, last), rows, strict=True):
            variant, replication = design.variants[row[VARIANT]], run // points
            factors = {name: row[name] for name in design.factors}
            yield Job(run, run % points, replication, design.seed + replication, row[SCENARIO], variant, factors)

    def batch(self, first: int, last: int, limit: float) -> Batch:
        """Return some runs as a worker takes them."""
        return Batch(tuple(self.jobs(first, last)), self.kept, self.schema, limit)


def plan_of(design: Design) -> Plan:
    """Return the plan of a design.

    Raises
    ------
    ScenarioError
        If it keeps a measure that there is not.
    """
    what = kept(design.measures, design.series, design.variants)
    if clash := {SCENARIO, VARIANT, *NUMBERED} & set(design.factors) or set(what.measures) & set(design.factors):
        raise ScenarioError(f"factors: {sorted(clash)[0]} is the name of a column of the results")
    factors = [design.points.schema.field(name) for name in design.factors]
    fields = [
        *(pa.field(name, kind) for name, kind in NUMBERED.items()),
        *factors,
        pa.field("error", pa.string()),
        *fields_of(what),
    ]
    return Plan(design, what, pa.schema(fields), _shard(design, len(what.series)))


def _shard(design: Design, series: int) -> int:
    """Return how many runs a block holds: fewer where each brings long series."""
    longest = max(variant.market.periods for variant in design.variants)
    return max(1, min(SHARD_RUNS, SHARD_BYTES // max(longest * series * 8, 1)))


def write_plan(plan: Plan, folder: Path, command: str = "", source: str = "") -> None:
    """Make the folder of a new sweep; its manifest, written last, makes it one.

    Parameters
    ----------
    command : str
        The command that asked for it.
    source : str
        The text of the design's file.

    Raises
    ------
    ScenarioError
        If there is something in the folder.
    """
    new_folder(folder)
    with locked(folder):
        if (folder / MANIFEST).exists():
            raise ScenarioError(f"{folder}: another process has begun a sweep there")
        for n, variant in enumerate(plan.design.variants, 1):
            write_whole(folder / _file(n), dump_scenario(variant).encode())
        write_whole(folder / POINTS, table_bytes(plan.design.points))
        if source:
            write_whole(folder / "design.toml", source.encode())
        write_manifest(folder, _manifest(plan, folder, command))


def _file(number: int) -> str:
    return f"scenario-{number}.toml"


def _manifest(plan: Plan, folder: Path, command: str) -> dict[str, Any]:
    """Return all there is to know about a sweep but its results."""
    return {
        "valuenet": "sweep",
        **_identified(plan, folder),
        "identity": _identity(_identified(plan, folder)),
        "points": len(plan.design.points),
        "runs": plan.design.runs,
        "factors": plan.design.factors,
        "units": {name: units()[name.partition(" of ")[0]][0] for name in (*plan.kept.measures, *plan.kept.series)},
        "command": command,
        "versions": {name: version(name) for name in VERSIONS} | {"python": platform.python_version()},
        "machine": {"system": platform.platform(), "processors": os.cpu_count()},
        "created": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        **UNFINISHED,
    }


def _identified(plan: Plan, folder: Path) -> dict[str, Any]:
    """Return what results depend on: the manifest's part that may never change."""
    design = plan.design
    return {
        "schema": SCHEMA,
        "model_version": MODEL_VERSION,
        "title": design.title,
        "scenarios": [
            {"file": _file(n), "sha256": fingerprint(variant)} for n, variant in enumerate(design.variants, 1)
        ],
        "points_sha256": _digest((folder / POINTS).read_bytes()),
        "replications": design.replications,
        "seed": design.seed,
        "measures": list(plan.kept.measures),
        "series": list(plan.kept.series),
        "shard": plan.shard,
    }


def _identity(identified: dict[str, Any]) -> str:
    return _digest(json.dumps(identified).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_plan(folder: Path) -> Plan:
    """Return the plan of a sweep, to go on with it.

    Raises
    ------
    ScenarioError
        If results would not fit those there are: another version of the model or of the schema, a changed scenario,
        network or table of points.
    """
    manifest = read_manifest(folder)
    fork = f"; `valuenet sweep {folder} --out NEW` runs it anew in another folder"
    for key, ours in (("schema", SCHEMA), ("model_version", MODEL_VERSION)):
        if manifest.get(key) != ours:
            raise ScenarioError(f"{folder}: made by {key} {manifest.get(key)}, this is {ours}{fork}")
    plan = replace(plan_of(design_in(folder)), shard=int(manifest["shard"]))
    now = _identified(plan, folder)
    for key, value in now.items():
        if manifest.get(key) != value:
            raise ScenarioError(f"{folder}: {key} is not what the sweep began with{fork}")
    if manifest.get("identity") != _identity(now):
        raise ScenarioError(f"{folder}: the manifest is not what it was when the sweep began{fork}")
    return plan


def points_in(folder: Path, manifest: dict[str, Any]) -> pa.Table:
    """Return the table of points; raise ScenarioError where it is not what was written."""
    data = (folder / POINTS).read_bytes()
    if _digest(data) != manifest["points_sha256"]:
        raise ScenarioError(f"{folder / POINTS}: the file is not what the sweep began with; the sweep cannot go on")
    return table_of(data)


def design_in(folder: Path) -> Design:
    """Return the design of a sweep's folder, of whatever version of the model.

    Raises
    ------
    ScenarioError
        If the folder holds no sweep, or a file of it is missing or damaged.
    """
    manifest = read_manifest(folder)
    try:
        variants = tuple(load(folder / one["file"]) for one in manifest["scenarios"])
        points = points_in(folder, manifest)
        text, numbers = str(manifest["title"]), (int(manifest["replications"]), int(manifest["seed"]))
        names = tuple(map(str, manifest["measures"])), tuple(map(str, manifest["series"]))
        return Design(text, variants, points, *numbers, *names)
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError(f"{folder}: the sweep's plan is damaged ({error})") from None
