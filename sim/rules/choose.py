"""choose: every buyer with a need takes one of its providers, or none."""

import numpy as np

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import exp
from sim.state import BY_PLATFORM, NOBODY


@compiled
def choose(world):
    """Set the slot of each buyer's encounter, NOBODY for the outside option (U = 0) or without a need."""
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    order, weight = np.empty(world.ties.shape[1], np.int64), np.empty(world.ties.shape[1])
    for i in range(len(world.ties)):
        encounter = world.encounters[i]
        need, luck, _, _ = draw(key, draws.CHOOSE, period, i, 0)
        encounter.wants = 1 if need < market.frequency else 0
        encounter.slot = NOBODY
        if encounter.wants:
            encounter.slot = logit(world, i, luck, order, weight)


@inlined
def utility(world, i, s):
    """Return U = (1 - risk*(1 - trust))*Vhat - price - switching*[s is not the current slot], in EUR."""
    market, tie = world.market[0], world.ties[i, s]
    u = (1.0 - market.risk * (1.0 - tie.trust)) * tie.expected - tie.price
    if tie.origin == BY_PLATFORM:
        u += market.customer_subsidy
    return u if s == world.actors[i].current else u - market.switching


@inlined
def logit(world, i, luck, order, weight):
    """Return the slot chosen by a logit of intensity beta, from one uniform draw `luck`.

    The draw runs through the outside option, then the providers by row: which slot a provider sits in
    makes no difference. `order` and `weight` are room for the work, one place per slot.
    """
    count = _by_provider(world, i, order)
    best = 0.0
    for c in range(count):
        weight[c] = utility(world, i, order[c])
        best = max(best, weight[c])
    outside = exp(-world.market[0].beta * best)
    total = outside
    for c in range(count):
        weight[c] = exp(world.market[0].beta * (weight[c] - best))
        total += weight[c]
    left = luck * total - outside
    if left < 0.0 or count == 0:
        return NOBODY
    for c in range(count - 1):
        left -= weight[c]
        if left < 0.0:
            return order[c]
    return order[count - 1]


@inlined
def _by_provider(world, i, order):
    """Put the filled slots of buyer i into `order`, by row of their provider; return how many."""
    count = 0
    for s in range(world.ties.shape[1]):
        provider = world.ties[i, s].provider
        if provider != NOBODY:
            place = count
            while place > 0 and world.ties[i, order[place - 1]].provider > provider:
                order[place] = order[place - 1]
                place -= 1
            order[place] = s
            count += 1
    return count
