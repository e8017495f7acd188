"""Loyalty: a buyer remembers what each of its providers brought in, and forgets at the same rate.

Weisbuch, Kirman & Herreiner 2000, "Market organisation and trading relationships", Economic Journal 110:
J <- memory*J + profit for the provider dealt with, J <- memory*J for all others (memory = 1 - gamma). J in EUR is kept
as evidence, gains as good and losses as bad: J = pos - neg, and trust (pos + 1)/(pos + neg + 2) goes with it.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import appraise
from sim.rules.settle import gain
from sim.rules.trust import conclude, impressions, tell


@compiled
def trust(world):
    """Let every buyer add its gain to what it remembers of its provider."""
    for i in range(len(world.ties)):
        slot = world.encounters[i].slot
        y, back = 0.0, 0.0
        if slot != NOBODY:
            y, back = impressions(world, i)
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY:
                recall(tie, world.market[0].memory, gain(world.encounters[i]) if s == slot else 0.0)
                if s == slot:
                    tie.gpos = world.market[0].memory * tie.gpos + back
                    tie.gneg = world.market[0].memory * tie.gneg + 1.0 - back
                appraise(world, tie)
        if slot != NOBODY:
            conclude(world, i, y)
    tell(world)


@inlined
def recall(tie, memory, profit):
    """Let what a buyer remembers of a provider fade, and add a profit or a loss in EUR."""
    tie.pos = memory * tie.pos + max(profit, 0.0)
    tie.neg = memory * tie.neg + max(-profit, 0.0)


@inlined
def remembered(tie):
    """Return J in EUR: what a buyer remembers of a provider."""
    return tie.pos - tie.neg
