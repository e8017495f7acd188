"""How a world is made: everybody's first state, drawn from the seed or taken from an imported network."""

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.compiled import compiled, inlined
from sim.config import Market, quantities
from sim.draws import draw, pick
from sim.network import FIRM, PARTNER, PEER, PLATFORM, Network, friendships, reach, rows_of
from sim.relations import NEUTRAL, appraise, arrive, fill, own_slots, place_at_random
from sim.state import ACTOR, CLOCK, ENCOUNTER, FIXED, MARKET, NOBODY, STRATEGY, TALLY, TERMS, TIE, World

LOWEST_CAPABILITY = 0.7
SEEDS = 2**64
CACHE_LINE = 64  # bytes


def create(market: Market, seed: int, network: Network | None = None) -> World:
    """Make the world of `market` for `seed` (0 .. 2**64 - 1), on an imported network if there is one.

    Raises
    ------
    ValueError
        If the seed is out of range, or the market asks for an imported network that is missing or of another size.
    """
    _check_seed(seed)
    _check_import(market, network)
    key = np.uint64(seed)
    customers, firms, peers = market.customers.customers, market.providers.firms, market.peers
    partners, d = market.partners.partners, market.exchange.dimensions
    n = customers + firms + partners + 1
    providers = np.concatenate((np.arange(customers, customers + firms), np.arange(peers))).astype(np.int32)
    world = World(
        _record_of(market),
        _strategies_of(market),
        np.zeros(1, CLOCK),
        np.ones(d),
        np.zeros(n, ACTOR),
        np.zeros((customers, d)),
        np.zeros((n, d)),
        lined_up(n, TERMS),
        np.zeros(n, TALLY),
        np.zeros((customers, market.customers.slots), TIE),
        np.zeros(partners, TIE),
        np.zeros(customers, ENCOUNTER),
        providers,
        *_reach_of(market, key, providers, network),
        *_friends_of(market, key, network),
        np.zeros(len(providers) + 1, np.int64),
        np.zeros(customers, np.int32),
    )
    world.clock["key"] = key
    world.encounters["slot"] = world.encounters["provider"] = NOBODY
    _kinds_and_strategies(world, market, network)
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
    row["peers"] = market.peers
    return row


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


def _kinds_and_strategies(world: World, market: Market, network: Network | None) -> None:
    actors, customers = world.actors, market.customers.customers
    actors["kind"][: market.peers] = PEER
    first_partner = customers + market.providers.firms
    actors["kind"][customers:first_partner] = FIRM
    actors["kind"][first_partner:] = PARTNER
    actors["kind"][-1] = PLATFORM
    names = list(market.strategies)
    for kind, mix in (
        (FIRM, market.providers.firm_strategies),
        (PEER, market.providers.peer_strategies),
        (PARTNER, market.partners.partner_strategies),
    ):
        rows = np.flatnonzero(actors["kind"] == kind)
        if len(rows):
            shares = np.array([mix.get(name, 0.0) for name in names])
            actors["strategy"][rows] = spread(shares, len(rows))
    if network is not None:
        _adopt_strategies(actors, names, network)
    _mark_influencers(world, market.networks.influencers)


def _adopt_strategies(actors: NDArray, names: list[str], network: Network) -> None:
    """Give imported providers the strategy their file names; the others keep what the market's shares gave them."""
    for row, name in enumerate(network.strategies):
        if name and name not in names:
            raise ValueError(f"network: {network.names[row]} follows {name}, the market has {', '.join(names)}")
        if name:
            actors["strategy"][row] = names.index(name)


def _mark_influencers(world: World, share: float) -> None:
    degree = np.diff(world.friends_start)
    count = int(share * len(degree))
    top = np.argsort(-degree, kind="stable")[:count]
    world.actors["influencer"][top[degree[top] > 0]] = 1


def spread(shares: NDArray, count: int) -> NDArray:
    """Return for each of `count` places which of the `shares` it belongs to, evenly interleaved."""
    places = np.empty(count, np.int32)
    _spread(shares, np.zeros(len(shares)), places)
    return places


@compiled
def _spread(shares, given, places):
    for i in range(len(places)):
        best = 0
        for k in range(len(shares)):
            if shares[k] * (i + 1) - given[k] > shares[best] * (i + 1) - given[best]:
                best = k
        given[best] += 1
        places[i] = best


@compiled
def populate(world):
    """Draw everybody's initial state (uniform needs, offerings and values; no evidence)."""
    key, market = world.clock[0].key, world.market[0]
    for d in range(len(world.trend)):
        world.trend[d] = 1.0 if draw(key, draws.TREND, 0, d, 0)[0] < 0.5 else -1.0
    for a in range(len(world.actors)):
        actor = world.actors[a]
        actor.values, _, quality, size = draw(key, draws.PERSON, 0, a, 0)
        actor.capability = LOWEST_CAPABILITY + (1.0 - LOWEST_CAPABILITY) * quality
        actor.engagement, actor.pleased = NEUTRAL, NEUTRAL
        actor.capacity = market.firm_capacity if actor.kind == FIRM else 1 + pick(size, market.peer_capacity)
        place_at_random(world.offerings, a, key, draws.OFFERING, 0)
    for i in range(len(world.ties)):
        arrive(world, i)
    _ally(world)


@inlined
def _ally(world):
    """Join partners and firms in pairs, spread evenly over the firms."""
    partners = len(world.alliances)
    firms = world.market[0].firms
    for a in range(len(world.actors)):
        world.actors[a].ally = NOBODY
    for n in range(partners):
        firm = len(world.ties) + n * firms // partners
        partner = len(world.actors) - 1 - partners + n
        world.actors[firm].ally, world.actors[partner].ally = partner, firm
        fill(world, world.alliances[n], partner, FIXED)


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
        if filled[i] < own_slots(world):
            _adopt(world, i, filled[i], providers[r], trust[r])
            filled[i] += 1


@inlined
def _adopt(world, i, slot, provider, trust):
    """Put an imported provider into a slot; who already had it in a later slot swaps it over."""
    for s in range(slot, own_slots(world)):
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
