"""The state of a world: a few record arrays, and what must always hold.

Rows of `actors` are peers, other customers, firms, partners and last the platform. The first
`customers` rows buy: `ties[i, s]` is what buyer i and the provider in its slot s have built up.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.config import Strategy, quantities

OWN, REFERRAL, BY_PLATFORM, FIXED = 0, 1, 2, 3
ORIGINS = ("own search", "referral", "platform", "fixed")
NOBODY = -1


def record(*fields: tuple) -> np.dtype:
    """Return an aligned record dtype whose fields are attributes, compiled or not."""
    return np.dtype((np.record, list(fields)), align=True)  # type: ignore[call-overload]


def _numbers(fields: dict) -> list[tuple[str, DTypeLike]]:
    types: dict[type | None, DTypeLike] = {float: "f8", int: "i8"}
    return [(name, types[field.annotation]) for name, field in fields.items() if field.annotation in types]


MARKET = record(*_numbers({name: field for _, name, field in quantities()}), ("peers", "i8"))
STRATEGY = record(*_numbers(dict(Strategy.model_fields)))

CLOCK = record(
    ("key", "u8"),           # the world's seed
    ("period", "i8"),        # periods done
    ("outside", "i8"),       # cents paid to the rest of the economy
)
ACTOR = record(
    ("kind", "i1"),          # CUSTOMER, PEER, FIRM, PARTNER, PLATFORM
    ("consents", "i1"),      # 1: lets its data be used
    ("influencer", "i1"),    # 1: among those with most friends
    ("ally", "i4"),          # row of a firm's partner, or of a partner's firm, or NOBODY
    ("current", "i4"),       # slot of the provider served by last, or NOBODY
    ("strategy", "i4"),      # row of `strategies`
    ("capacity", "i4"),      # encounters per period in full quality; 0 = no limit
    ("load", "i4"),          # encounters served in the last period
    ("bought", "i8"),        # encounters as a buyer since arrival
    ("cash", "i8"),          # cents
    ("values", "f8"),        # [0, 1] what the actor holds dear
    ("aspiration", "f8"),    # EUR of gain per encounter taken for granted
    ("recommends", "f8"),    # [0, 1] smoothed satisfaction of a buyer
    ("gains", "f8"),         # EUR of value gained as a buyer since the start of the run
    ("capability", "f8"),    # [0, 1] quality of what is provided
    ("engagement", "f8"),    # [0, 1] of a provider's people
    ("pleased", "f8"),       # [0, 1] mean satisfaction of last period's buyers
    ("mean_skill", "f8"),    # [0, 1] mean skill of the ties served last
    ("rating_pos", "f8"),    # public evidence, encounters
    ("rating_neg", "f8"),
    ("profit", "f8"),        # EUR per period, smoothed
)
TERMS = record(              # what a provider brings to all its buyers this period
    ("strength", "f8"),      # EUR: value * capability * load factor
    ("effort_part", "f8"),   # effort ** alpha
    ("asked", "f8"),         # EUR asked before the surplus is shared, off the platform
    ("share", "f8"),
    ("patience", "f8"),
    ("values", "f8"),        # [0, 1] as the actor's
    ("unit_cost", "f8"),     # EUR, off the platform
    ("strategy", "i4"),      # as the actor's
    ("ally", "i4"),          # as the actor's
    ("asked_mediated", "f8"),  # EUR asked before the surplus is shared, on the platform
    ("rating", "f8"),        # [0, 1] public rating
    ("trust", "f8"),         # [0, 1] of a buyer on the platform without evidence of its own
    ("cooperation", "f8"),   # [0, 1] of such a buyer's tie
    ("effort", "f8"),        # [0, 1] effective effort before reciprocity
    ("following", "i4"),     # strategy after adapt
    ("bankrupt", "i4"),      # 1: leaves in adapt
    ("reserve", "f8", (2,)),   # fills the record up to two lines of the processor's cache
)
TIE = record(
    ("provider", "i4"),      # row, or NOBODY
    ("origin", "i4"),        # OWN, REFERRAL, BY_PLATFORM, FIXED
    ("tenure", "i8"),        # encounters so far
    ("pos", "f8"),           # buyer's evidence about the provider, encounters
    ("neg", "f8"),
    ("gpos", "f8"),          # provider's evidence about the buyer, encounters
    ("gneg", "f8"),
    ("skill", "f8"),         # [0, 1] relation-specific competence
    ("insight", "f8"),       # [0, 1] how well the provider understands this buyer
    ("known", "f8"),         # [0, 1] how well the buyer can judge the fit before buying
    ("trust", "f8"),         # [0, 1] from the evidence, with the rating on platform ties
    ("cooperation", "f8"),   # [0, 1] what trust and goodwill leave of co-creation
    ("value", "f8"),         # EUR this encounter would be worth
    ("expected", "f8"),      # EUR the buyer expects
    ("price", "f8"),         # EUR asked
)
ENCOUNTER = record(          # what happened to a buyer this period; first what its provider wants to know
    ("slot", "i4"),          # or NOBODY: no encounter
    ("provider", "i4"),
    ("left", "i1"),          # 1: met on the platform, dealt outside it
    ("mediated", "i1"),      # 1: through the platform, with fee and rating
    ("retained", "i1"),      # 1: the same provider as last time
    ("first", "i1"),         # 1: the buyer's first encounter
    ("incident", "i1"),
    ("repaired", "i1"),
    ("wants", "i1"),         # 1: had a need this period
    ("price", "f8"),         # EUR paid
    ("cost", "f8"),          # EUR paid by the provider to the outside
    ("margin", "f8"),        # EUR kept by the provider
    ("platform_margin", "f8"),  # EUR of fee less subsidies
    ("satisfaction", "f8"),  # [0, 1]
    ("skill", "f8"),         # [0, 1] after the encounter
    ("insight", "f8"),       # [0, 1] after the encounter
    ("fit", "f8"),           # [0, 1]
    ("trust", "f8"),         # [0, 1] before the encounter
    ("value", "f8"),         # EUR delivered
    ("relational", "f8"),    # EUR of it that skill and insight made
    ("fee", "f8"),           # EUR
    ("subsidy", "f8"),       # EUR from the platform to the buyer
    ("partner_cost", "f8"),  # EUR paid by the provider's partner to the outside
    ("partner_margin", "f8"),   # EUR kept by the partner
)
TALLY = record(              # a provider's or a partner's period
    ("served", "i8"),
    ("cents", "i8"),         # kept
    ("outside", "i8"),       # cents paid to the outside
    ("platform", "i8"),      # cents the platform kept of its encounters
    ("revenue", "f8"),       # EUR
    ("margin", "f8"),        # EUR
)
DESK = record(               # one of the providers a buyer decides between
    ("misfit", "f8"),        # |theta - x|**2
    ("key", "i8"),           # orders the providers by row
    ("weight", "f8"),        # in the logit
)
WINDOW = record(             # one of the peers the platform shows a buyer
    ("peer", "i8"),          # row, or NOBODY
    ("score", "f8"),
)


class World(NamedTuple):
    """One simulated market. `advance` changes the arrays in place; they are never replaced."""

    market: NDArray       # MARKET (1,)
    strategies: NDArray   # STRATEGY (strategies,)
    clock: NDArray        # CLOCK (1,)
    trend: NDArray        # float64 (dimensions,) +1 or -1
    actors: NDArray       # ACTOR (actors,)
    needs: NDArray        # float64 (customers, dimensions) in [0, 1]
    offerings: NDArray    # float64 (actors, dimensions) in [0, 1]
    terms: NDArray        # TERMS (actors,)
    tallies: NDArray      # TALLY (actors,)
    ties: NDArray         # TIE (customers, slots)
    alliances: NDArray    # TIE (partners,): the firm is the buyer, the partner the provider
    encounters: NDArray   # ENCOUNTER (customers,)
    providers: NDArray    # int32 (providers,) rows: firms, then peers
    reach_start: NDArray  # int64 (customers + 1,), empty when everybody can meet everybody
    reach: NDArray        # int32 rows of providers
    friends_start: NDArray  # int64 (customers + 1,)
    friends: NDArray      # int32 rows of customers
    sales_start: NDArray  # int64 (providers + 1,)
    sales: NDArray        # int32 rows of the buyers served this period, grouped by provider


LAYOUT: dict[str, np.dtype] = {
    "market": MARKET,
    "strategies": STRATEGY,
    "clock": CLOCK,
    "actors": ACTOR,
    "terms": TERMS,
    "tallies": TALLY,
    "ties": TIE,
    "alliances": TIE,
    "encounters": ENCOUNTER,
    **dict.fromkeys(("trend", "needs", "offerings"), np.dtype("f8")),
    **dict.fromkeys(("providers", "reach", "friends", "sales"), np.dtype("i4")),
    **dict.fromkeys(("reach_start", "friends_start", "sales_start"), np.dtype("i8")),
}
SHARES = {
    "actors": ("values", "recommends", "capability", "engagement", "pleased", "mean_skill"),
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
    for name in ("needs", "offerings"):
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
    return [f"{name}.{field}: not a finite number" for field, column in columns
            if column.dtype.kind == "f" and not np.isfinite(column).all()]


def _out_of_place(world: World) -> list[str]:
    """Return what points beyond the rows or slots there are."""
    actors, (customers, slots) = len(world.actors), world.ties.shape
    pointers = (
        ("ties.provider", world.ties["provider"], actors),
        ("alliances.provider", world.alliances["provider"], actors),
        ("encounters.provider", world.encounters["provider"], actors),
        ("encounters.slot", world.encounters["slot"], slots),
        ("actors.current", world.actors["current"], slots),
        ("actors.ally", world.actors["ally"], actors),
        ("terms.ally", world.terms["ally"], actors),
        ("actors.strategy", world.actors["strategy"], len(world.strategies)),
        ("terms.strategy", world.terms["strategy"], len(world.strategies)),
        ("providers", world.providers, actors),
        ("reach", world.reach, actors),
        ("friends", world.friends, customers),
        ("sales", world.sales, customers),
        ("reach_start", world.reach_start, len(world.reach) + 1),
        ("friends_start", world.friends_start, len(world.friends) + 1),
        ("sales_start", world.sales_start, len(world.sales) + 1),
    )
    return [f"{name}: {rows.min()} .. {rows.max()} points beyond {count}" for name, rows, count in pointers
            if rows.size and not (rows.min() >= NOBODY and rows.max() < count)]
