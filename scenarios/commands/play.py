"""`valuenet play`: where one firm's strategy lands among a thousand others (`docs/contest.md`)."""

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from scenarios.commands.console import console, interruptible, number, print_json, progress, table
from scenarios.commands.rules import say_if_compiled
from scenarios.contest.entry import Entry, play, read_entry
from scenarios.contest.field import check_market
from scenarios.contest.game import MARKETS, SEEDS, UNITS
from scenarios.contest.landing import Landing, Place
from sim.version import MODEL_VERSION

TRADES = {
    "both": "it earns more than most and leaves its customers more than most",
    "firm": "it earns more than most, at its customers' cost",
    "customers": "it leaves its customers more than most, at its own cost",
    "neither": "neither the firm nor its customers gain more than with most",
}


def command(args: Namespace) -> int:
    """Play the strategy on the market asked for, or on all; print where it landed."""
    entry = read_entry(args.entry)
    markets = MARKETS if args.market is None else (check_market(args.market),)
    say_if_compiled()
    with progress(f"playing {entry.title}"):
        landed = interruptible(lambda: [play(market, entry.knobs) for market in markets])
    if args.json:
        print_json(_record(entry, landed))
    else:
        for one in landed:
            _print(entry, one)
    return 0


def _record(entry: Entry, landed: list[Landing]) -> dict[str, Any]:
    markets = [
        {
            "market": one.market,
            "places": {name: _place(place) for name, place in one.places.items()},
            "both": one.both,
            "trade": one.trade,
        }
        for one in landed
    ]
    head = {"valuenet": "play", "model_version": MODEL_VERSION, "title": entry.title, "knobs": entry.knobs}
    return {**head, "replications": len(SEEDS), "markets": markets}


def _place(place: Place) -> dict[str, Any]:
    counts = {name: getattr(place, name) for name in ("better_than", "least", "most", "of", "rank")}
    return {"unit": UNITS[place.measure], **asdict(place.value), **counts}


def _print(entry: Entry, one: Landing) -> None:
    screen = console()
    rows = [_row(place) for place in one.places.values()]
    heads = ("measure", "mean (95 %)", "unit", "better than (95 %)", "place")
    screen.print(table(heads, rows, title=f"{entry.title} on the market {one.market}", right=(1, 3, 4)))
    of = one.places["profit"].of
    screen.print(f"In short: {TRADES[one.trade]}. {one.both} of {of:,} strategies beat it in both.")


def _row(place: Place) -> tuple[str, ...]:
    value = place.value
    return (
        place.measure,
        f"{number(value.mean)} ({number(value.low)} to {number(value.high)})",
        UNITS[place.measure],
        f"{place.better_than} of {place.of:,} ({place.least} to {place.most})",
        str(place.rank),
    )
