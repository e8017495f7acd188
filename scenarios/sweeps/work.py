"""What a worker does: some runs, one after the other, into the bytes of a Parquet file.

It touches no file and knows nothing of other workers: the same batch gives the same bytes anywhere.
"""

import faulthandler
import hashlib
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.catalogue import ScenarioError
from scenarios.outcome import fingerprint
from scenarios.scenario import Scenario
from scenarios.store import write_table
from scenarios.sweeps.design import market_of
from scenarios.sweeps.keep import SERIES, Kept, measures_of, series_of
from sim.ensemble import run
from sim.version import MODEL_VERSION

LONGEST_ERROR = 300  # characters


class Job(NamedTuple):
    """One run: its number, the number of its point, its replication and seed, where it starts from, what is set."""

    run: int
    point: int
    replication: int
    seed: int
    scenario: str
    variant: Scenario
    factors: dict[str, Any]


class Batch(NamedTuple):
    """Some jobs with consecutive numbers, what is kept of them, the columns of the result, seconds they may take."""

    jobs: tuple[Job, ...]
    kept: Kept
    schema: pa.Schema
    limit: float


def identity(scenario: Scenario, seed: int) -> str:
    """Return the name of a result: 128 bits, in hex, of the SHA-256 of (effective scenario, seed, version)."""
    return hashlib.sha256(f"{fingerprint(scenario)}/{seed}/{MODEL_VERSION}".encode()).hexdigest()[:32]


def run_batch(batch: Batch) -> bytes:
    """Run the jobs and return a Parquet file: a row for each, with its error where it could not be run."""
    with _at_most(batch.limit):
        return encoded([row(job, batch.kept) for job in batch.jobs], batch.schema)


def row(job: Job, kept: Kept) -> dict[str, Any]:
    """Run one job; what goes wrong in it is the row's error, and stops nobody else's."""
    record = said(job)
    try:
        scenario = market_of(job.variant, {name: v for name, v in job.factors.items() if not isinstance(v, str)})
        record["id"] = identity(scenario, job.seed)
        done = run(scenario.market, job.seed, scenario.network)
        record |= zip(kept.measures, measures_of(done, kept.measures), strict=True)
        record |= zip((SERIES + name for name in kept.series), series_of(done, kept.series), strict=True)
    except Exception as error:
        record["error"] = in_words(error)
    return record


def said(job: Job, error: str | None = None) -> dict[str, Any]:
    """Return the row of a run that has not been run."""
    numbers = {"run": job.run, "point": job.point, "replication": job.replication, "seed": job.seed}
    return {**numbers, "scenario": job.scenario, "id": None, **job.factors, "error": error}


def in_words(error: Exception) -> str:
    """Return an error in one line; its kind where it is not one of ours."""
    text = str(error) if isinstance(error, ScenarioError) else f"{type(error).__name__}: {error}"
    return "".join(c if c.isprintable() else " " for c in text)[:LONGEST_ERROR]


def encoded(rows: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    """Return rows as the bytes of a Parquet file; NaN becomes null."""
    columns = [pa.array([_known(row.get(name)) for row in rows], schema.field(name).type) for name in schema.names]
    return table_bytes(pa.table(columns, schema=schema))


def _known(value: Any) -> Any:
    if isinstance(value, list):
        return [_known(one) for one in value]
    return None if value != value else value


def table_bytes(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file, the same for the same table."""
    sink = pa.BufferOutputStream()
    write_table(table, sink)
    return sink.getvalue().to_pybytes()


def table_of(data: bytes, columns: list[str] | None = None) -> pa.Table:
    """Return the table in the bytes of a Parquet file, or some of its columns.

    Without threads of Arrow's: one that still reads when the process ends makes it end with an abort.
    """
    return pq.read_table(pa.BufferReader(data), columns=columns, use_threads=False, pre_buffer=False)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """End this worker's process where the block takes longer; compiled rules listen to nothing gentler."""
    if multiprocessing.parent_process() is None:
        yield  # a thread of the user's own process: that one is not ended
        return
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
