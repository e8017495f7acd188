"""Engine and reference seen through the same glasses, so that the first difference can be named.

A view is a table of columns by field, in the order in which a period writes them. A column gives a value to each
label: an actor's row, or the rows of buyer and provider.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.state import NOBODY, World
from tests.reference.market import ReferenceMarket

TOLERANCE = 1e-9  # relative to 1 or to the size
Label = tuple[int, ...]
View = dict[str, dict[Label, float]]

OFFERED = ("provider", "origin", "value", "expected", "price")
LEARNT = ("known", "skill", "insight", "tenure", "pos", "neg", "gpos", "gneg")
MONEY = ("price", "fee", "subsidy", "cost", "partner_cost")
EVENT = (
    "mediated",
    "left",
    "incident",
    "repaired",
    "value",
    "margin",
    "partner_margin",
    "platform_margin",
    "satisfaction",
)
ROLES = ("customers", "providers", "partners", "platform")
BUYER = ("consents", "influencer", "values", "bought", "aspiration", "gains", "recommends")
SELLER = ("values", "capacity", "load", "mean_skill", "capability", "engagement", "rating_pos", "rating_neg", "profit")
EVIDENCE = ("pos", "neg", "gpos", "gneg")


@dataclass(frozen=True)
class Difference:
    """The first thing in which engine and reference differ."""

    field: str
    label: Label
    engine: float
    reference: float

    def __str__(self) -> str:
        """Say it in one line."""
        rows = ", ".join(map(str, self.label))
        return f"{self.field} of row {rows}: engine {self.engine!r}, reference {self.reference!r}"


def first_difference(world: World, market: ReferenceMarket) -> Difference | None:
    """Return the first difference between the two, in the order of the schedule, or None."""
    ours, theirs = view_of_engine(world), view_of_reference(market)
    for field in ours | theirs:
        for label in sorted(ours[field].keys() | theirs[field].keys()):
            a, b = ours[field].get(label, np.nan), theirs[field].get(label, np.nan)
            if not abs(a - b) <= TOLERANCE * max(1.0, abs(a)):  # NaN is near nothing
                return Difference(field, label, a, b)
    return None


# the engine


def view_of_engine(world: World) -> View:
    """Return what the arrays of the engine hold."""
    people, events = range(len(world.needs)), world.encounters
    met = np.flatnonzero(events["slot"] != NOBODY)
    return {
        "trend": _grid(world.trend),
        "needs": _grid(world.needs),
        **_ties_of_engine(world, OFFERED),
        **_records("encounters", events, met, ("provider", "fit", "trust", *EVENT, *MONEY)),
        "gains by role": _grid(_gains(events[met])),
        **_records("actors", world.actors, range(len(world.actors)), ("cash",)),
        "outside": _grid(world.clock["outside"]),
        **_ties_of_engine(world, LEARNT),
        **_records("buyers", world.actors, people, BUYER),
        **_records("sellers", world.actors, world.providers, (*SELLER, "strategy")),
        "offerings": _offerings({int(row): world.offerings[row].tolist() for row in world.providers}),
        **_records("alliances", world.alliances, range(len(world.alliances)), EVIDENCE),
        "current provider": _current_of_engine(world),
    }


def _ties_of_engine(world: World, fields: Sequence[str]) -> View:
    buyers, slots = np.nonzero(world.ties["provider"] != NOBODY)
    filled = world.ties[buyers, slots]
    labels = list(zip(buyers.tolist(), filled["provider"].tolist(), strict=True))
    return {f"ties.{field}": dict(zip(labels, filled[field].tolist(), strict=True)) for field in fields}


def _current_of_engine(world: World) -> dict[Label, float]:
    slots = world.actors["current"][: len(world.needs)].tolist()
    return {(i,): int(world.ties["provider"][i, s]) for i, s in enumerate(slots) if s != NOBODY}


def _gains(events: np.ndarray) -> np.ndarray:
    buyers = (events["value"] - events["price"] + events["subsidy"]).sum()
    return np.array([buyers, *(events[margin].sum() for margin in ("margin", "partner_margin", "platform_margin"))])


def _records(table: str, records: np.ndarray, rows: Iterable[int], fields: Sequence[str]) -> View:
    rows = [int(row) for row in rows]
    labels = [(row,) for row in rows]
    return {f"{table}.{field}": dict(zip(labels, records[field][rows].tolist(), strict=True)) for field in fields}


# the reference


def view_of_reference(market: ReferenceMarket) -> View:
    """Return what the objects of the reference hold."""
    bonds = dict(enumerate(partner.firm.alliance for partner in market.partners))
    return {
        "trend": _grid(market.trend),
        "needs": _grid([buyer.needs for buyer in market.people]),
        **_ties_of_reference(market, OFFERED),
        **_events_of_reference(market),
        "gains by role": _grid([getattr(market, f"gain_{role}") for role in ROLES]),
        **_objects("actors", {actor.row: actor for actor in market.actors}, ("cash",)),
        "outside": _grid([market.outside]),
        **_ties_of_reference(market, LEARNT),
        **_objects("buyers", {buyer.row: buyer for buyer in market.people}, BUYER),
        **_sellers_of_reference(market),
        **_objects("alliances", bonds, EVIDENCE),
        "current provider": {(b.row,): b.current.provider.row for b in market.people if b.current},
    }


def _ties_of_reference(market: ReferenceMarket, fields: Sequence[str]) -> View:
    ties = {(tie.buyer.row, tie.provider.row): tie for buyer in market.people for tie in buyer.ties}
    return {
        f"ties.{field}": {
            at: tie.provider.row if field == "provider" else getattr(tie, field) for at, tie in ties.items()
        }
        for field in fields
    }


def _events_of_reference(market: ReferenceMarket) -> View:
    events = {event.tie.buyer.row: event for event in market.encounters}
    ties = {row: event.tie for row, event in events.items()}
    money = _objects("encounters", events, MONEY)
    return {
        "encounters.provider": {(row,): tie.provider.row for row, tie in ties.items()},
        "encounters.fit": {(row,): tie.fit for row, tie in ties.items()},
        "encounters.trust": {(row,): tie.belief for row, tie in ties.items()},
        **_objects("encounters", events, EVENT),
        **{field: {at: cents / 100 for at, cents in column.items()} for field, column in money.items()},
    }


def _sellers_of_reference(market: ReferenceMarket) -> View:
    sellers, names = {seller.row: seller for seller in market.listing}, list(market.market.strategies)
    return {
        **_objects("sellers", sellers, SELLER),
        "sellers.strategy": {(row,): names.index(seller.strategy) for row, seller in sellers.items()},
        "offerings": _offerings({row: seller.offering for row, seller in sellers.items()}),
    }


def _objects(table: str, things: Mapping[int, object], fields: Sequence[str]) -> View:
    return {f"{table}.{field}": {(row,): getattr(thing, field) for row, thing in things.items()} for field in fields}


def _grid(values: Sequence | np.ndarray) -> dict[Label, float]:
    return dict(np.ndenumerate(np.array(values, dtype=float)))


def _offerings(offerings: dict[int, list[float]]) -> dict[Label, float]:
    return {(row, d): x for row, offering in offerings.items() for d, x in enumerate(offering)}
