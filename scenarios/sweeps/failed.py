"""Trying failed runs again: their rows are taken out, so that they are missing."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scenarios.sweeps import folder as disk
from scenarios.sweeps.folder import (
    SERIES,
    UNFINISHED,
    content,
    locked,
    read_manifest,
    remove,
    write_manifest,
    write_part,
)
from scenarios.sweeps.keep import SERIES as SERIES_COLUMN
from scenarios.sweeps.plan import Plan
from scenarios.sweeps.work import table_bytes, table_of


def forget_failed(plan: Plan, folder: Path) -> int:
    """Take the rows of failed runs out of a sweep; return how many there were.

    A file that holds any is cut into the batches between them, and goes when these are written.
    """
    with locked(folder):
        (folder / disk.PARTS).mkdir(exist_ok=True)
        write_manifest(folder, read_manifest(folder) | UNFINISHED)
        held = [(part, data) for part in disk.parts(folder) if (data := content(part))]
        loose = [_cut(folder, table_of(data), [part.path]) for part, data in held]
        return sum(loose) + sum(
            _take_apart(plan, folder, shard, data) for shard in disk.shards(folder) if (data := content(shard))
        )


def _take_apart(plan: Plan, folder: Path, shard: disk.Shard, data: bytes) -> int:
    table, names = table_of(data), plan.kept.series
    beside = [one.path for one in disk.shards(folder, SERIES) if one.number == shard.number]
    if names and beside:
        table = wide(table, table_of(beside[0].read_bytes()), names)
    return _cut(folder, table.select(plan.schema.names), [shard.path, *beside]) if beside or not names else 0


def _cut(folder: Path, table: pa.Table, files: list[Path]) -> int:
    """Write what lies between failed rows, remove the files it was in; return how many rows failed."""
    failed = np.flatnonzero(pc.is_valid(table["error"]).to_numpy(zero_copy_only=False))
    if not len(failed):
        return 0
    runs = table["run"].to_numpy()
    for before, after in pairwise([-1, *failed.tolist(), len(table)]):
        if after > before + 1:
            piece = table.slice(before + 1, after - before - 1)
            write_part(folder, int(runs[before + 1]), int(runs[after - 1]) + 1, table_bytes(piece))
    remove(files)
    return len(failed)


def wide(runs: pa.Table, series: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """Return runs with their series as lists, as batches have them: the opposite of `shards.long`."""
    numbers = runs["run"].to_numpy()
    offsets = np.searchsorted(series["run"].to_numpy(), [*numbers, numbers[-1] + 1]).astype(np.int32)
    for name in names:
        lists = pa.ListArray.from_arrays(pa.array(offsets), series[name].combine_chunks())
        runs = runs.append_column(SERIES_COLUMN + name, lists)
    return runs
