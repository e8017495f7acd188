"""Films as bytes for the browser: a short head in JSON, then columns of small whole numbers.

Shares take one byte (0 .. 255 for 0 .. 1), rows two, amounts of money two in steps that the head names: one
cent, or more where the largest amount needs it. Every column begins at a multiple of four bytes.
"""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboards.biography import PARTS, REASONS
from dashboards.footage import Footage
from dashboards.looking import EVENTS
from sim.config import Market
from sim.network import KINDS
from sim.records import NOBODY
from sim.sections import Department

NO_ROW = 0xFFFF  # nobody: a film has fewer rows
MEDIATED, INCIDENT, REPAIRED = 1, 2, 4  # in the column `flags`
UNKNOWN = -0x8000  # a part of a difference that could not be taken
FULL = 255  # a share of 1 as a byte
LINE = 4  # bytes
CENT = 0.01  # EUR
SIGNED, UNSIGNED = 0x7FFF, 0xFFFF  # largest numbers

Column = tuple[NDArray, float]  # whole numbers, and what 1 stands for


def press(footage: Footage) -> tuple[dict[str, Any], bytes]:
    """Return the head of a film and its columns.

    The head is what `_head` says, with `columns`: name to [type, first byte, length, what 1 stands for].
    """
    places, body = {}, bytearray()
    for name, (column, step) in columns(footage).items():
        places[name] = [column.dtype.str[1:], len(body), column.size, step]
        body += column.astype(column.dtype.newbyteorder("<")).tobytes()
        body += bytes(-len(body) % LINE)
    return {**_head(footage), "columns": places}, bytes(body)


def join(films: Sequence[tuple[dict[str, Any], bytes]]) -> bytes:
    """Return pressed films as bytes: the length of the head (4 bytes, little-endian), the head, the films' columns.

    The head is JSON: `kinds`, `reasons`, `parts` and `events` by their numbers, and `films`, the head of each with
    `start`, its first byte after this head.
    """
    starts = accumulate((len(body) for _, body in films), initial=0)
    heads = [{**head, "start": start} for (head, _), start in zip(films, starts, strict=False)]
    head = json.dumps({"kinds": KINDS, "reasons": REASONS, "parts": PARTS, "events": EVENTS, "films": heads}).encode()
    head += b" " * (-len(head) % LINE)
    return len(head).to_bytes(LINE, "little") + head + b"".join(body for _, body in films)


def _head(footage: Footage) -> dict[str, Any]:
    """Return sizes and names of a footage."""
    periods, buyers = footage.deals["provider"].shape
    sizes = {
        "periods": periods,
        "buyers": buyers,
        "actors": len(footage.cast["kind"]),
        "providers": len(footage.cast["providers"]),
    }
    people = {
        "customers": footage.market.customers.customers,
        "platform": footage.market.platform.platform_slots > 0,
        "names": footage.names,
    }
    return {**sizes, **people, "strategies": list(footage.market.strategies), "tiers": _tiers(footage.market)}


def _tiers(market: Market) -> list[dict[str, Any]]:
    """Return name and nature of the tiers, the sellers first, who have no name."""
    upstream = [{"name": name, "internal": isinstance(tier, Department)} for name, tier in market.upstream]
    return [{"name": "", "internal": False}, *upstream]


def columns(footage: Footage) -> dict[str, Column]:
    """Return every column of a film by its name, by period and then by row."""
    return {**_cast(footage), **_deals(footage), **_others(footage)}


def _cast(footage: Footage) -> dict[str, Column]:
    cast = footage.cast
    small = {
        name: (cast[name].astype(np.uint8), 1)
        for name in ("kind", "tier", "strategy", "influencer", "takes_part", "member")
    }
    rows = {"rows": _rows(cast["providers"])} | {name: _rows(cast[name]) for name in ("firm", "partner")}
    return {**small, **rows, "x": _signed(cast["x"], 1 / SIGNED), "y": _signed(cast["y"], 1 / SIGNED)}


def _deals(footage: Footage) -> dict[str, Column]:
    deals = footage.deals
    flags = MEDIATED * deals["mediated"] + INCIDENT * deals["incident"] + REPAIRED * deals["repaired"]
    found = {"provider": _rows(deals["provider"]), "flags": (flags.astype(np.uint8), 1.0)}
    if footage.market.couriers.couriers:
        found["courier"] = _rows(deals["courier"])
    found |= {name: _shares(deals[name]) for name in ("trust", "satisfaction", "content")}
    return found | {name: _unsigned(deals[name]) for name in ("paid", "knowledge")}


def _others(footage: Footage) -> dict[str, Column]:
    """Return the columns of providers, alliances, moves and events."""
    found = {name: _shares(footage.provided[name]) for name in ("engagement", "rating")}
    found |= {"served": _rows(footage.provided["served"]), "allied": _shares(footage.allied)}
    moves, parts = footage.moves, footage.moves["parts"]
    step = max(CENT, float(np.nanmax(np.abs(parts), initial=0)) / SIGNED)
    found |= {"differences": _signed(np.where(np.isnan(parts), UNKNOWN * step, parts), step)}
    found |= {f"move_{name}": _rows(moves[name]) for name in ("period", "buyer")}
    found |= {f"move_{name}": (moves[name].astype(np.uint8), 1.0) for name in ("reason", "wrong")}
    found |= {f"event_{name}": _rows(footage.events[name]) for name in ("period", "row")}
    return found | {f"event_{name}": (footage.events[name].astype(np.uint8), 1.0) for name in ("event", "detail")}


def _rows(numbers: NDArray) -> Column:
    return np.where(numbers == NOBODY, NO_ROW, numbers).astype(np.uint16), 1.0


def _shares(shares: NDArray) -> Column:
    return np.rint(np.clip(shares, 0, 1) * FULL).astype(np.uint8), 1 / FULL


def _unsigned(amounts: NDArray) -> Column:
    step = max(CENT, float(amounts.max(initial=0)) / UNSIGNED)
    return np.rint(amounts / step).astype(np.uint16), step


def _signed(amounts: NDArray, step: float) -> Column:
    return np.rint(amounts / step).astype(np.int16), step
