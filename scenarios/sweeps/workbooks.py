"""XLSX workbooks, through XlsxWriter, a row at a time."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scenarios.optional import library

ROWS = 1_048_576  # of a sheet
SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
EXACT = 2**53  # larger whole numbers would lose digits: a sheet holds floats


def write_workbook(path: Path, sheets: Mapping[str, Iterable[list[Any]]]) -> None:
    """Write a sheet for each table; texts stay texts, whatever they begin with."""
    with library("xlsxwriter", "xlsx").Workbook(str(path), SAFE) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for n, row in enumerate(rows):
                for column, value in enumerate(row):
                    _put(sheet, n, column, value)


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, int) and abs(value) > EXACT:
        sheet.write_string(row, column, str(value))
    elif value is not None and value == value:
        sheet.write_number(row, column, value)
