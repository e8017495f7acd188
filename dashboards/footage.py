"""What a film is made from: who dealt with whom in every period, how far they trusted, and why they went elsewhere.

A world is run rule by rule (`sim.rules.in_order`), which gives the run of `sim.ensemble.run` bit for bit and lets
us look at everybody's offers at the moment of the choice. `dashboards.packing` makes few bytes of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboards.biography import Moves, by_another_rule, differences, reasons
from dashboards.looking import Looks
from dashboards.seating import seats
from scenarios.scenario import Scenario
from sim.config import Market
from sim.create import create
from sim.metrics import read
from sim.network import COURIER, PARTNER, Network
from sim.records import NOBODY
from sim.rules import in_order, own_rule
from sim.rules.adapt import adapt
from sim.rules.choose import choose
from sim.state import World
from sim.totals import TOTALS, count, pooled

MOST_ACTORS, MOST_CELLS = 1_000, 300_000  # of a film: actors, and actors times periods
JOINED = ("takes_part", "member")


@dataclass(frozen=True, eq=False)
class Footage:
    """One run, period by period, as the engine has it.

    Attributes
    ----------
    market : Market
    seed : int
    names : tuple of str
        What an imported network calls its participants, by row; else empty.
    cast : dict of ndarray
        Who there is, by row: `kind`, `tier`, first `strategy`, `influencer`, `takes_part`, `member`, `x` and `y` (its
        place in [-1, 1]); `providers`, the rows that provide; `firm` and `partner`, the rows of each alliance.
    deals : dict of ndarray, shape (periods, buyers)
        `provider` (row, or `NOBODY`), `mediated`, `incident`, `repaired`, `courier` (row, or `NOBODY`), `paid` and
        `knowledge` (EUR in all that were paid, and of the value that skill and insight made), `trust` (before the
        deal), `satisfaction`, and `content` (smoothed satisfaction, deal or not).
    provided : dict of ndarray, shape (periods, providers)
        `served` (units), `engagement`, and `rating`, of each of `cast["providers"]`.
    allied : ndarray, shape (periods, alliances)
        Trust of the firm in its partner.
    moves : dict of ndarray, shape (moves,)
        `period`, `buyer`, `reason` (place in `biography.REASONS`) and `wrong` of everybody who dealt with another
        provider than the last time; `parts`, shape (moves, 5), of the difference of utility (EUR, NaN if unknown).
    events : dict of ndarray, shape (events,)
        `period`, `row`, `event` (place in `looking.EVENTS`) and `detail` of what happened to somebody.
    series : dict of ndarray, shape (periods,)
        Every measure; NaN in periods with nothing to measure.
    """

    market: Market
    seed: int
    names: tuple[str, ...]
    cast: dict[str, NDArray]
    deals: dict[str, NDArray]
    provided: dict[str, NDArray]
    allied: NDArray
    moves: dict[str, NDArray]
    events: dict[str, NDArray]
    series: dict[str, NDArray]


def actors_of(market: Market) -> int:
    """Return how many rows a market has: customers, firms, tiers, partners, couriers and the platform."""
    upstream = sum(market.size_of(tier) for _, tier in market.upstream)
    helpers = market.partners.partners + market.couriers.couriers
    return market.customers.customers + market.providers.firms + upstream + helpers + 1


def is_too_large(market: Market) -> bool:
    """Whether a market has too many actors for a picture, or too many periods for a film of them."""
    actors = actors_of(market)
    return actors > MOST_ACTORS or actors * market.periods > MOST_CELLS


def shoot(source: Scenario | Market, seed: int, network: Network | None = None) -> Footage:
    """Run one world of a scenario, or of a market with the network it may need, and keep what a film shows.

    Raises
    ------
    ValueError
        If the market `is_too_large`.
    """
    market = source.market if isinstance(source, Scenario) else source
    people = source.network if isinstance(source, Scenario) else network
    if is_too_large(market):
        size = f"{actors_of(market)} actors in {market.periods} periods"
        raise ValueError(f"a film shows at most {MOST_ACTORS} actors and {MOST_CELLS} of them by period, not {size}")
    world = create(market, seed, people)
    cast, looks = _cast(world), Looks(world, market.periods)
    totals = np.zeros((market.periods, len(market.strategies) + 1), TOTALS)
    for t in range(market.periods):
        _advance(world, t, totals[t], looks)
    moves = looks.moves()
    names = people.names if people else ()
    provided, allied = _provided(looks, cast["providers"]), looks.allied[:, *_pairs(world)]
    told = _deals(looks), provided, allied, _told(moves, world), looks.events(), read(pooled(totals, 1))
    return Footage(market, seed, names, cast, *told)


def _advance(world: World, t: int, totals: NDArray, looks: Looks) -> None:
    """Run and count one period rule by rule, as `sim.rules.step` does, and look at it twice."""
    world.clock["period"] += 1
    for turn in in_order(world):
        if turn.rule is adapt:
            count(world, totals)
            looks.at_end(t, world)
        turn.take()
        if turn.rule is choose and turn.given[1] == 0:  # the last to choose are the customers
            looks.at_choice(t, world)


def _cast(world: World) -> dict[str, NDArray]:
    """Return who there is at the start (`Footage.cast`)."""
    fields = {name: world.actors[name].copy() for name in ("kind", "tier", "strategy", "influencer", *JOINED)}
    x, y = seats(world).T
    helpers = np.flatnonzero(np.isin(world.actors["kind"], (PARTNER, COURIER)))
    firm, place = _pairs(world)
    customers = int(world.market["customers"][0])
    allies = {"firm": firm + customers, "partner": world.alliances["provider"][firm, place]}
    return {**fields, "x": x, "y": y, "providers": np.concatenate((world.providers, helpers)), **allies}


def _pairs(world: World) -> tuple[NDArray, NDArray]:
    """Return the firms and places of all alliances; they never change."""
    return np.nonzero(world.alliances["provider"] != NOBODY)


def _deals(looks: Looks) -> dict[str, NDArray]:
    seen, buyers = looks.encounters, looks.encounters["volume"].shape[1]
    plain = ("provider", "mediated", "incident", "repaired", "courier", "trust", "satisfaction")
    amounts = {"paid": seen["price"] * seen["volume"], "knowledge": seen["relational"] * seen["volume"]}
    return {name: seen[name] for name in plain} | amounts | {"content": looks.actors["recommends"][:, :buyers]}


def _provided(looks: Looks, rows: NDArray) -> dict[str, NDArray]:
    good, bad, engagement = (looks.actors[name][:, rows] for name in ("rating_pos", "rating_neg", "engagement"))
    return {"served": looks.served[:, rows], "engagement": engagement, "rating": (good + 1) / (good + bad + 2)}


def _told(moves: Moves, world: World) -> dict[str, NDArray]:
    """Return the moves with their reasons."""
    risk, switching, subsidy = (float(world.market[name][0]) for name in ("risk", "switching", "customer_subsidy"))
    parts = differences(moves, risk, switching, subsidy)
    fields = {"period": moves.period, "buyer": moves.buyer, "wrong": moves.wrong}
    why = reasons(moves, parts)
    standard = own_rule(world, choose) is choose
    return {**fields, "reason": why if standard else by_another_rule(why), "parts": parts}
