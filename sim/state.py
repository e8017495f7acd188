"""The state of a world: a few record arrays, and what must always hold.

Rows of `actors` are peers, other customers, firms that sell, the tiers above them, partners, couriers and last
the platform. The first rows buy: `ties[i, s]` is what buyer i and the provider in its slot s have built up.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.records import ACTOR, CLOCK, ENCOUNTER, MARKET, NOBODY, RULES, SHOCK, STRATEGY, TALLY, TERMS, TIE, TIER


class World(NamedTuple):
    """One simulated market. `advance` changes the arrays in place; they are never replaced."""

    market: NDArray  # MARKET (2,): what holds this period, and what the scenario says
    tiers: NDArray  # TIER (tiers,): sellers, then upwards
    shocks: NDArray  # SHOCK (shocks,)
    strategies: NDArray  # STRATEGY (strategies,)
    rules: NDArray  # RULES (1,): which rule acts at each place of the schedule
    clock: NDArray  # CLOCK (1,)
    trend: NDArray  # float64 (dimensions,) +1 or -1
    actors: NDArray  # ACTOR (actors,)
    needs: NDArray  # float64 (buyers, dimensions) in [0, 1]
    end_needs: NDArray  # float64 (firms of all tiers, dimensions): of their end customers; empty without a chain
    offerings: NDArray  # float64 (actors, dimensions) in [0, 1]
    terms: NDArray  # TERMS (actors,)
    tallies: NDArray  # TALLY (actors,)
    ties: NDArray  # TIE (buyers, slots): customers, then firms and departments that buy
    alliances: NDArray  # TIE (firms that sell, most partners of one): the firm is the buyer, the partner the provider
    encounters: NDArray  # ENCOUNTER (buyers,)
    providers: NDArray  # int32 (providers,) rows: firms that sell, peers, then tier by tier
    reach_start: NDArray  # int64 (customers + 1,), empty when everybody can meet everybody
    reach: NDArray  # int32 rows of providers
    friends_start: NDArray  # int64 (customers + 1,)
    friends: NDArray  # int32 rows of customers
    sales_start: NDArray  # int64 (providers + 1,)
    sales: NDArray  # int32 rows of the buyers served this period, grouped by provider
    notes: NDArray  # float64 (actors, columns): what the rules of this world keep beside the records (`sim.notes`)


def sellers(world: World) -> NDArray:
    """Return the rows of those who sell to the customers: firms, then peers."""
    return world.providers[: int(world.tiers["providers"][0])]


LAYOUT: dict[str, np.dtype] = {
    "market": MARKET,
    "tiers": TIER,
    "shocks": SHOCK,
    "strategies": STRATEGY,
    "clock": CLOCK,
    "actors": ACTOR,
    "terms": TERMS,
    "tallies": TALLY,
    "ties": TIE,
    "alliances": TIE,
    "encounters": ENCOUNTER,
    "rules": RULES,
    **dict.fromkeys(("trend", "needs", "end_needs", "offerings", "notes"), np.dtype("f8")),
    **dict.fromkeys(("providers", "reach", "friends", "sales"), np.dtype("i4")),
    **dict.fromkeys(("reach_start", "friends_start", "sales_start"), np.dtype("i8")),
}
SHARES = {
    "actors": ("values", "data_trust", "recommends", "capability", "engagement", "pleased", "mean_skill"),
    "alliances": ("trust",),
    "ties": ("skill", "insight", "known", "trust", "cooperation"),
    "encounters": ("fit", "trust", "satisfaction", "skill", "insight"),
}


def check(world: World) -> list[str]:
    """Return what is wrong with a world, one sentence each; a sound world has nothing to report.

    Money: all accounts and the outside sum to zero cents. Bounds: every share lies in [0, 1]. No
    number is NaN or infinite. Whatever points to a row or a slot points to one that is there. No buyer knows
    itself, or one provider twice.
    """
    wrong = []
    total = int(world.actors["cash"].sum() + world.clock["outside"].sum())
    if total != 0:
        wrong.append(f"money: accounts sum to {total} cents, not 0")
    for name, array in world._asdict().items():
        wrong += _not_finite(name, array)
    for name, fields in SHARES.items():
        for field in fields:
            column = getattr(world, name)[field]
            if column.size and not (column.min() >= 0 and column.max() <= 1):
                wrong.append(f"{name}.{field}: {column.min()} .. {column.max()} is outside [0, 1]")
    for name in ("needs", "end_needs", "offerings"):
        column = getattr(world, name)
        if column.size and not (column.min() >= 0 and column.max() <= 1):
            wrong.append(f"{name}: {column.min()} .. {column.max()} is outside [0, 1]")
    wrong += _out_of_place(world)
    known = np.sort(world.ties["provider"], axis=1)
    if np.any((known[:, 1:] == known[:, :-1]) & (known[:, 1:] != NOBODY)):
        wrong.append("ties.provider: a buyer has one provider in two slots")
    if np.any(known == np.arange(len(known))[:, None]):
        wrong.append("ties.provider: a buyer is its own provider")
    return wrong


def _not_finite(name: str, array: NDArray) -> list[str]:
    fields = array.dtype.names or ("",)
    columns = [(field, array[field] if field else array) for field in fields]
    return [
        f"{name}.{field}: not a finite number"
        for field, column in columns
        if column.dtype.kind == "f" and not np.isfinite(column).all()
    ]


def _out_of_place(world: World) -> list[str]:
    """Return what points beyond the rows or slots there are."""
    actors, (buyers, slots) = len(world.actors), world.ties.shape
    pointers = (
        ("ties.provider", world.ties["provider"], actors),
        ("alliances.provider", world.alliances["provider"], actors),
        ("encounters.provider", world.encounters["provider"], actors),
        ("encounters.slot", world.encounters["slot"], slots),
        ("actors.current", world.actors["current"], slots),
        ("actors.partners", world.actors["partners"], world.alliances.shape[1] + 1),
        ("terms.partners", world.terms["partners"], world.alliances.shape[1] + 1),
        ("actors.tier", world.actors["tier"], len(world.tiers)),
        ("shocks.tier", world.shocks["tier"], len(world.tiers)),
        ("shocks.strategy", world.shocks["strategy"], len(world.strategies)),
        ("encounters.courier", world.encounters["courier"], actors),
        ("actors.strategy", world.actors["strategy"], len(world.strategies)),
        ("terms.strategy", world.terms["strategy"], len(world.strategies)),
        ("providers", world.providers, actors),
        ("reach", world.reach, actors),
        ("friends", world.friends, buyers),
        ("sales", world.sales, buyers),
        ("reach_start", world.reach_start, len(world.reach) + 1),
        ("friends_start", world.friends_start, len(world.friends) + 1),
        ("sales_start", world.sales_start, len(world.sales) + 1),
    )
    return [
        f"{name}: {rows.min()} .. {rows.max()} points beyond {count}"
        for name, rows, count in pointers
        if rows.size and not (rows.min() >= NOBODY and rows.max() < count)
    ]
