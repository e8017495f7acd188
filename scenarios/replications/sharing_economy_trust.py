"""Trust in the sharing economy: what is left of it, by reward and by network (`sharing-economy-trust.toml`)."""

from collections.abc import Iterable, Iterator
from itertools import product

import numpy as np

from scenarios.replication import Preset
from sim.config import Market
from sim.create import create
from sim.draws import draw, pick
from sim.network import PEER, Network
from sim.period import advance
from sim.totals import TOTALS

COMMUNITIES = 16
REWIRINGS = (0.01, 0.02, 0.04, 0.05, 0.08, 0.1, 0.2, 0.4, 0.5, 0.8, 1.0)
DEGREES = range(4, 23, 2)
LONGEST, UNMOVED = 2000, 300  # periods of a run, and without change of the trusting share
LINK, BRIDGE, REWIRE, FIRST = 1001, 1002, 1003, 1004  # purposes of draws, apart from those of sim.draws
TRUSTING_PROVIDER, UNTRUSTING_PROVIDER, TRUSTWORTHY, UNTRUSTWORTHY = range(4)  # strategies, in the order of the file
SEEDS_APART = 2**63  # the seed that is asked for may be any; those of its runs stay below


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    return {
        "trusting_24_degree_4": trusting(preset, 24.0, (4,)),
        "trusting_24_degree_20": trusting(preset, 24.0, (20, 20, 20)),
        "trusting_39": trusting(preset, 39.0, (4, 12, 22), REWIRINGS[::3]),
        "trusting_21": trusting(preset, 21.0, DEGREES),
    }


def trusting(preset: Preset, reward: float, degrees: Iterable[int], rewirings: Iterable[float] = REWIRINGS) -> float:
    """Return the mean trusting share in the end over networks of all these degrees and rewirings, a run on each."""
    market = preset.scenario(settings={"game_reward": reward}).market
    networks = enumerate(product(degrees, rewirings), preset.seed * 1000 % SEEDS_APART)
    return float(np.mean([run(market, seed, degree, rewiring) for seed, (degree, rewiring) in networks]))


def run(market: Market, seed: int, degree: int, rewiring: float) -> float:
    """Run a market on a network of communities until nothing moves any more; return the trusting share."""
    links = communities(seed, market.peers, degree, rewiring)
    world = create(on(market, links), seed, peers(seed, links, list(market.strategies)))
    strategy, share, since = world.actors["strategy"][: market.peers], -1.0, 0
    totals = np.zeros((1, len(market.strategies) + 1), TOTALS)
    for period in range(LONGEST):
        totals[:] = 0
        advance(world, totals)
        there = np.bincount(strategy, minlength=len(market.strategies))
        now = float(there[TRUSTING_PROVIDER] + there[TRUSTWORTHY]) / market.peers
        since = period if now != share else since
        share = now
        if share == 1.0 or 0 in (there[TRUSTING_PROVIDER], there[TRUSTWORTHY]) or period - since == UNMOVED:
            break
    return share


def on(market: Market, links: list[set[int]]) -> Market:
    """Return the market on an imported network, with as many slots as somebody has neighbours."""
    tables = market.model_dump()
    tables["networks"] |= {"social": "imported"}
    tables["customers"] |= {"slots": min(max(map(len, links)), market.customers.slots)}
    return Market.model_validate(tables)


def peers(seed: int, links: list[set[int]], names: list[str]) -> Network:
    """Return people who know each other as `links` say, and follow one of the strategies at random."""
    key, count = np.uint64(seed), len(links)
    ends = [(i, j) for i, others in enumerate(links) for j in sorted(others)]
    buyers, providers = np.array(ends, np.int32).T.copy()
    return Network(
        tuple(f"peer {i}" for i in range(count)),
        np.full(count, PEER, np.int8),
        tuple(names[pick(draw(key, FIRST, 0, i, 0)[0], len(names))] for i in range(count)),
        buyers,
        providers,
        np.full(len(buyers), np.nan),
    )


def communities(seed: int, people: int, degree: int, rewiring: float) -> list[set[int]]:
    """Return everybody's neighbours on a network of communities, as Gadellaa's generator makes it.

    Person i belongs to community i mod 16. Everybody links to degree/2 others of its own; each community swaps one
    link for one to the next community; then each link of everybody is given up with probability `rewiring`, and as
    many new ones go anywhere.
    """
    links: list[set[int]] = [set() for _ in range(people)]
    size = people // COMMUNITIES
    for i in range(people):
        insiders = (COMMUNITIES * place + i % COMMUNITIES for place in chosen(seed, LINK, i, size))
        befriend(links, i, insiders, min(len(links[i]) + degree // 2, size - 1))
    for c in range(COMMUNITIES):
        a, b = (COMMUNITIES * next(chosen(seed, BRIDGE, c + COMMUNITIES * end, size)) for end in (0, 1))
        bridge(links, a + c, b + (c + 1) % COMMUNITIES, next(chosen(seed, BRIDGE, c + 2 * COMMUNITIES, degree)))
    for i in range(people):
        before, lucks = sorted(links[i]), uniforms(seed, REWIRE, i)
        for j in before:
            if next(lucks) < rewiring:
                links[i].remove(j)
                links[j].remove(i)
        befriend(links, i, (pick(luck, people) for luck in lucks), len(before))
    return links


def bridge(links: list[set[int]], a: int, b: int, place: int) -> None:
    """Let a person swap one of its links, if there is one, for a link to another."""
    if links[a]:
        gone = sorted(links[a])[place % len(links[a])]
        links[a].remove(gone)
        links[gone].remove(a)
    links[a].add(b)
    links[b].add(a)


def befriend(links: list[set[int]], i: int, others: Iterator[int], until: int) -> None:
    """Link person i to others, one after the other, until it has so many links."""
    while len(links[i]) < until:
        j = next(others)
        if j != i:
            links[i].add(j)
            links[j].add(i)


def chosen(seed: int, purpose: int, who: int, count: int) -> Iterator[int]:
    """Yield random whole numbers below `count`, without end."""
    return (pick(luck, count) for luck in uniforms(seed, purpose, who))


def uniforms(seed: int, purpose: int, who: int) -> Iterator[float]:
    """Yield draws from (0, 1), without end."""
    place = 0
    while True:
        yield from draw(np.uint64(seed), purpose, 0, who, place)
        place += 1
