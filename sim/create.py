"""How a world is made: everybody's first state, drawn from the seed or taken from an imported network."""

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.compiled import compiled, inlined
from sim.config import Market, most_partners, quantities
from sim.draws import draw, pick
from sim.network import COURIER, DEPARTMENT, FIRM, PEER, Network, friendships, reach, rows_of
from sim.notes import columns
from sim.records import ACTOR, CLOCK, ENCOUNTER, FIXED, MARKET, NOBODY, RULES, SHOCK, STRATEGY, TALLY, TERMS, TIE
from sim.relations import NEUTRAL, appraise, arrive, fill, first_capability, own_slots, place_at_random
from sim.roles import ally, assign_roles, providers_of, take_part, tiers_of
from sim.shocks import SHOCKS, Shock
from sim.state import World

SEEDS = 2**64
CACHE_LINE = 64  # bytes
FOR_GOOD = 2**62  # a period that never comes


def create(market: Market, seed: int, network: Network | None = None) -> World:
    """Make the world of `market` for `seed` (0 .. 2**64 - 1), on an imported network if there is one.

    Raises
    ------
    ValueError
        If the seed is out of range, or the market asks for an imported network that is missing or of another size.
    """
    _check_seed(seed)
    _check_import(market, network)
    key, d = np.uint64(seed), market.exchange.dimensions
    sizes = [market.providers.firms, *(market.size_of(tier) for _, tier in market.upstream)]
    customers, firms = market.customers.customers, sum(sizes)
    buyers = customers + sum(sizes[:-1])
    n = customers + firms + market.partners.partners + market.couriers.couriers + 1
    providers = providers_of(market, sizes)
    world = World(
        np.repeat(_record_of(market), 2),
        tiers_of(market, sizes),
        shocks_of(market),
        _strategies_of(market),
        np.array([tuple(market.rules.chosen().values())], RULES),
        np.zeros(1, CLOCK),
        np.ones(d),
        np.zeros(n, ACTOR),
        np.zeros((buyers, d)),
        np.zeros((firms if market.upstream else 0, d)),
        np.zeros((n, d)),
        lined_up(n, TERMS),
        np.zeros(n, TALLY),
        np.zeros((buyers, market.customers.slots), TIE),
        np.zeros((sizes[0], most_partners(market.partners.partners, market.partners.firms_per_partner, sizes[0])), TIE),
        np.zeros(buyers, ENCOUNTER),
        providers,
        *_reach_of(market, key, providers[: sizes[0] + market.peers], network),
        *_friends_of(market, key, network),
        np.zeros(len(providers) + 1, np.int64),
        np.zeros(buyers, np.int32),
        np.zeros((n, 0)),
    )
    world = world._replace(notes=np.zeros((n, columns(world))))
    world.clock["key"] = key
    world.actors["current"] = NOBODY
    world.encounters["slot"] = world.encounters["provider"] = world.encounters["courier"] = NOBODY
    assign_roles(world, market, network)
    take_part(world, market)
    ally(world, market)
    populate(world)
    if network is not None:
        adopt_relationships(world, network)
    return world


def lined_up(count: int, dtype: np.dtype) -> NDArray:
    """Return zeroed records that begin where a line of the processor's cache (64 bytes) begins."""
    room = np.zeros(count * dtype.itemsize + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + count * dtype.itemsize].view(dtype)


