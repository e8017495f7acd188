"""Points from a file of the user's: CSV or Parquet, a column for each factor, a row for each point."""

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.catalogue import ScenarioError, listed, short
from scenarios.sweeps.design_file import MOST_POINTS
from scenarios.sweeps.sampling import Points

LARGEST_FILE = 500_000_000  # bytes
MOST_COLUMNS = 65


def read_points(path: Path) -> Points:
    """Read the values of each factor; a column `scenario`, where there is one, says which scenario each row is for.

    Raises
    ------
    ScenarioError
        One sentence: file, line, column, value, what is allowed.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ScenarioError(f"{path.name}: the file is larger than 500 MB")
        points = _from_parquet(path) if path.suffix == ".parquet" else _from_csv(path)
    except OSError as error:
        raise ScenarioError(f"{path.name}: the file cannot be read ({error.strerror or error})") from None
    if not points or not next(iter(points.values())):
        raise ScenarioError(f"{path.name}: there are no points in it")
    return points


def _from_parquet(path: Path) -> Points:
    try:
        table = pq.read_table(path)
    except pa.ArrowException as error:
        raise ScenarioError(f"{path.name}: this is not a Parquet file ({short(str(error))})") from None
    for name in table.column_names:
        kind = table.schema.field(name).type
        if not (pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_string(kind)):
            raise ScenarioError(f"{path.name}: column {short(name)} holds {kind}; it may hold numbers or texts")
        if table[name].null_count:
            raise ScenarioError(f"{path.name}: column {short(name)} has empty cells")
    return {name: table[name].to_pylist() for name in table.column_names}


def _from_csv(path: Path) -> Points:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            heads = [head.strip() for head in next(rows, [])]
            _refuse_odd_heads(heads, path)
            table = [_cells(row, heads, rows.line_num, path) for row in rows if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}: this is not a CSV file in UTF-8 ({short(str(error))})") from None
    if len(table) > MOST_POINTS:
        raise ScenarioError(f"{path.name}: there are {len(table):,} points; a design may have {MOST_POINTS:,}")
    return {head: _column(head, [row[n] for row in table], path) for n, head in enumerate(heads)}


def _refuse_odd_heads(heads: list[str], path: Path) -> None:
    if len(set(heads)) < len(heads) or not all(heads) or len(heads) > MOST_COLUMNS:
        raise ScenarioError(f"{path.name}: line 1: {listed(heads)} are not up to {MOST_COLUMNS} different names")


def _cells(row: list[str], heads: list[str], line: int, path: Path) -> list[str]:
    if len(row) != len(heads):
        hint = "; columns are separated by commas, decimals by points" if ";" in heads[0] else ""
        raise ScenarioError(f"{path.name}: line {line} has {len(row)} cells, line 1 has {len(heads)}{hint}")
    for head, text in zip(heads, row, strict=True):
        if not text.strip():
            raise ScenarioError(f"{path.name}: line {line}: {short(head)} is empty")
    return [text.strip() for text in row]


def _column(head: str, texts: list[str], path: Path) -> list[Any]:
    """Return a column of whole numbers, of numbers, or of texts where none of them is a number."""
    for kind in (int, float):
        try:
            return [kind(_no_python(text)) for text in texts]
        except ValueError:
            continue
    numbers = [n for n, text in enumerate(texts) if _is_number(text)]
    if numbers:
        odd = next(text for text in texts if not _is_number(text))
        raise ScenarioError(f"{path.name}: column {short(head)} holds numbers and {short(odd)!r}")
    return texts


def _no_python(text: str) -> str:
    """Refuse 1_000, which is a number to Python only."""
    if "_" in text:
        raise ValueError(text)
    return text


def _is_number(text: str) -> bool:
    try:
        float(_no_python(text))
    except ValueError:
        return False
    return True
