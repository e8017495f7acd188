"""Engine and reference seen through the same glasses, so that the first difference can be named.

A view is a table of columns by field, in the order in which a period writes them. A column gives a value to each
label: an actor's row, or the rows of buyer and provider.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.state import NOBODY, World
from tests.reference.buyers import Actor
from tests.reference.market import GAINS, ReferenceMarket
from tests.reference.strategists import Strategist

TOLERANCE = 1e-8  # relative to 1 or to the size; in some markets rounding (1e-16) grows by half in each of 30 periods
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
    "courier_margin",
    "platform_margin",
    "satisfaction",
    "volume",
)
MARGINS = ("margin", "partner_margin", "platform_margin", "courier_margin")  # in the order of GAINS
SHOCKED = ("closed", "betrays", "edge")
BUYER = ("values", "bought", "aspiration", "recommends")
CUSTOMER = ("consents", "data_trust", "influencer", "gains", "member", "window")
SELLER = ("values", "capacity", "load", "mean_skill", "capability", "engagement", "rating_pos", "rating_neg", "profit")
COURIER = ("values", "capacity", "load", "capability", "engagement", "profit", "takes_part")
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
    ours, theirs = view_of_engine(world, Rows.of(market)), view_of_reference(market)
    for field in ours | theirs:
        for label in sorted(ours[field].keys() | theirs[field].keys()):
            a, b = ours[field].get(label, np.nan), theirs[field].get(label, np.nan)
            if not abs(a - b) <= TOLERANCE * max(1.0, abs(a)):  # NaN is near nothing
                return Difference(field, label, a, b)
    return None


@dataclass(frozen=True)
class Rows:
    """Whose rows are which: customers, all who buy, all who sell, those who sell to customers, and so on."""

    customers: list[int]
    buyers: list[int]
    sellers: list[int]
    firms: list[int]
    peers: list[int]
    partners: list[int]
    couriers: list[int]

    @classmethod
    def of(cls, market: ReferenceMarket) -> "Rows":
        """Return the rows of a market."""
        groups = (market.people, market.buyers, market.sellers, market.firms, market.peers, market.partners)
        return cls(*([actor.row for actor in group] for group in (*groups, market.couriers)))


# the engine


def view_of_engine(world: World, rows: Rows) -> View:
    """Return what the arrays of the engine hold."""
    events, actors = world.encounters, world.actors
    met = np.flatnonzero(events["slot"] != NOBODY)
    customers = np.isin(met, rows.customers)
    needs = {row: world.needs[row].tolist() for row in range(len(world.needs))}
    return {
        "trend": _grid(world.trend),
        **_records("sellers", actors, rows.sellers, SHOCKED),
        "needs": _vectors(needs),
        **_ties_of_engine(world, OFFERED),
        **_records("encounters", events, met, ("provider", "courier", "fit", "trust", *EVENT, *MONEY)),
        "gains by role": _grid(_gains(events[met], events[met[customers]])),
        **_records("actors", actors, range(len(actors)), ("cash",)),
        "outside": _grid(world.clock["outside"]),
        **_ties_of_engine(world, LEARNT),
        **_records("buyers", actors, rows.buyers, BUYER),
        **_records("customers", actors, rows.customers, CUSTOMER),
        **_records("sellers", actors, rows.sellers, (*SELLER, "tier", "strategy")),
        **_records("peers", actors, rows.peers, ("takes_part",)),
        **_records("couriers", actors, rows.couriers, (*COURIER, "strategy")),
        **_records("partners", actors, rows.partners, ("engagement", "strategy")),
        "offerings": _vectors({row: world.offerings[row].tolist() for row in rows.sellers}),
        **_alliances_of_engine(world),
        "current provider": _current_of_engine(world),
    }


def _ties_of_engine(world: World, fields: Sequence[str]) -> View:
    buyers, slots = np.nonzero(world.ties["provider"] != NOBODY)
    filled = world.ties[buyers, slots]
    labels = list(zip(buyers.tolist(), filled["provider"].tolist(), strict=True))
    return {f"ties.{field}": dict(zip(labels, filled[field].tolist(), strict=True)) for field in fields}


def _alliances_of_engine(world: World) -> View:
    firms, places = np.nonzero(world.alliances["provider"] != NOBODY)
    bonds = world.alliances[firms, places]
    labels = list(zip(firms.tolist(), places.tolist(), strict=True))
    fields = ("provider", *EVIDENCE)
    return {f"alliances.{field}": dict(zip(labels, bonds[field].tolist(), strict=True)) for field in fields}


def _current_of_engine(world: World) -> dict[Label, float]:
    slots = world.actors["current"][: len(world.needs)].tolist()
    return {(i,): int(world.ties["provider"][i, s]) for i, s in enumerate(slots) if s != NOBODY}


def _gains(events: np.ndarray, of_customers: np.ndarray) -> np.ndarray:
    gained = (of_customers["value"] - of_customers["price"] + of_customers["subsidy"]).sum()
    return np.array([gained, *((events["volume"] * events[margin]).sum() for margin in MARGINS)])


def _records(table: str, records: np.ndarray, rows: Iterable[int], fields: Sequence[str]) -> View:
    rows = [int(row) for row in rows]
    labels = [(row,) for row in rows]
    return {f"{table}.{field}": dict(zip(labels, records[field][rows].tolist(), strict=True)) for field in fields}


# the reference


def view_of_reference(market: ReferenceMarket) -> View:
    """Return what the objects of the reference hold."""
    buyers, customers = _by_row(market.buyers), _by_row(market.people)
    couriers, partners = _by_row(market.couriers), _by_row(market.partners)
    return {
        "trend": _grid(market.trend),
        **_objects("sellers", _by_row(market.sellers), ("betrays", "edge")),
        "sellers.closed": {(seller.row,): seller.shut for seller in market.sellers},
        "needs": _vectors({row: buyer.needs for row, buyer in buyers.items()}),
        **_ties_of_reference(market, OFFERED),
        **_events_of_reference(market),
        "gains by role": _grid([getattr(market, gain) for gain in GAINS]),
        **_objects("actors", _by_row(market.actors), ("cash",)),
        "outside": _grid([market.outside]),
        **_ties_of_reference(market, LEARNT),
        **_objects("buyers", buyers, BUYER),
        **_objects("customers", customers, CUSTOMER),
        **_sellers_of_reference(market),
        **_objects("peers", _by_row(market.peers), ("takes_part",)),
        **_objects("couriers", couriers, COURIER),
        **_strategies("couriers", market, couriers),
        **_objects("partners", partners, ("engagement",)),
        **_strategies("partners", market, partners),
        **_alliances_of_reference(market),
        "current provider": {(b.row,): b.current.provider.row for b in market.buyers if b.current},
    }


def _ties_of_reference(market: ReferenceMarket, fields: Sequence[str]) -> View:
    ties = {(tie.buyer.row, tie.provider.row): tie for buyer in market.buyers for tie in buyer.ties}
    return {
        f"ties.{field}": {
            at: tie.provider.row if field == "provider" else getattr(tie, field) for at, tie in ties.items()
        }
        for field in fields
    }


def _events_of_reference(market: ReferenceMarket) -> View:
    events = {event.tie.buyer.row: event for event in market.encounters + market.supplies}
    ties = {row: event.tie for row, event in events.items()}
    money = _objects("encounters", events, MONEY)
    return {
        "encounters.provider": {(row,): tie.provider.row for row, tie in ties.items()},
        "encounters.courier": {(n,): e.courier.row if e.courier else NOBODY for n, e in events.items()},
        "encounters.fit": {(row,): tie.fit for row, tie in ties.items()},
        "encounters.trust": {(row,): tie.belief for row, tie in ties.items()},
        **_objects("encounters", events, EVENT),
        **{field: {at: cents / 100 for at, cents in column.items()} for field, column in money.items()},
    }


def _sellers_of_reference(market: ReferenceMarket) -> View:
    sellers = _by_row(market.sellers)
    return {
        **_objects("sellers", sellers, SELLER),
        "sellers.tier": {(row,): seller.tier.number for row, seller in sellers.items()},
        **_strategies("sellers", market, sellers),
        "offerings": _vectors({row: seller.offering for row, seller in sellers.items()}),
    }


def _alliances_of_reference(market: ReferenceMarket) -> View:
    bonds = {(f, place): bond for f, firm in enumerate(market.firms) for place, bond in enumerate(firm.alliances)}
    evidence = {f"alliances.{field}": {at: getattr(bond, field) for at, bond in bonds.items()} for field in EVIDENCE}
    return {"alliances.provider": {at: bond.partner.row for at, bond in bonds.items()}, **evidence}


def _strategies(table: str, market: ReferenceMarket, actors: Mapping[int, Strategist]) -> View:
    names = list(market.market.strategies)
    return {f"{table}.strategy": {(row,): names.index(actor.strategy) for row, actor in actors.items()}}


def _by_row(actors: Iterable[Actor]) -> dict[int, Actor]:
    return {actor.row: actor for actor in actors}


def _objects(table: str, things: Mapping[int, object], fields: Sequence[str]) -> View:
    return {f"{table}.{field}": {(row,): getattr(thing, field) for row, thing in things.items()} for field in fields}


def _grid(values: Sequence | np.ndarray) -> dict[Label, float]:
    return dict(np.ndenumerate(np.array(values, dtype=float)))


def _vectors(vectors: dict[int, list[float]]) -> dict[Label, float]:
    return {(row, d): x for row, vector in vectors.items() for d, x in enumerate(vector)}
