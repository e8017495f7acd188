"""adapt: strategies spread by imitation and trial; bankrupt firms are replaced."""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw, pick
from sim.maths import logistic
from sim.network import FIRM
from sim.relations import NEUTRAL, alliance, empty, fill, partner_rows
from sim.rules.settle import CENTS
from sim.state import FIXED, NOBODY

PROFIT_RATE = 0.1


@compiled
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


@inlined
def _reconsider(world):
    """Give every provider its next strategy, decided on everybody's present one."""
    for n in range(len(world.providers)):
        world.terms[world.providers[n]].following = _next_strategy(world, n)
    for j in world.providers:
        world.actors[j].strategy = world.terms[j].following


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


@inlined
def _close_bankrupt(world):
    """Replace every firm whose debt exceeds `credit` by an entrant that copies a random survivor."""
    limit = -world.market[0].credit * CENTS
    bankrupt = survivors = 0
    for j in world.providers:
        firm = world.actors[j].kind == FIRM
        world.terms[j].bankrupt = 1 if firm and world.actors[j].cash < limit else 0
        bankrupt += world.terms[j].bankrupt
        survivors += firm - world.terms[j].bankrupt
    if bankrupt > 0:
        _replace(world, survivors)
        _forget(world)


@inlined
def _replace(world, survivors):
    """Let an entrant take each bankrupt firm's row, with the strategy of a random survivor if there is one."""
    key, period = world.clock[0].key, world.clock[0].period
    for j in world.providers:
        if world.terms[j].bankrupt:
            _enter(world, j)
            if survivors > 0:
                luck = draw(key, draws.ENTRANT, period, j, 0)[1]
                world.actors[j].strategy = world.actors[_survivor(world, pick(luck, survivors))].strategy


@inlined
def _enter(world, j):
    """Let an entrant take row j. Creditors, the outside account, bear the debt."""
    firm = world.actors[j]
    world.clock[0].outside += firm.cash
    firm.cash, firm.load, firm.profit, firm.mean_skill = 0, 0, 0.0, 0.0
    firm.rating_pos, firm.rating_neg, firm.engagement, firm.pleased = 0.0, 0.0, NEUTRAL, NEUTRAL
    if firm.ally != NOBODY:
        fill(world, alliance(world, firm.ally), firm.ally, FIXED)


@inlined
def _survivor(world, number):
    """Return the row of the firm that survives after `number` others."""
    for j in world.providers:
        if world.actors[j].kind == FIRM and not world.terms[j].bankrupt:
            if number == 0:
                return j
            number -= 1
    return NOBODY


@inlined
def _forget(world):
    """Empty every slot that held a bankrupt firm: its relations end with it."""
    for i in range(len(world.ties)):
        for s in range(world.ties.shape[1]):
            if world.ties[i, s].provider != NOBODY and world.terms[world.ties[i, s].provider].bankrupt:
                empty(world.ties[i, s])
                if world.actors[i].current == s:
                    world.actors[i].current = NOBODY
