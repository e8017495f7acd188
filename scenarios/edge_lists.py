"""Networks from spreadsheets: a CSV edge list and, beside it, a CSV of participants."""

import codecs
import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from scenarios.relationships import (
    FEW_ENOUGH_TO_COMPARE,
    WHERE_TRUST_IS,
    Draft,
    NetworkError,
    Participant,
    nearest,
    number_of,
    participant_of,
    shown,
    text_of,
    trust_of,
)

RELATIONSHIP = ("buyer", "provider")
RELATIONSHIP_MORE = (*WHERE_TRUST_IS, "time")
PARTICIPANT = ("name", "kind")
PARTICIPANT_MORE = ("strategy", "tier")
FAR_TIME = 1e15


def draft_of_edge_list(file: str, edges: bytes, beside: tuple[str, bytes] | None) -> Draft:
    """Read the CSV text `edges` of `file`; `beside` is the participants file's name and text, if there is one.

    Raises
    ------
    NetworkError
        If a column or a cell is missing, unknown or out of range, or a participant is not declared.
    """
    people = _declared(*beside) if beside else {}
    place_of = {name: place for place, name in enumerate(people)}
    ends, trust, times, lines = array("i"), array("d"), array("d"), array("q")
    for line, row in table(file, edges, RELATIONSHIP, RELATIONSHIP_MORE, may_be_empty=()):
        place = f"{file}, line {line}"
        for end in RELATIONSHIP:
            name = text_of(row[end], end, place)
            if name not in place_of and beside:
                raise NetworkError(f"{place}: {end} {shown(name)} is not in {beside[0]}; {_similar(name, people)}")
            if name not in place_of:
                place_of[name], people[name] = len(people), Participant(name, place)
            ends.append(place_of[name])
        trust.append(trust_of(row, place))
        times.append(number_of(row.get("time", "0"), "time", -FAR_TIME, FAR_TIME, place))
        lines.append(line)
    order = np.argsort(np.array(times), kind="stable")
    pairs = np.array(ends, np.int32).reshape(-1, 2)[order]
    return Draft(
        file,
        list(people.values()),
        pairs[:, 0],
        pairs[:, 1],
        np.array(trust, np.float64)[order],
        np.array(lines, np.int64)[order],
    )


def _declared(file: str, data: bytes) -> dict[str, Participant]:
    people: dict[str, Participant] = {}
    for line, row in table(file, data, PARTICIPANT, PARTICIPANT_MORE, may_be_empty=("kind", *PARTICIPANT_MORE)):
        place = f"{file}, line {line}"
        name = text_of(row["name"], "name", place)
        if name in people:
            raise NetworkError(f"{place}: {shown(name)} is already at {people[name].place}; give each participant once")
        people[name] = participant_of(name, row, place)
    return people


def _similar(name: str, people: dict[str, Participant]) -> str:
    hint = nearest(name, islice(people, FEW_ENOUGH_TO_COMPARE))
    return hint if hint.startswith("did") else "add it there, or correct the name"


def table(
    file: str,
    data: bytes,
    needed: tuple[str, ...],
    more: tuple[str, ...],
    may_be_empty: tuple[str, ...],
    header: Sequence[str] = (),
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row by column) of a CSV; blank rows, as spreadsheets leave them, are skipped.

    The first line is the header, where none is given.
    """
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    records = _records(file, data, ";" if b";" in data.partition(b"\n")[0] else ",")
    if not header:
        _, first = next(records, (1, []))
        header = [name.strip() for name in first]
    _check_header(f"{file}, line 1", header, needed, more)
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise NetworkError(
                f"{file}, line {line}: the number of cells is {len(cells)}, the header has {len(header)}; "
                "put quotes round a cell with the delimiter in it, or write decimals with a point"
            )
        row = dict(zip(header, cells, strict=True))
        for column, cell in row.items():
            if column not in may_be_empty and not cell.strip():
                raise NetworkError(f"{file}, line {line}: {column} is empty; every row needs one")
        yield line, row


def _decoded(file: str, data: bytes) -> Iterator[str]:
    for line, raw in enumerate(io.BytesIO(data), 1):
        try:
            yield raw.decode()
        except UnicodeDecodeError:
            raise NetworkError(f"{file}, line {line}: not UTF-8 text; save the file as CSV in UTF-8") from None


def _records(file: str, data: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it starts in."""
    reader = csv.reader(_decoded(file, data), delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise NetworkError(f"{file}, line {line}: not readable as CSV ({error}); look for a quote too many") from None


def _check_header(place: str, header: Sequence[str], needed: tuple[str, ...], more: tuple[str, ...]) -> None:
    for name in header:
        if name not in (*needed, *more):
            raise NetworkError(f"{place}: unknown column {shown(name)}; {nearest(name, (*needed, *more))}")
        if header.count(name) > 1:
            raise NetworkError(f"{place}: column {name} is there twice; give it once")
    for name in needed:
        if name not in header:
            raise NetworkError(
                f"{place}: no column {name}; the header needs {' and '.join(needed)}, and may have {', '.join(more)}"
            )
    if set(WHERE_TRUST_IS) <= set(header):
        raise NetworkError(f"{place}: both trust and rating; give one of them")
