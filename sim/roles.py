"""Who plays which part in a world: rows, tiers, kinds, strategies, who takes part, who works with whom."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.config import Market
from sim.network import COURIER, DEPARTMENT, FIRM, PARTNER, PEER, PLATFORM, Network
from sim.records import NOBODY, TIER
from sim.sections import SHARES_TOLERANCE, Department, Tier
from sim.state import World


def providers_of(market: Market, sizes: list[int]) -> NDArray:
    """Return the rows of the providers: firms that sell, peers, then tier by tier."""
    first = market.customers.customers
    sellers = np.arange(first, first + sizes[0])
    above = np.arange(first + sizes[0], first + sum(sizes))
    return np.concatenate((sellers, np.arange(market.peers), above)).astype(np.int32)


def tiers_of(market: Market, sizes: list[int]) -> NDArray:
    """Return a record for each tier: the sellers, then upwards."""
    tiers = np.zeros(len(sizes), TIER)
    tiers["firms"], tiers["providers"] = sizes, sizes
    tiers["providers"][0] += market.peers
    tiers["row"] = market.customers.customers + np.cumsum([0, *sizes[:-1]])
    tiers["place"] = np.cumsum([0, *tiers["providers"][:-1]])
    tiers["worth"], tiers["work"], tiers["input_weight"] = market.exchange.value, 1.0, 1.0
    for t, (_, tier) in enumerate(market.upstream, 1):
        tiers["input_weight"][t], tiers["work"][t] = tier.input_weight, tier.work
        tiers["worth"][t] = tiers["worth"][t - 1] * tier.input_weight
        tiers["internal"][t] = isinstance(tier, Department)
        tiers["orders"][t] = tier.orders if isinstance(tier, Department) else 0.0
        tiers["slots"][t] = min(tier.known, market.customers.slots) if isinstance(tier, Tier) else 1
    others = math.fsum(tier.work for _, tier in market.upstream)  # `sum` of floats differs between Python versions
    tiers["work"][0] = max(1.0 - others, 0.0)
    return tiers


def assign_roles(world: World, market: Market, network: Network | None) -> None:
    """Give every row its kind, tier and strategy, and mark the influencers."""
    actors, customers = world.actors, market.customers.customers
    actors["kind"][: market.peers] = PEER
    first = customers
    for t, firms in enumerate(world.tiers["firms"].tolist()):
        members = slice(first, first + firms)
        actors["kind"][members] = DEPARTMENT if world.tiers["internal"][t] else FIRM
        actors["tier"][members] = t
        first += firms
    actors["kind"][first:] = PARTNER
    actors["kind"][first + market.partners.partners :] = COURIER
    actors["kind"][-1] = PLATFORM
    names = list(market.strategies)
    for rows, mix in _followers(world, market):
        if len(rows):
            actors["strategy"][rows] = spread(np.array([mix.get(name, 0.0) for name in names]), len(rows))
    if network is not None:
        _adopt_strategies(actors, names, network)
    _mark_influencers(world, market.networks.influencers)


def _followers(world: World, market: Market) -> Iterator[tuple[NDArray, dict[str, float]]]:
    """Yield (rows, shares of the strategies they follow) for everybody who follows one."""
    kinds, tiers = world.actors["kind"], world.actors["tier"]
    yield np.flatnonzero((kinds == FIRM) & (tiers == 0)), market.providers.firm_strategies
    yield np.flatnonzero(kinds == PEER), market.providers.peer_strategies
    yield np.flatnonzero(kinds == PARTNER), market.partners.partner_strategies
    yield np.flatnonzero(kinds == COURIER), market.couriers.courier_strategies
    for t, (_, tier) in enumerate(market.upstream, 1):
        yield np.flatnonzero(((kinds == FIRM) | (kinds == DEPARTMENT)) & (tiers == t)), tier.strategies


def take_part(world: World, market: Market) -> None:
    """Mark who takes part in the platform at first: peers and couriers, and customers, each evenly spread."""
    actors, customers = world.actors, market.customers.customers
    actors["takes_part"], actors["data_trust"] = 1, 1.0
    for kind in (PEER, COURIER):
        rows = np.flatnonzero(actors["kind"] == kind)
        actors["takes_part"][rows] = evenly(market.participation.first_peers, len(rows))
    actors["member"][:customers] = evenly(market.participation.first_members, customers)
    actors["window"] = np.where(actors["member"] == 1, market.participation.attention, 0.0)


def evenly(share: float, count: int) -> NDArray:
    """Return for each of `count` places 1 if it belongs to an evenly spread share of them, else 0."""
    return np.diff(np.floor(np.arange(count + 1) * share + SHARES_TOLERANCE)).astype(np.int8)


def ally(world: World, market: Market) -> None:
    """Join partners and firms: partner p of P works with firm floor(p*firms/P) and those after it."""
    firms, partners = market.providers.firms, market.partners.partners
    world.alliances["provider"] = NOBODY
    first_partner = len(world.actors) - 1 - market.couriers.couriers - partners
    for p in range(partners):
        for k in range(market.partners.firms_per_partner):
            firm = (p * firms // partners + k) % firms
            place = world.actors["partners"][market.customers.customers + firm]
            world.alliances["provider"][firm, place] = first_partner + p
            world.actors["partners"][market.customers.customers + firm] += 1


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
