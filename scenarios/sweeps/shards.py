"""What is done of a sweep: batches as they come in, joined into blocks that no longer depend on how they came.

A block holds the same runs in the same order whatever the batches were, so its bytes are those of any other way of
running the sweep. Series go into tables of their own, a row for each run and period.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scenarios.sweeps import folder as disk
from scenarios.sweeps.folder import RUNS, SERIES, Part, content, remove, set_aside, write_part, write_shard
from scenarios.sweeps.keep import SERIES as SERIES_COLUMN
from scenarios.sweeps.plan import Plan
from scenarios.sweeps.work import table_bytes, table_of


class Ledger:
    """Which runs of a sweep are kept in its folder.

    Attributes
    ----------
    done : int
        Runs that are kept.
    damaged : list of str
        Files that were not what had been written; their runs are run again.
    """

    def __init__(self, plan: Plan, place: Path) -> None:
        self.plan, self.folder = plan, place
        self.done = 0
        self.damaged: list[str] = []
        self._full: set[int] = set()
        self._open: dict[int, list[Part]] = {}
        self._failed: dict[int, int] = {}  # by first run of a batch, or of a block
        disk.tidy(place)
        self._read_shards()
        self._read_parts()

    def _read_shards(self) -> None:
        series = {shard.number: shard for shard in disk.shards(self.folder, SERIES)}
        for shard in disk.shards(self.folder):
            beside = [series.pop(shard.number, None)] if self.plan.kept.series else []
            files = [shard, *(file for file in beside if file)]
            held = {file: data for file in files if (data := content(file)) is not None}
            wrong = [file for file in files if file not in held]
            if wrong or None in beside or shard.number in self._full or shard.number >= self.plan.shards:
                self._set_aside(wrong)
                remove([file.path for file in files if file not in wrong])
            else:
                self._full.add(shard.number)
                self._count(self.plan.bounds(shard.number)[0], table_of(held[shard], ["error"]))
        remove([shard.path for shard in series.values()])  # their runs were not written any more

    def _read_parts(self) -> None:
        for part in disk.parts(self.folder):
            shard, held = part.first // self.plan.shard, content(part)
            before = self._open.get(shard, [])
            if held is None:
                self._set_aside([part])
            elif shard in self._full or (before and before[-1].last > part.first):
                remove([part.path])
            else:
                self._open.setdefault(shard, []).append(part)
                self._count(part.first, table_of(held, ["error"]))
        for shard in list(self._open):
            self._close(shard)

    def _set_aside(self, files: list) -> None:
        for file in files:
            self.damaged.append(file.path.name)
            set_aside(self.folder, file)

    @property
    def failed(self) -> int:
        """Runs that are kept as errors."""
        return sum(self._failed.values())

    def _count(self, first: int, table: pa.Table) -> None:
        self.done += len(table)
        if failed := len(table) - table["error"].null_count:
            self._failed[first] = failed

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Return the runs that are missing now, as (first, last + 1), block by block in order."""
        for shard in range(self.plan.shards):
            if shard not in self._full:
                at, end = self.plan.bounds(shard)
                for part in sorted(self._open.get(shard, [])):
                    if part.first > at:
                        yield at, part.first
                    at = part.last
                if at < end:
                    yield at, end

    def add(self, first: int, last: int, data: bytes) -> list[tuple[int, int]]:
        """Keep a batch; return the runs that are missing again because a batch before it was found damaged.

        Raises
        ------
        OSError
            If it cannot be written; what was kept before still is.
        ValueError
            If it does not hold these runs.
        """
        table = table_of(data, ["run", "error"])
        if not np.array_equal(table["run"].to_numpy(), np.arange(first, last)):
            raise ValueError(f"a batch of runs {first} to {last - 1} came back with others")
        shard = first // self.plan.shard
        self._open.setdefault(shard, []).append(write_part(self.folder, first, last, data))
        self._count(first, table)
        return self._close(shard)

    def _close(self, shard: int) -> list[tuple[int, int]]:
        """Join the batches of a block where all are there."""
        first, last = self.plan.bounds(shard)
        parts = sorted(self._open[shard])
        if sum(part.last - part.first for part in parts) < last - first:
            return []
        held = {part: data for part in parts if (data := content(part)) is not None}
        if len(held) < len(parts):
            return self._lose(shard, [part for part in parts if part not in held])
        table = pa.concat_tables([table_of(data) for data in held.values()]).combine_chunks()
        self._write(shard, table)
        remove([part.path for part in parts])
        self._full.add(shard)
        del self._open[shard]
        return []

    def _lose(self, shard: int, wrong: list[Part]) -> list[tuple[int, int]]:
        self._set_aside(wrong)
        self._open[shard] = [part for part in self._open[shard] if part not in wrong]
        for part in wrong:
            self.done -= part.last - part.first
            self._failed.pop(part.first, None)
        return [(part.first, part.last) for part in wrong]

    def _write(self, shard: int, table: pa.Table) -> None:
        """Write a block: first its series, then the runs that make it count."""
        names = [SERIES_COLUMN + name for name in self.plan.kept.series]
        if names:
            write_shard(self.folder, SERIES, shard, table_bytes(long(table, self.plan.kept.series)))
        write_shard(self.folder, RUNS, shard, table_bytes(table.drop_columns(names)))


def long(table: pa.Table, series: tuple[str, ...]) -> pa.Table:
    """Return series as a table: run, period (from 1), a column for each; runs that failed have no rows."""
    there = table.filter(pc.is_null(table["error"]))
    columns = [there[SERIES_COLUMN + name].combine_chunks() for name in series]
    lengths = columns[0].value_lengths().to_numpy(zero_copy_only=False) if len(there) else np.zeros(0, int)
    runs = np.repeat(there["run"].to_numpy(), lengths)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    periods = np.arange(len(runs)) - starts + 1
    values = {name: column.flatten() for name, column in zip(series, columns, strict=True)}
    return pa.table({"run": pa.array(runs, pa.int64()), "period": pa.array(periods, pa.int64()), **values})
