"""Loyalty: buyers choose by what they remember of each provider, and always buy.

Weisbuch, Kirman & Herreiner 2000, "Market organisation and trading relationships", Economic Journal 110: the chance of
provider j is exp(beta*J_j) / sum of exp(beta*J) over the buyer's providers, J in EUR being the good evidence about it
less the bad (`trust_rule = "loyalty"`: profits and losses, fading).
"""

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.choose import MOST_SLOTS, by_provider, drawn, weigh, wish
from sim.rules.offer import desk
from sim.state import World
from sim.variants.trust.loyalty import recall, remembered


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t; NOBODY only where nobody is open."""
    _choose(world, t, desk(world))


@compiled
def _choose(world, t, room):
    for i in buyers_of(world, t):
        chooses, luck = wish(world, i)
        if chooses:
            count, total = _weigh_memories(world, i, room)
            world.encounters[i].slot = drawn(room, count, 0.0, luck * total) if count > 0 else NOBODY


@inlined
def _weigh_memories(world, i, room):
    """Put the weights of buyer i's open providers into `room`; return how many there are, and the sum."""
    count, best = by_provider(world, i, room), 0.0
    for c in range(count):
        room[c].weight = remembered(world.ties[i, room[c].key % MOST_SLOTS])
        best = room[c].weight if c == 0 else max(best, room[c].weight)
    return count, weigh(room, count, world.market[0].beta, best, 0.0)


def chances(world: World) -> NDArray:
    """Return the probability with which each customer would choose each of its slots now."""
    found = np.zeros((int(world.market["customers"][0]), world.ties.shape[1]))
    _find_chances(world, found, desk(world))
    return found


@compiled
def _find_chances(world, found, room):
    for i in range(len(found)):
        count, total = _weigh_memories(world, i, room)
        for c in range(count):
            found[i, room[c].key % MOST_SLOTS] = room[c].weight / total


def expect(world: World, profit: float, periods: int) -> None:
    """Move what customers remember on as on average: each provider brings in `profit` EUR times its probability.

    The mean field of the paper: J <- memory*J + P*profit.
    """
    _expect(world, profit, periods, desk(world))


@compiled
def _expect(world, profit, periods, room):
    for _ in range(periods):
        for i in range(world.market[0].customers):
            count, total = _weigh_memories(world, i, room)
            for c in range(count):
                tie = world.ties[i, room[c].key % MOST_SLOTS]
                recall(tie, world.market[0].memory, profit * room[c].weight / total)
