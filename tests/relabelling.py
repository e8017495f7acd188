"""Lively markets that are changed in ways whose effect is known, and what their worlds then differ in."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.config import MOST_PASSED_ON, SECTIONS, Market, most_partners
from sim.create import create
from sim.network import COURIER, KINDS
from sim.period import advance
from sim.records import NOBODY
from sim.state import World
from sim.totals import TOTALS
from tests.reference.lively import lively
from tests.soak import times

MARKETS = times(50, 100)
PERIODS = 12
STRANGERS = 1000  # what a market is changed to is taken from random market number + 1000
ENOUGH = 50  # encounters in a mean market: fewer prove nothing
TOLERANCE = 1e-9
STATE = (
    "clock", "trend", "actors", "needs", "end_needs", "offerings", "tallies", "ties", "alliances", "encounters",
)  # fmt: skip
UPSTREAM = ("departments", "chain")
WHOLE = (*UPSTREAM, "shocks", "strategies")
NO_CHAIN: dict[str, dict] = {"departments": {}, "chain": {}}
NO_PLATFORM = {"platform_slots": 0, "couriers": 0}
EVEN_CHOICES = ("supplier failure", "betrayal", "licence rule", "new entrant")  # shocks that chance directs

# Without these nothing is drawn that matters (beta is raised to certainty in the world itself).
STILL = {"turnover": 0.0, "drift": 0.0, "trend_flip": 0.0, "search": 0.0, "talk": 0.0, "advertising": 0.0}
CHANCELESS = STILL | {
    "frequency": 1.0, "noise": 0.0, "transparency": 1.0, "roles_effect": 0.0, "imitate": 0.0, "mutation": 0.0,
    "credit": 1e9, "breadth": 1000, "consent": 1.0, "precision": 1.0, "leak": 0.0, "risk": 0.2, "joining": 0.0,
    "without": (*EVEN_CHOICES, "demand fall"),
}  # fmt: skip
CERTAIN = 1e12  # 1/EUR


class Life(NamedTuple):
    """A world and what was counted in each of its periods."""

    world: World
    totals: NDArray


def numbers() -> Iterator[int]:
    """Yield the numbers of the random markets, which are their seeds as well."""
    return iter(range(MARKETS))


@cache
def market_of(number: int) -> Market:
    """Return random market `number`."""
    return lively(number)


def changed(market: Market, /, without: Collection[str] = (), **quantities: object) -> Market:
    """Return a market with other quantities, and without the shocks of some kinds.

    A strategy's knob is set in every strategy, a tier's in every tier; what is in `WHOLE` is a table of tables. Shocks
    that the market then has no grounds for go.
    """
    tables = market.model_dump()
    tables |= {name: quantities.pop(name) for name in WHOLE if name in quantities}
    for table in (*_tables(tables), *(tier for name in UPSTREAM for tier in tables[name].values())):
        own = {name: value for name, value in quantities.items() if name in table}
        table.update({name: value for name, value in own.items() if "input_weight" not in table or name != "firms"})
    tables["shocks"] = {name: shock for name, shock in tables["shocks"].items() if shock["kind"] not in without}
    return _possible(tables)


def taken_from(other: Market, market: Market, names: Collection[str]) -> Market:
    """Return `market` with the quantities `names` of another market."""
    tables, donors = market.model_dump(), other.model_dump()
    for table, donor in zip(_tables(tables), _tables(donors), strict=True):
        table.update({name: donor[name] for name in names if name in table})
    return _possible(tables)


def _tables(tables: dict) -> list[dict]:
    return [*(tables[section] for section in SECTIONS), *tables["strategies"].values()]


def _possible(tables: dict) -> Market:
    """Return the market of tables, without the shocks it cannot have and with the partners it can."""
    firms, partners = tables["providers"]["firms"], tables["partners"]
    partners["firms_per_partner"] = min(partners["firms_per_partner"], max(firms, 1))
    most = most_partners(partners["partners"], partners["firms_per_partner"], firms)
    partners["revenue_share"] = min(partners["revenue_share"], MOST_PASSED_ON / max(most, 1))
    calm = Market.model_validate(tables | {"shocks": {}})
    grounds = {"licence rule": calm.peers, "fee change": calm.platform.platform_slots}
    grounds["fee cap"] = grounds["fee change"]
    tiers = ("", *calm.departments, *calm.chain)
    shocks = {
        name: shock
        for name, shock in tables["shocks"].items()
        if grounds.get(shock["kind"], 1) and shock.get("tier", "") in tiers
    }
    return Market.model_validate(tables | {"shocks": shocks})


def world_of(number: int, /, **quantities: object) -> World:
    """Make random market `number` with these quantities."""
    return create(changed(market_of(number), **quantities), number)


def still_world_of(market: Market, number: int, /, **quantities: object) -> World:
    """Make a world of `market` in which nothing is left to chance; what goes wrong always does, or never."""
    luck = {"incident": float(number % 2), "repair": float(number // 2 % 2)}
    taste = {"specificity": max(market.exchange.specificity, 0.5)}  # if all peers fit, chance decides who is shown
    world = create(changed(market, **CHANCELESS | luck | taste | quantities), number)
    world.market["beta"] = CERTAIN
    world.actors["privacy"] = -1.0  # everybody consents, come what may: ratings alone are often equal
    for carrier in np.flatnonzero(world.actors["kind"] == COURIER)[1:]:
        world.actors["takes_part"][carrier] = 0  # chance decides who carries
    world.ties["known"] = 1.0  # unknown providers would be equally good, and chance would decide
    return world


def live(world: World, periods: int = PERIODS) -> Life:
    """Let a world live on."""
    totals = np.zeros((periods, len(world.strategies) + 1), TOTALS)
    advance(world, totals)
    return Life(world, totals)


def copy(world: World) -> World:
    """Return a second world in the same state."""
    return World(*(array.copy() for array in world))


def deals(life: Life) -> int:
    """Return the number of encounters in a life."""
    return int(life.totals["encounters"].sum())


def columns(life: Life, ignoring: Collection[str] = ()) -> dict[str, NDArray]:
    """Return everything a life left, column by column."""
    arrays = {name: getattr(life.world, name) for name in STATE} | {"totals": life.totals}
    found: dict[str, NDArray] = {}
    for name, array in arrays.items():
        fields = array.dtype.names or ()
        found |= {f"{name}.{f}": array[f] for f in fields if f not in ignoring and f"{name}.{f}" not in ignoring}
        if not fields and name not in ignoring:
            found[name] = array
    return {name: array for name, array in found.items() if name.split(".")[0] not in ignoring}


def difference(one: Life, other: Life, ignoring: Collection[str] = (), tolerance: float = 0.0) -> str:
    """Return the first column in which two lives differ, or an empty text. Whole numbers must be equal always."""
    theirs = columns(other, ignoring)
    for name, mine in columns(one, ignoring).items():
        if mine.shape != theirs[name].shape:
            return f"{name}: shape {mine.shape}, {theirs[name].shape}"
        allowed = tolerance * (1 + np.abs(mine)) if mine.dtype.kind == "f" else 0
        apart = np.flatnonzero(np.ravel(~(np.abs(mine - theirs[name]) <= allowed)))
        if len(apart):
            return f"{name}[{apart[0]}]: {mine.ravel()[apart[0]]}, {theirs[name].ravel()[apart[0]]}"
    return ""


class Tried:
    """Checks that two lives are the same, market after market, and in the end that enough happened in them."""

    def __init__(self) -> None:
        self.deals = 0

    def __enter__(self) -> "Tried":
        return self

    def __exit__(self, error: object, *_: object) -> None:
        assert error is not None or self.deals >= ENOUGH * MARKETS, f"only {self.deals} encounters"

    def same(self, number: int, one: Life, other: Life, ignoring: tuple = (), tolerance: float = 0.0) -> None:
        found = difference(one, other, ignoring, tolerance)
        assert not found, f"market {number}, {found}"
        self.deals += deals(one)


def renamed(array: NDArray, field: str, rows: NDArray) -> NDArray:
    """Return a copy of `array` in which actor a is called rows[a] in `field`."""
    new = array.copy()
    new[field] = np.where(array[field] == NOBODY, NOBODY, rows[array[field]])
    return new


def customers_of(world: World) -> int:
    """Return the number of customers: the row of the first firm."""
    return int(world.market["customers"][0])


def firms_among(source: World, target: World, rows: NDArray, count: int) -> NDArray:
    """Return the places of the first `count` firms of `source` among the firms of `target`."""
    first = customers_of(source)
    return rows[first : first + count] - customers_of(target)


def groups(world: World) -> NDArray:
    """Return for every actor the number of its group: those of its kind, and of its tier."""
    return world.actors["tier"] * len(KINDS) + world.actors["kind"]


def larger_places(world: World, larger: World) -> NDArray:
    """Return the rows of everybody in `world` in a world with more of some group, who come last in it."""
    ours, theirs = groups(world), groups(larger)
    rows = np.full(len(ours), NOBODY)
    for kind in np.unique(ours):
        mine = ours == kind
        rows[mine] = np.flatnonzero(theirs == kind)[: mine.sum()]
    return rows


def transplant(source: World, target: World, rows: NDArray) -> None:
    """Put everybody in `source`, which has not begun, into `target`: actor a into row rows[a]."""
    buyers, (firms, partners) = len(source.ties), source.alliances.shape
    target.actors[rows] = source.actors
    target.offerings[rows] = source.offerings
    target.needs[rows[:buyers]] = source.needs
    target.ties[rows[:buyers]] = renamed(source.ties, "provider", rows)
    allied = firms_among(source, target, rows, firms)
    target.alliances[allied, :partners] = renamed(source.alliances, "provider", rows)
    target.trend[:] = source.trend


def as_in(source: World, life: Life, rows: NDArray) -> Life:
    """Return the part of a life that is about the actors in `rows`, in their order and called as in `source`."""
    world, buyers, (firms, partners) = life.world, len(source.ties), source.alliances.shape
    back = np.full(len(world.actors), NOBODY)
    back[rows] = np.arange(len(rows))
    encounters = renamed(renamed(world.encounters, "provider", back), "courier", back)
    alliances = renamed(world.alliances, "provider", back)
    part = world._replace(
        actors=world.actors[rows],
        offerings=world.offerings[rows],
        needs=world.needs[rows[:buyers]],
        end_needs=world.end_needs[firms_among(source, world, rows, len(source.end_needs))],
        ties=renamed(world.ties, "provider", back)[rows[:buyers]],
        encounters=encounters[rows[:buyers]],
        tallies=world.tallies[rows],
        alliances=alliances[firms_among(source, world, rows, firms), :partners],
    )
    return Life(part, life.totals)


def by_provider(life: Life) -> Life:
    """Return a life with every buyer's ties in the order of the providers' rows, whichever slots they were in."""
    world = copy(life.world)
    order = np.argsort(world.ties["provider"], axis=1, kind="stable")
    world.ties[:] = np.take_along_axis(world.ties, order, axis=1)
    place = np.argsort(order, axis=1)
    buyers = np.arange(len(world.ties))
    entered = (buyers >= customers_of(world)) & (world.actors["arrived"][buyers] == world.clock["period"])  # at its end
    for slots in (world.actors["current"][: len(buyers)], world.encounters["slot"]):
        ended = (slots == NOBODY) | (world.ties["provider"][buyers, place[buyers, slots]] == NOBODY)  # by bankruptcy
        slots[:] = np.where(ended | entered, NOBODY, place[buyers, slots])
    return Life(world, life.totals)
