"""Sides: a strategy says which side of the game its follower takes; only people on different sides deal.

Chica, Chiong, Adam & Teubner 2019, "An evolutionary game model with punishment and protection to promote trust in the
sharing economy", Scientific Reports 9:19789; Gadellaa 2019. In an economy of peers everybody may provide or consume.
A peer whose strategy advertises, a = `advertising`, makes an offer and is the provider with chance a; firms always are,
customers who only buy never. Two of the same side gain nothing. Whoever seeks the meeting is paid the game:

    V - price = (1 - a_i)*a_j * consumer's payoff + a_i*(1 - a_j) * provider's payoff,  V never below 0

Payoffs are those of `sim.variants.game`, the consumer being the buyer. Whom it seeks out serves at cost: price = C.
"""

from sim.compiled import compiled, inlined
from sim.network import CUSTOMER, PEER
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.offer import cost_on, prepare_tier
from sim.variants.game import buyer_payoff, efforts, provider_payoff


@compiled
def offer(world, t=0):
    """Set value, expected value and price of every tie with a provider of tier t."""
    prepare_tier(world, t)
    for i in buyers_of(world, t):
        side = _side(world, i)
        for s in range(world.ties.shape[1]):
            if world.ties[i, s].provider != NOBODY:
                _seek(world, i, world.ties[i, s], side)


@inlined
def _seek(world, i, tie, side):
    """Set what an encounter on a tie would bring to buyer i, who provides with chance `side`."""
    other, gained = _side(world, tie.provider), 0.0
    mine, theirs = efforts(world, i, tie)
    if side < 1.0:
        gained += (1.0 - side) * other * buyer_payoff(world.market[0], mine, theirs)
    if side > 0.0:
        gained += side * (1.0 - other) * provider_payoff(world.market[0], mine, theirs)
    tie.price = cost_on(world, tie)
    tie.value = max(tie.price + gained, 0.0)
    tie.expected = tie.value


@inlined
def _side(world, row):
    """Return the chance that the actor in a row takes the provider's side."""
    actor = world.actors[row]
    if actor.kind == PEER:
        return world.strategies[actor.strategy].advertising
    return 0.0 if actor.kind == CUSTOMER else 1.0
