"""Proportional imitation: who sees somebody gain more may do as that one does, the likelier the more it gains.

Helbing 1992, "Interrelations between stochastic equations for systems with pair interactions", Physica A 181; Schlag
1998, "Why imitate, and if so, how?", Journal of Economic Theory 78. Everybody counts all it earns, as a provider and,
where it buys too, as a buyer: profit <- memory*profit + (1 - memory)*(margin + V - price). With chance `imitate` one
looks at a random friend on the social network who provides, or, having no friends, at anybody of the same tier:

    P(copy) = selection*(profit of the other - own profit), kept within [0, 1]
"""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw, pick
from sim.maths import clip
from sim.records import NOBODY
from sim.relations import courier_rows, partner_rows
from sim.rules.adapt import close_bankrupt, follow, provider_of
from sim.rules.entry import reconsider
from sim.rules.settle import gain


@compiled
def adapt(world):
    """Take up what everybody earned; let providers imitate and try strategies; replace bankrupt firms."""
    market = world.market[0]
    for j in world.providers:
        _take_up(world, j)
    for p in range(partner_rows(world).start, courier_rows(world).stop):
        _take_up(world, p)
    if market.imitate > 0.0 or market.mutation > 0.0:
        _imitate_all(world)
    close_bankrupt(world)
    if market.joining > 0.0:
        reconsider(world)


@inlined
def _take_up(world, row):
    """Let what the actor in a row earned this period join its profit."""
    actor, memory = world.actors[row], world.market[0].memory
    earned = world.tallies[row].margin
    if row < world.market[0].peers and world.encounters[row].slot != NOBODY:
        earned += gain(world.encounters[row])
    actor.profit = memory * actor.profit + (1.0 - memory) * earned


@inlined
def _imitate_all(world):
    """Give every firm and peer its next strategy, decided on everybody's present one."""
    for t in range(len(world.tiers)):
        if not world.tiers[t].internal:
            for n in range(world.tiers[t].providers):
                world.terms[provider_of(world, t, n)].following = _next_strategy(world, t, n)
    follow(world)


@inlined
def _next_strategy(world, t, n):
    """Return the strategy the n-th provider of tier t will follow."""
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    j = provider_of(world, t, n)
    strategy = world.actors[j].strategy
    compares, whom, copies, tries = draw(key, draws.ADAPT, period, j, 0)
    if compares < market.imitate:
        other = _model(world, t, n, whom)
        if other != NOBODY:
            better_by = world.actors[other].profit - world.actors[j].profit
            if copies < clip(market.selection * better_by, 0.0, 1.0):
                strategy = world.actors[other].strategy
    if tries < market.mutation:
        strategy = pick(draw(key, draws.ENTRANT, period, j, 0)[0], len(world.strategies))
    return strategy


@inlined
def _model(world, t, n, luck):
    """Return the row of whom the n-th provider of tier t looks at, NOBODY where there is no provider to see."""
    j, count = provider_of(world, t, n), world.tiers[t].providers
    if j < world.market[0].peers:
        first, friends = world.friends_start[j], world.friends_start[j + 1] - world.friends_start[j]
        if friends > 0:
            friend = world.friends[first + pick(luck, friends)]
            return friend if friend < world.market[0].peers else NOBODY
    return provider_of(world, t, (n + 1 + pick(luck, count - 1)) % count) if count > 1 else NOBODY
