"""adapt: strategies spread by imitation and trial; bankrupt firms are replaced."""

import numpy as np

from sim import draws
from sim.compiled import allocating, inlined
from sim.draws import draw, pick
from sim.maths import logistic
from sim.network import FIRM
from sim.relations import NEUTRAL, alliance, empty, fill, partner_rows
from sim.rules.settle import CENTS
from sim.state import FIXED, NOBODY

PROFIT_RATE = 0.1


@allocating
def adapt(world):
    """Update smoothed profits; let providers imitate and try strategies; replace bankrupt firms.

    All decide on the strategies of the period before, so the order of providers does not matter.
    """
    market = world.market[0]
    for j in world.providers:
        _smooth_profit(world.actors[j], world.tallies[j])
    for p in partner_rows(world):
        _smooth_profit(world.actors[p], world.tallies[p])
    if market.imitate > 0.0 or market.mutation > 0.0:
        _reconsider(world)
    _close_bankrupt(world)


@inlined
def _smooth_profit(actor, tally):
    actor.profit += PROFIT_RATE * (tally.margin - actor.profit)


@allocating
def _reconsider(world):
    """Give every provider its next strategy, decided on everybody's present one."""
    following = np.empty(len(world.providers), np.int64)
    for n in range(len(world.providers)):
        following[n] = _next_strategy(world, n)
    for n in range(len(world.providers)):
        world.actors[world.providers[n]].strategy = following[n]


@inlined
def _next_strategy(world, n):
    """Return the strategy provider n will follow: copied with Fermi probability, or tried at random.

    P(copy) = 1/(1 + exp(-selection*(profit of the other - own profit))).
    """
    key, period, market, j = world.clock[0].key, world.clock[0].period, world.market[0], world.providers[n]
    strategy = world.actors[j].strategy
    compares, whom, copies, tries = draw(key, draws.ADAPT, period, j, 0)
    if len(world.providers) > 1 and compares < market.imitate:
        other = world.providers[(n + 1 + pick(whom, len(world.providers) - 1)) % len(world.providers)]
        better_by = world.actors[other].profit - world.actors[j].profit
        if copies < logistic(market.selection * better_by):
            strategy = world.actors[other].strategy
    if tries < market.mutation:
        strategy = pick(draw(key, draws.ENTRANT, period, j, 0)[0], len(world.strategies))
    return strategy


@allocating
def _close_bankrupt(world):
    """Replace every firm whose debt exceeds `credit` by an entrant that copies a random survivor."""
    limit = -world.market[0].credit * CENTS
    bankrupt = np.zeros(len(world.actors), np.bool_)
    count = 0
    for j in world.providers:
        if world.actors[j].kind == FIRM and world.actors[j].cash < limit:
            bankrupt[j] = True
            count += 1
    if count > 0:
        _enter(world, bankrupt)
        _forget(world, bankrupt)


@allocating
def _enter(world, bankrupt):
    """Let an entrant take each bankrupt firm's row. Creditors, the outside account, bear the debt."""
    key, period = world.clock[0].key, world.clock[0].period
    survivors = np.empty(len(world.actors), np.int64)
    count = 0
    for j in world.providers:
        if world.actors[j].kind == FIRM and not bankrupt[j]:
            survivors[count] = j
            count += 1
    for j in world.providers:
        if bankrupt[j]:
            firm = world.actors[j]
            world.clock[0].outside += firm.cash
            firm.cash, firm.load, firm.profit, firm.mean_skill = 0, 0, 0.0, 0.0
            if firm.ally != NOBODY:
                fill(world, alliance(world, firm.ally), firm.ally, FIXED)
            firm.rating_pos, firm.rating_neg, firm.engagement, firm.pleased = 0.0, 0.0, NEUTRAL, NEUTRAL
            if count > 0:
                firm.strategy = world.actors[survivors[pick(draw(key, draws.ENTRANT, period, j, 0)[1], count)]].strategy


@inlined
def _forget(world, bankrupt):
    """Empty every slot that held a bankrupt firm: its relations end with it."""
    for i in range(len(world.ties)):
        for s in range(world.ties.shape[1]):
            if world.ties[i, s].provider != NOBODY and bankrupt[world.ties[i, s].provider]:
                empty(world.ties[i, s])
                if world.actors[i].current == s:
                    world.actors[i].current = NOBODY
