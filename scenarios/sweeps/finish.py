"""The end of a sweep: what failed as a table of its own, the digest of all results in the manifest."""

import hashlib
import time
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from scenarios.store import Columns, write_csv
from scenarios.sweeps import folder as disk
from scenarios.sweeps.crate import write_crate
from scenarios.sweeps.folder import ERRORS, PARTS, RUNS, SERIES, read_manifest, write_manifest, write_through
from scenarios.sweeps.plan import NUMBERED, Plan


def finish(plan: Plan, folder: Path) -> None:
    """Write errors.csv, the number of errors and the digest of the results into the manifest, metadata for archives."""
    failed = _failed(folder)
    columns: Columns = {name: [row[name] for row in failed] for name in (*NUMBERED, *plan.design.factors, "error")}
    write_through(folder / ERRORS, lambda path: write_csv(path, columns))
    ended = {"finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "failed": len(failed), "results": results_digest(folder)}
    write_manifest(folder, read_manifest(folder) | ended)
    write_crate(folder)
    if (folder / PARTS).is_dir() and not any((folder / PARTS).iterdir()):
        (folder / PARTS).rmdir()


def _failed(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for shard in disk.shards(folder):
        errors = pq.read_table(shard.path, columns=["error"])["error"]
        if errors.null_count < len(errors):
            rows += pq.read_table(shard.path).filter(pc.is_valid(errors)).to_pylist()
    return rows


def results_digest(folder: Path) -> str:
    """Return the SHA-256 over the digests of all blocks: equal for equal results, however they were made."""
    digest = hashlib.sha256()
    for kind in (RUNS, SERIES):
        for shard in disk.shards(folder, kind):
            digest.update(f"{kind} {shard.number} {shard.digest}\n".encode())
    return digest.hexdigest()
