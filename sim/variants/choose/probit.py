"""Probit: what disturbs a buyer's judgement of each option is normal noise, not the logit's.

Thurstone 1927, "A law of comparative judgment", case V: slot = argmax of beta*U + pi/sqrt(6)*z over the slots and the
outside option U = 0, z standard normal and independent. The logit is the same with Gumbel noise of this variance, so
`beta` means the same; large mistakes are rarer here.
"""

import math

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import normal_quantile
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.choose import is_shut, utility, wish

SPREAD = math.pi / math.sqrt(6.0)  # standard deviation of the Gumbel distribution


@compiled
def choose(world, t=0):
    """Set the slot of the encounter of each buyer of tier t."""
    for i in buyers_of(world, t):
        chooses, _ = wish(world, i)
        if chooses:
            world.encounters[i].slot = _best_as_judged(world, i)


@inlined
def _best_as_judged(world, i):
    """Return the slot of the option that looks best today, NOBODY for the outside option."""
    slot, best = NOBODY, _doubt(world, i, 0)
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY and not is_shut(world, tie):
            judged = world.market[0].beta * utility(world, i, s) + _doubt(world, i, tie.provider + 1)
            if judged > best:
                slot, best = s, judged
    return slot


@inlined
def _doubt(world, i, place):
    """Return the noise in buyer i's judgement of one option."""
    return SPREAD * normal_quantile(draw(world.clock[0].key, draws.DOUBT, world.clock[0].period, i, place)[0])
