"""Reading a sweep: as Arrow tables, and from there as pandas, polars or xarray; finished or not.

Parquet files need none of this: `pandas.read_parquet("DIR/runs")`, `polars.read_parquet("DIR/runs/*.parquet")` and
DuckDB's `from 'DIR/runs/*.parquet'` read a finished sweep as it lies there. This module also checks that nothing is
damaged, reads what an unfinished sweep has, and knows every schema there was.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from scenarios.catalogue import ScenarioError
from scenarios.optional import library
from scenarios.sweeps import folder as disk
from scenarios.sweeps.folder import RUNS, SERIES, Part, Shard, content, read_manifest
from scenarios.sweeps.plan import NUMBERED, points_in
from scenarios.sweeps.shards import long
from scenarios.sweeps.work import table_of


class Results:
    """The results of a sweep; `open_sweep` makes one.

    Attributes
    ----------
    folder : Path
    manifest : dict
        What `manifest.json` says.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder, self.manifest = folder, manifest

    @property
    def measures(self) -> list[str]:
        """The measures of each run."""
        return list(self.manifest["measures"])

    @property
    def factors(self) -> list[str]:
        """The quantities that vary."""
        return list(self.manifest["factors"])

    @property
    def columns(self) -> list[str]:
        """The columns of `runs`."""
        return list(self._empty().column_names)

    def runs(self) -> pa.Table:
        """Return a row for each run that is done: number, scenario, point, seed, factors, error, measures.

        Raises
        ------
        ScenarioError
            If a file is damaged; `valuenet resume` runs what was in it again.
        """
        return pa.concat_tables([self._empty(), *self.blocks()]).combine_chunks()

    def blocks(self) -> Iterator[pa.Table]:
        """Return the rows of `runs` block by block, for more of them than memory holds."""
        schema = self._empty().schema
        for file in self._files():
            yield _table(file).select(schema.names).cast(schema)

    def series(self) -> pa.Table:
        """Return a row for each run and period, a column for each series that is kept; runs that failed have none."""
        return pa.concat_tables(self.series_blocks()).combine_chunks()

    def series_blocks(self) -> Iterator[pa.Table]:
        """Return the rows of `series` block by block."""
        names = tuple(self.manifest["series"])
        if not names:
            raise ScenarioError(f"{self.folder}: this sweep kept no series; name them in the design's [keep]")
        full = {shard.number for shard in disk.shards(self.folder)}
        yield from (_table(shard) for shard in disk.shards(self.folder, SERIES) if shard.number in full)
        yield from (long(_table(file), names) for file in self._files() if isinstance(file, Part))

    def errors(self) -> pa.Table:
        """Return the rows of the runs that failed."""
        runs = self.runs()
        return runs.filter(pa.compute.is_valid(runs["error"])).select([*NUMBERED, *self.factors, "error"])

    def to_pandas(self) -> Any:
        """Return `runs` as a pandas data frame."""
        library("pandas")
        return self.runs().to_pandas()

    def to_polars(self) -> Any:
        """Return `runs` as a polars data frame."""
        return library("polars").from_arrow(self.runs())

    def to_xarray(self) -> Any:
        """Return the measures as an xarray dataset.

        Its dimensions are scenario, every factor and replication where the points are a full grid, else point and
        replication with scenario and factors as coordinates; NaN where a run failed or is not done.
        """
        return library("xarray").Dataset(*_cube(self))

    def array(self, measure: str) -> np.ndarray:
        """Return a measure, shape (points, replications); NaN where a run failed or is not done."""
        runs = self.runs()
        values = np.full((int(self.manifest["points"]), int(self.manifest["replications"])), np.nan)
        values[runs["point"].to_numpy(), runs["replication"].to_numpy()] = _numbers(runs[measure])
        return values

    def points(self) -> pa.Table:
        """Return a row for each point: scenario and factors."""
        return points_in(self.folder, self.manifest).select(["scenario", *self.factors])

    def damaged(self) -> list[str]:
        """Return the files that are not what was written, or are missing from a finished sweep."""
        files: list[Part | Shard] = [*self._files(), *disk.shards(self.folder, SERIES)]
        wrong = [str(file.path.relative_to(self.folder)) for file in files if content(file) is None]
        try:
            points_in(self.folder, self.manifest)
        except (OSError, ScenarioError):
            wrong.append(disk.POINTS)
        return wrong + (self._missing() if self.manifest["finished"] else [])

    def _missing(self) -> list[str]:
        blocks = range(-(-int(self.manifest["runs"]) // int(self.manifest["shard"])))
        kinds = (RUNS, SERIES) if self.manifest["series"] else (RUNS,)
        there = {(kind, shard.number) for kind in kinds for shard in disk.shards(self.folder, kind)}
        return [f"{kind}/{number:06d}-*.parquet" for kind in kinds for number in blocks if (kind, number) not in there]

    def _files(self) -> list[Part | Shard]:
        """Return blocks, and batches of blocks that are not full yet, in order of the runs."""
        full = {shard.number: shard for shard in disk.shards(self.folder, RUNS)}
        block = int(self.manifest["shard"])
        loose = [part for part in disk.parts(self.folder) if part.first // block not in full]
        placed: list[tuple[int, Part | Shard]] = [(number * block, shard) for number, shard in full.items()]
        return [file for _, file in sorted(placed + [(part.first, part) for part in loose], key=lambda one: one[0])]

    def _empty(self) -> pa.Table:
        points = points_in(self.folder, self.manifest).schema
        fields = [pa.field(name, kind) for name, kind in NUMBERED.items()]
        fields += [points.field(name) for name in self.factors] + [pa.field("error", pa.string())]
        fields += [pa.field(name, pa.float64()) for name in self.measures]
        return pa.schema(fields).empty_table()


def open_sweep(folder: Path | str) -> Results:
    """Open the results of a sweep, made by this version or an earlier one.

    Raises
    ------
    ScenarioError
        If the folder holds no sweep, or one of a later schema.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest.get("schema") not in READERS:
        raise ScenarioError(f"{place}: schema {manifest.get('schema')} is not one this version reads; update valuenet")
    return READERS[manifest["schema"]](place, manifest)


READERS: dict[int, Callable[[Path, dict[str, Any]], Results]] = {1: Results}  # every released schema


def _table(file: Part | Shard) -> pa.Table:
    data = content(file)
    if data is None:
        raise ScenarioError(f"{file.path}: the file is damaged; `valuenet resume` runs again what was in it")
    return table_of(data)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.to_numpy().astype(float)


def _cube(results: Results) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (variables, coordinates) of a dataset."""
    points, replications = results.points(), int(results.manifest["replications"])
    axes = {name: np.array(list(dict.fromkeys(points[name].to_pylist()))) for name in points.column_names}
    numbers = {"replication": np.arange(replications), "seed": ("replication", _seeds(results))}
    if np.prod([len(axis) for axis in axes.values()]) != len(points):
        beside = {name: ("point", points[name].to_pylist()) for name in points.column_names}
        variables = {name: (("point", "replication"), results.array(name)) for name in results.measures}
        return variables, beside | {"point": np.arange(len(points))} | numbers
    place = tuple(_places(points[name].to_pylist(), axis) for name, axis in axes.items())
    cubes = {}
    for name in results.measures:
        cube = np.full((*map(len, axes.values()), replications), np.nan)
        cube[place] = results.array(name)
        cubes[name] = ((*axes, "replication"), cube)
    return cubes, axes | numbers


def _seeds(results: Results) -> list[int]:
    first = int(results.manifest["seed"])
    return list(range(first, first + int(results.manifest["replications"])))


def _places(values: list[Any], axis: np.ndarray) -> np.ndarray:
    places = {value: place for place, value in enumerate(axis.tolist())}
    return np.array([places[value] for value in values])
