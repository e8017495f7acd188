"""What a network file says about participants and relationships: each value, then the whole, checked."""

import math
import re
import reprlib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.network import CUSTOMER, FIRM, KINDS, PEER, Network

UNKNOWN = -1
MARKET_KINDS = {"customer": CUSTOMER, "firm": FIRM, "peer": PEER}
TIERS = {CUSTOMER: (0,), PEER: (0, 1), FIRM: (1,)}
TIER_RULE = "in this one-tier release a tier is empty, 0 for customers or 1 for providers"
WHERE_TRUST_IS = {"trust": (0.0, 1.0), "rating": (-10.0, 10.0)}
FEW_ENOUGH_TO_COMPARE = 2_000  # names of 100 letters in half a second

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ROW_ORDER = np.array([1, 0, 2])  # peers, customers, firms; by kind


class NetworkError(ValueError):
    """A network file that cannot be used: one sentence with file, place, value and what is allowed."""


class Participant(NamedTuple):
    """A participant as the file declares it, at `place`, or as an edge list merely mentions it."""

    name: str
    place: str
    kind: int = UNKNOWN
    strategy: str = ""
    tier: int | None = None


class Draft(NamedTuple):
    """A network file, read but not yet checked as a whole.

    `buyers` and `providers` are places in `participants`, `trust` is in [0, 1] or NaN, `lines` are
    the lines of `file`; all four have shape (relationships,) and the order of the relationships.
    """

    file: str
    participants: list[Participant]
    buyers: NDArray[np.int32]
    providers: NDArray[np.int32]
    trust: NDArray[np.float64]
    lines: NDArray[np.int64]


def shown(text: str) -> str:
    """Return `text` quoted for a message, shortened when it is long."""
    return reprlib.repr(text)


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the nearest allowed one, or all of them."""
    by_small = {option.lower(): option for option in allowed}
    close = get_close_matches(name.lower()[:100], by_small, 1, 0.6)
    return f"did you mean {shown(by_small[close[0]])}?" if close else f"allowed are {', '.join(by_small.values())}"


def text_of(text: str, field: str, place: str) -> str:
    """Return a name without stray white space; control characters are refused."""
    tidy = " ".join(text.split())
    if _UNPRINTABLE.search(tidy):
        raise NetworkError(f"{place}: {field} {shown(tidy)} has a control character; use printable text")
    return tidy


def number_of(text: str, field: str, low: float, high: float, place: str) -> float:
    """Return a number in [low, high], written with a decimal point or a decimal comma."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if _NUMBER.fullmatch(plain) and low <= (value := float(plain.replace(",", "."))) <= high:
        return value
    raise NetworkError(f"{place}: {field} is {shown(text)}; it must be a number from {low:g} to {high:g}")


def trust_of(fields: Mapping[str, str], place: str) -> float:
    """Return trust in [0, 1] from the field `trust`, else from `rating` (-10 .. 10); NaN without either."""
    for field, (low, high) in WHERE_TRUST_IS.items():
        if fields.get(field, "").strip():
            return (number_of(fields[field], field, low, high, place) - low) / (high - low)
    return math.nan


def participant_of(name: str, fields: Mapping[str, str], place: str) -> Participant:
    """Return the participant that `fields` (kind, strategy, tier: each may be missing or empty) declare."""
    kind, tier = fields.get("kind", "").strip(), fields.get("tier", "").strip()
    if kind and kind not in MARKET_KINDS:
        raise NetworkError(f"{place}: unknown kind {shown(kind)}; {nearest(kind, MARKET_KINDS)}")
    if tier and tier not in ("0", "1", "0.0", "1.0"):
        raise NetworkError(f"{place}: tier is {shown(tier)}; {TIER_RULE}")
    strategy = text_of(fields.get("strategy", ""), "strategy", place)
    return Participant(name, place, MARKET_KINDS.get(kind, UNKNOWN), strategy, int(tier[0]) if tier else None)


