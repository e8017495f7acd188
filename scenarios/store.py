"""Results on disk: every file whole or not at all, in a folder that holds nothing else (`docs/cli.md`)."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.catalogue import ScenarioError, refuse_unprintable
from sim.version import MODEL_VERSION

SCHEMA = 1  # of records and files
RESULTS = "results.json"  # written last; its key "valuenet" marks a folder as ours
OURS = (
    RESULTS,
    "series.parquet",
    "series.csv",
    "by_strategy.csv",
    "network.graphml",
    "network.gexf",
    "runs.parquet",
    "runs.csv",
    "differences.csv",
    "cells.csv",
    "indices.csv",
    "points.csv",
    "claims.csv",
    "scorecard.csv",
    "scorecard.md",
    "contrasts.csv",
    "claims.md",
    "C[0-9][0-9].svg",
    "posterior.parquet",
    "posterior.csv",
    "targets.csv",
    "fit.md",
    "quantities.svg",
    "targets.svg",
    "report.html",
    "scenario*.toml",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is obeyed by spreadsheets

Writer = Callable[[Path], object]
Columns = dict[str, Sequence[Any]]


def columns_of(rows: Iterable[Mapping[str, Any]]) -> Columns:
    """Turn rows with the same keys, at least one, into columns."""
    table = list(rows)
    return {key: [row[key] for row in table] for key in table[0]}


def save(folder: Path, files: Mapping[str, Writer], content: dict[str, Any]) -> list[Path]:
    """Write files and `content` as results.json into `folder`; files of earlier results that are not renewed go.

    All are first written under other names, so nothing is replaced before everything has been written.
    """
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    writers = {**files, RESULTS: text_writer(text)}
    with TemporaryDirectory(prefix=".partial-", dir=folder) as partial:  # new: no link left there is followed
        for name, writer in writers.items():
            _write(writer, Path(partial, name), folder / name)
        for name in writers:
            os.replace(Path(partial, name), folder / name)
    _remove(path for pattern in OURS for path in folder.glob(pattern) if path.name not in writers)
    return [folder / name for name in writers]


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything while its results.json does not say that it is ours."""
    refuse_unprintable(str(folder), "--out ")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder / RESULTS):
        raise ScenarioError(f"--out {folder}: there are files that valuenet did not write; name a new or empty folder")
    if folder.exists() and not folder.is_dir():
        raise ScenarioError(f"--out {folder}: this is a file; name a folder")


def _is_ours(results: Path) -> bool:
    try:
        content = json.loads(results.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and "valuenet" in content


def _write(writer: Writer, partial: Path, final: Path) -> None:
    try:
        writer(partial)
    except OSError as error:
        raise OSError(f"{final}: cannot be written ({error.strerror or error})") from None


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        path.unlink(missing_ok=True)


def text_writer(text: str) -> Writer:
    """Return a writer of one text."""
    return lambda path: path.write_text(text, "utf-8")


def write_parquet(path: Path, columns: Columns, metadata: Mapping[str, str]) -> None:
    """Write columns with the version of model and schema; NaN becomes null."""
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    told = {"model_version": str(MODEL_VERSION), "schema": str(SCHEMA), **metadata}
    named = {f"valuenet.{key}": value for key, value in told.items()}
    write_table(pa.table(arrays).replace_schema_metadata(named), path)


def write_table(table: pa.Table, where: Any) -> None:
    """Write a table as Parquet, the same bytes for the same table; `id` is different in each row: no dictionary."""
    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    texts = [field.name for field in table.schema if pa.types.is_string(field.type) and field.name != "id"]
    pq.write_table(table, where, compression="zstd", use_dictionary=texts, use_byte_stream_split=floats)


def write_csv(path: Path, columns: Columns) -> None:
    """Write columns; an empty cell where there was nothing to measure; no text that a spreadsheet would obey."""
    with path.open("w", encoding="utf-8", newline="") as file:
        print_csv(file, columns)


def print_csv(file: TextIO, columns: Columns) -> None:
    """Write columns as CSV into an open file, or a text in memory."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(cell, columns))
    writer.writerows([cell(value) for value in row] for row in zip(*columns.values(), strict=True))


def cell(value: object) -> object:
    """Return a value as a cell of a CSV: no text that a spreadsheet would obey, nothing for what was not there."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return "" if value is None or value != value else value
