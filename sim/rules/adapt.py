"""adapt: strategies spread by imitation and trial; bankrupt firms are replaced."""

from sim import draws
from sim.compiled import apart, compiled, inlined
from sim.draws import draw, pick
from sim.maths import logistic
from sim.money import CENTS
from sim.records import NOBODY
from sim.relations import courier_rows, empty, partner_rows, start_over
from sim.rules.entry import enter, reconsider

PROFIT_RATE = 0.1  # per period, of the smoothing of profits


@compiled
def adapt(world):
    """Update smoothed profits; let providers imitate and try strategies; replace bankrupt firms.

    All decide on the strategies of the period before, so the order of providers does not matter.
    """
    market = world.market[0]
    for j in world.providers:
        _smooth_profit(world.actors[j], world.tallies[j])
    for p in range(partner_rows(world).start, courier_rows(world).stop):
        _smooth_profit(world.actors[p], world.tallies[p])
    if market.imitate > 0.0 or market.mutation > 0.0:
        _reconsider_strategies(world)
    close_bankrupt(world)
    if market.joining > 0.0:
        reconsider(world)


@inlined
def _smooth_profit(actor, tally):
    actor.profit += PROFIT_RATE * (tally.margin - actor.profit)


@apart
def _reconsider_strategies(world):
    """Give every firm and peer its next strategy, decided on everybody's present one."""
    for t in range(len(world.tiers)):
        if not world.tiers[t].internal:
            for n in range(world.tiers[t].providers):
                world.terms[provider_of(world, t, n)].following = _next_strategy(world, t, n)
    follow(world)


@inlined
def follow(world):
    """Let every firm and peer follow the strategy it has decided on."""
    for t in range(len(world.tiers)):
        if not world.tiers[t].internal:
            for n in range(world.tiers[t].providers):
                j = provider_of(world, t, n)
                world.actors[j].strategy = world.terms[j].following


@inlined
def provider_of(world, t, n):
    """Return the row of the n-th provider of tier t."""
    return world.providers[world.tiers[t].place + n]


@inlined
def _next_strategy(world, t, n):
    """Return the strategy the n-th provider of tier t will follow: copied with Fermi probability, or tried at random.

    P(copy) = 1/(1 + exp(-selection*(profit of the other - own profit))).
    """
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    j, count = provider_of(world, t, n), world.tiers[t].providers
    strategy = world.actors[j].strategy
    compares, whom, copies, tries = draw(key, draws.ADAPT, period, j, 0)
    if count > 1 and compares < market.imitate:
        other = provider_of(world, t, (n + 1 + pick(whom, count - 1)) % count)
        better_by = world.actors[other].profit - world.actors[j].profit
        if copies < logistic(market.selection * better_by):
            strategy = world.actors[other].strategy
    if tries < market.mutation:
        strategy = pick(draw(key, draws.ENTRANT, period, j, 0)[0], len(world.strategies))
    return strategy


@apart
def close_bankrupt(world):
    """Replace every firm whose debt exceeds `credit` by an entrant that copies a random survivor of its tier."""
    limit, bankrupt = -world.market[0].credit * CENTS, 0
    for t in range(len(world.tiers)):
        tier, gone = world.tiers[t], 0
        for j in range(tier.row, tier.row + tier.firms):
            world.terms[j].bankrupt = 1 if world.actors[j].cash < limit else 0
            gone += world.terms[j].bankrupt
        if gone > 0:
            _replace(world, tier, tier.firms - gone)
        bankrupt += gone
    if bankrupt > 0:
        _forget(world)
        for j in range(world.market[0].customers, len(world.ties)):
            if world.terms[j].bankrupt:
                start_over(world, j)


@inlined
def _replace(world, tier, survivors):
    """Let an entrant take each bankrupt firm's row, with the strategy of a random survivor if there is one."""
    key, period = world.clock[0].key, world.clock[0].period
    for j in range(tier.row, tier.row + tier.firms):
        if world.terms[j].bankrupt:
            enter(world, j)
            if survivors > 0:
                luck = draw(key, draws.ENTRANT, period, j, 0)[1]
                world.actors[j].strategy = world.actors[_survivor(world, tier, pick(luck, survivors))].strategy


@inlined
def _survivor(world, tier, number):
    """Return the row of the firm that survives after `number` others."""
    for j in range(tier.row, tier.row + tier.firms):
        if not world.terms[j].bankrupt:
            if number == 0:
                return j
            number -= 1
    return NOBODY


@inlined
def _forget(world):
    """Empty every slot that held a bankrupt firm: its relations end with it."""
    for i in range(len(world.ties)):
        for s in range(world.ties.shape[1]):
            j = world.ties[i, s].provider
            if j >= world.market[0].customers and world.terms[j].bankrupt:
                empty(world.ties[i, s])
                if world.actors[i].current == s:
                    world.actors[i].current = NOBODY
