"""Beta reputation and EigenTrust: the ties and ratings of worlds, and what happened in them.

`reputation-systems.toml`.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.config import Market
from sim.create import create
from sim.ensemble import run
from sim.network import COURIER, PARTNER, PLATFORM
from sim.period import advance
from sim.records import NOBODY
from sim.state import World
from sim.totals import TOTALS

NO_PARTICIPANTS = (PARTNER, PLATFORM, COURIER)
DECIMALS = 12  # of a difference: what is left below is rounding, and differs between machines


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    peers = preset.scenario("peers").market
    return {
        "beta": farthest(preset.scenario().market, preset.seed),
        "forgetting": farthest(preset.scenario("fading").market, preset.seed),
        "limit": float(run(preset.scenario("good").market, preset.seed).world.ties["pos"].max()),
        "eigentrust": misjudged(run(peers, preset.seed).world),
    }


def farthest(market: Market, seed: int) -> float:
    """Return how far trust of a tie is from what the encounters counted say, at most, in any period."""
    kept, most = market.exchange.memory, 0.0
    for good, bad, trust in _histories(market, seed):
        age = np.cumsum((good + bad)[::-1], axis=0)[::-1] - (good + bad)  # encounters of the tie since
        weight = kept**age
        r, s = (weight * good).sum(axis=0), (weight * bad).sum(axis=0)
        most = max(most, float(np.abs(trust - (r + 1) / (r + s + 2)).max()))
    return round(most, DECIMALS)


def _histories(market: Market, seed: int) -> Iterator[tuple[NDArray, NDArray, NDArray]]:
    """Run a market; yield good and bad encounters so far, by period, buyer and slot, and trust by buyer and slot."""
    world = create(market, seed)
    good, bad = np.zeros((2, market.periods, *world.ties.shape))
    for period in range(market.periods):
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        met = np.flatnonzero(world.encounters["slot"] != NOBODY)
        failed = world.encounters["incident"][met]
        good[period, met, world.encounters["slot"][met]] = 1 - failed
        bad[period, met, world.encounters["slot"][met]] = failed
        yield good[: period + 1], bad[: period + 1], world.ties["trust"]


def misjudged(world: World) -> float:
    """Return how far the share of a peer in all trust is from the principal eigenvector, at most."""
    peers = world.providers
    trusted = world.actors["rating_pos"][peers] / world.actors["rating_neg"][peers]
    values, vectors = np.linalg.eig(matrix(world).T)
    principal = np.abs(vectors[:, np.argmax(np.abs(values))])[peers]
    return round(float(np.abs(trusted / trusted.sum() - principal / principal.sum()).max()), DECIMALS)


def matrix(world: World) -> NDArray:
    """Return whom everybody's trust goes to, shape (participants, participants): row sums are 1."""
    n, restart = int(np.sum(~np.isin(world.actors["kind"], NO_PARTICIPANTS))), float(world.market["restart"][0])
    local = np.zeros((n, n))
    for i, ties in enumerate(world.ties):
        for tie in ties[ties["provider"] != NOBODY]:
            local[i, tie["provider"]] = max(tie["pos"] - tie["neg"], 0.0)
    trusting = local.sum(axis=1, keepdims=True) > 0
    normal = np.where(trusting, local / np.where(trusting, local.sum(axis=1, keepdims=True), 1.0), 1 / n)
    return (1 - restart) * normal + restart / n
