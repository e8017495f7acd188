"""A sweep as files for spreadsheets: CSV, or one XLSX workbook; block by block, so that memory does not matter."""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from scenarios.catalogue import ScenarioError
from scenarios.store import cell
from scenarios.sweeps.folder import write_through
from scenarios.sweeps.results import Results
from scenarios.sweeps.workbooks import ROWS, write_workbook

FORMATS = ("csv", "xlsx")


def export(results: Results, kind: str, folder: Path) -> list[Path]:
    """Write runs, and series where they were kept, for spreadsheets; return the files.

    No text is written that a spreadsheet would obey; what could not be measured is an empty cell.

    Raises
    ------
    ScenarioError
        If there is no such format, or more rows than a sheet can hold.
    OSError
        If a file cannot be written, or XlsxWriter is not installed.
    """
    if kind not in FORMATS:
        raise ScenarioError(f"--to {kind}: it is one of {', '.join(FORMATS)}")
    folder.mkdir(parents=True, exist_ok=True)
    series = list(results.manifest["series"])
    tables = {"runs": (results.columns, results.blocks)}
    if series:
        tables["series"] = (["run", "period", *series], results.series_blocks)
    if kind == "csv":
        return [write_through(folder / f"{name}.csv", _csv_writer(_rows(*table))) for name, table in tables.items()]
    _refuse_too_long(results)
    sheets = {name: _rows(*table) for name, table in tables.items()}
    return [write_through(folder / "sweep.xlsx", lambda path: write_workbook(path, sheets))]


def _refuse_too_long(results: Results) -> None:
    runs = sum(len(block) for block in results.blocks())
    periods = sum(len(block) for block in results.series_blocks()) if results.manifest["series"] else 0
    for name, rows in (("runs", runs), ("series", periods)):
        if rows >= ROWS:
            raise ScenarioError(f"{name}: {rows:,} rows are more than the {ROWS - 1:,} a sheet can hold; take --to csv")


def _rows(heads: list[str], blocks: Callable[[], Iterable[pa.Table]]) -> Iterator[list[object]]:
    """Return the names of the columns, then the rows."""
    yield list(heads)
    for block in blocks():
        for row in zip(*(column.to_pylist() for column in block.columns), strict=True):
            yield list(row)


def _csv_writer(rows: Iterable[list[object]]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([cell(value) for value in row] for row in rows)

    return write