def _check_seed(seed: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < SEEDS:
        raise ValueError(f"seed = {seed!r} is not a whole number from 0 to 2**64 - 1")


def _check_import(market: Market, network: Network | None) -> None:
    asked = "imported" in (market.networks.social, market.networks.market)
    if network is None and asked:
        raise ValueError("networks: 'imported' needs a network file")
    if network is not None:
        _check_pairs(network)
    sizes = (market.customers.customers, market.providers.firms, market.peers)
    if network is not None and sizes != (network.buying, network.count(FIRM), network.count(PEER)):
        raise ValueError("customers, firms and peers differ from the imported network")


def _check_pairs(network: Network) -> None:
    pairs = network.buyers.astype(np.int64) * len(network.names) + network.providers
    if len(np.unique(pairs)) < len(pairs) or np.any(network.buyers == network.providers):
        raise ValueError("network: a buyer is related to itself, or twice to the same provider")


def _record_of(market: Market) -> NDArray:
    row = np.zeros(1, MARKET)
    for section, name, _ in quantities():
        if name in MARKET.names:  # type: ignore[operator]
            row[name] = getattr(getattr(market, section), name)
    row["peers"], row["price_level"] = market.peers, 1.0
    row["advertised"] = any(strategy.advertising > 0 for strategy in market.strategies.values())
    return row


def shocks_of(market: Market) -> NDArray:
    """Return a record for each shock of a market, in its order."""
    return np.array([shock_record(market, shock) for shock in market.shocks.values()], SHOCK)


def shock_record(market: Market, shock: Shock) -> tuple:
    """Return a shock as a record's fields, in their order."""
    tiers, strategies = ["", *(name for name, _ in market.upstream)], list(market.strategies)
    end = shock.period + shock.duration if shock.duration else FOR_GOOD
    strategy = strategies.index(shock.strategy) if shock.strategy else NOBODY
    tier, seeds = tiers.index(shock.tier), int(shock.seeds == "influencers")
    return SHOCKS.index(shock.kind), shock.period, end, shock.size, tier, strategy, shock.heard_by, seeds


def _strategies_of(market: Market) -> NDArray:
    rows = [tuple(getattr(s, name) for name in STRATEGY.names) for s in market.strategies.values()]  # type: ignore[union-attr]
    return np.array(rows, STRATEGY)


def _reach_of(market: Market, key: np.uint64, providers: NDArray, network: Network | None) -> tuple[NDArray, NDArray]:
    n = market.networks
    if n.market == "imported" and network is not None:
        return rows_of(network.buyers, network.providers, network.buying)
    start, found = reach(n.market, key, market.customers.customers, len(providers), n.market_degree, n.market_rewiring)
    return start, providers[found]


def _friends_of(market: Market, key: np.uint64, network: Network | None) -> tuple[NDArray, NDArray]:
    n, people = market.networks, market.customers.customers
    if n.social == "imported" and network is not None:
        both = (network.buyers < people) & (network.providers < people)
        a, b = network.buyers[both], network.providers[both]
        return rows_of(np.concatenate((a, b)), np.concatenate((b, a)), people)
    return friendships(n.social, key, people, n.social_degree, n.social_rewiring)


@compiled
def populate(world):
    """Draw everybody's initial state (uniform needs, offerings and values; no evidence)."""
    key, market = world.clock[0].key, world.market[0]
    for d in range(len(world.trend)):
        world.trend[d] = 1.0 if draw(key, draws.TREND, 0, d, 0)[0] < 0.5 else -1.0
    for a in range(len(world.actors)):
        actor = world.actors[a]
        actor.values, _, quality, size = draw(key, draws.PERSON, 0, a, 0)
        actor.capability = first_capability(quality)
        actor.engagement, actor.pleased = NEUTRAL, NEUTRAL
        actor.capacity = _capacity(market, actor, size)
        place_at_random(world.offerings, a, key, draws.OFFERING, 0)
    for i in range(len(world.ties)):
        arrive(world, i)
    for f in range(len(world.alliances)):
        for s in range(world.actors[market.customers + f].partners):
            fill(world, world.alliances[f, s], world.alliances[f, s].provider, FIXED)


@inlined
def _capacity(market, actor, size):
    """Return how many encounters per period an actor serves well, 0 = no limit; `size` is its draw."""
    if actor.kind == FIRM:
        return market.firm_capacity if actor.tier == 0 else 0
    if actor.kind == COURIER:
        return market.courier_capacity
    return 0 if actor.kind == DEPARTMENT else 1 + pick(size, market.peer_capacity)


def adopt_relationships(world: World, network: Network) -> None:
    """Fill the buyers' slots with their imported relationships, the latest first, and rate the providers.

    A trust value t counts as `trust_weight` encounters: t of them good, 1 - t bad, for the buyer's own
    evidence and for the provider's public rating. What does not fit in the slots still counts for the rating.
    """
    filled = np.zeros(len(world.ties), np.int64)
    _adopt_all(world, network.buyers, network.providers, network.trust, filled)


@compiled
def _adopt_all(world, buyers, providers, trust, filled):
    weight = world.market[0].trust_weight
    for r in range(len(buyers)):
        if trust[r] >= 0.0:
            rated = world.actors[providers[r]]
            rated.rating_pos += weight * trust[r]
            rated.rating_neg += weight * (1.0 - trust[r])
    for r in range(len(buyers) - 1, -1, -1):
        i = buyers[r]
        if filled[i] < own_slots(world, i):
            _adopt(world, i, filled[i], providers[r], trust[r])
            filled[i] += 1


@inlined
def _adopt(world, i, slot, provider, trust):
    """Put an imported provider into a slot; who already had it in a later slot swaps it over."""
    for s in range(slot, own_slots(world, i)):
        if world.ties[i, s].provider == provider:
            displaced = world.ties[i, slot].provider
            if displaced != NOBODY:
                fill(world, world.ties[i, s], displaced, world.ties[i, slot].origin)
    tie = world.ties[i, slot]
    fill(world, tie, provider, FIXED)
    if trust >= 0.0:
        tie.pos = world.market[0].trust_weight * trust
        tie.neg = world.market[0].trust_weight * (1.0 - trust)
    appraise(world, tie)