def network_of(draft: Draft) -> Network:
    """Infer the kinds that are not given, check the whole and order the rows: peers, customers, firms.

    Raises
    ------
    NetworkError
        If somebody buys from itself, a relationship is given twice, a kind, strategy or tier does not
        fit the relationships, or there is no buyer or no provider.
    """
    _refuse_loops(draft)
    _refuse_repetitions(draft)
    kinds = _kinds(draft)
    for participant, kind in zip(draft.participants, kinds, strict=True):
        _refuse_misfits(participant, int(kind))
    if len(kinds) < 2 or np.all(kinds == FIRM) or np.all(kinds == CUSTOMER):
        raise NetworkError(f"{draft.file}: too little for a market; it needs at least one buyer and one provider")
    order = np.argsort(_ROW_ORDER[kinds], kind="stable")
    row = np.empty(len(order), np.int32)
    row[order] = np.arange(len(order))
    people = [draft.participants[place] for place in order]
    return Network(
        tuple(p.name for p in people),
        kinds[order],
        tuple(p.strategy for p in people),
        row[draft.buyers],
        row[draft.providers],
        draft.trust,
    )


def _refuse_loops(draft: Draft) -> None:
    if len(loops := np.flatnonzero(draft.buyers == draft.providers)):
        first = loops[np.argmin(draft.lines[loops])]
        name = draft.participants[draft.buyers[first]].name
        raise NetworkError(
            f"{draft.file}, line {draft.lines[first]}: {shown(name)} buys from itself; "
            "a relationship has two participants"
        )


def _refuse_repetitions(draft: Draft) -> None:
    pair = draft.buyers.astype(np.int64) * len(draft.participants) + draft.providers
    order = np.lexsort((draft.lines, pair))
    again = np.flatnonzero(pair[order][1:] == pair[order][:-1]) + 1
    if len(again):
        second = again[np.argmin(draft.lines[order][again])]
        r, line = order[second], draft.lines[order]
        buyer, provider = draft.participants[draft.buyers[r]].name, draft.participants[draft.providers[r]].name
        raise NetworkError(
            f"{draft.file}, line {line[second]}: buyer {shown(buyer)} and provider {shown(provider)} "
            f"are already in line {line[second - 1]}; give each relationship once"
        )


def _kinds(draft: Draft) -> NDArray[np.int8]:
    """Return everybody's kind; who provides and buys is a peer, who only provides a firm, else a customer."""
    given = np.array([p.kind for p in draft.participants], np.int8)
    _refuse_contradiction(draft, draft.providers, given, CUSTOMER, "provides; who buys and provides is a peer")
    _refuse_contradiction(draft, draft.buyers, given, FIRM, "buys; firms cannot buy in this one-tier release")
    provides, buys = np.zeros(len(given), bool), np.zeros(len(given), bool)
    provides[draft.providers], buys[draft.buyers] = True, True
    if len(alone := np.flatnonzero((given == UNKNOWN) & ~provides & ~buys)):
        participant = draft.participants[alone[0]]
        raise NetworkError(
            f"{participant.place}: {shown(participant.name)} has no relationship that tells its kind; "
            f"give one: {', '.join(MARKET_KINDS)}"
        )
    inferred = np.where(provides, np.where(buys, PEER, FIRM), CUSTOMER)
    return np.where(given == UNKNOWN, inferred, given).astype(np.int8)


def _refuse_contradiction(draft: Draft, ends: NDArray, given: NDArray, kind: int, why: str) -> None:
    if len(wrong := np.flatnonzero(given[ends] == kind)):
        first = wrong[np.argmin(draft.lines[wrong])]
        participant = draft.participants[ends[first]]
        raise NetworkError(
            f"{draft.file}, line {draft.lines[first]}: {shown(participant.name)} is a {KINDS[kind]} "
            f"({participant.place}) but {why}"
        )


def _refuse_misfits(participant: Participant, kind: int) -> None:
    about = f"{participant.place}: {shown(participant.name)} is a {KINDS[kind]}"
    if participant.tier is not None and participant.tier not in TIERS[kind]:
        raise NetworkError(f"{about} of tier {participant.tier}; {TIER_RULE}")
    if participant.strategy and kind == CUSTOMER:
        raise NetworkError(f"{about} with strategy {shown(participant.strategy)}; only providers follow one")
