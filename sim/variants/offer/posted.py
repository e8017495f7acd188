"""Posted: every provider offers the same thing at cost plus mark-up; needs, quality, effort and trust do not matter.

What many published models of markets take for granted.
"""

from sim.compiled import compiled, inlined
from sim.network import PEER
from sim.records import BY_PLATFORM, NOBODY
from sim.relations import buyers_of
from sim.rules.offer import prepare_helpers, set_prices, set_terms


@compiled
def offer(world, t=0):
    """Set value, expected value and price of every tie with a provider of tier t: V = worth, price = C*(1 + markup)."""
    prepare_helpers(world)
    tier = world.tiers[t]
    for n in range(tier.place, tier.place + tier.providers):
        j = world.providers[n]
        set_terms(world, j)
        post(world, j, tier.worth, cost_per_unit(world, j))
    hand_out(world, t)


@inlined
def cost_per_unit(world, j):
    """Return the EUR that provider j's own work on one unit costs."""
    actor = world.actors[j]
    return world.market[0].cost * (1.0 if actor.kind == PEER else world.tiers[actor.tier].work)


@inlined
def post(world, j, value, cost):
    """Set what provider j offers everybody: a value, at cost (its own and that of its inputs) plus mark-up."""
    actor, terms = world.actors[j], world.terms[j]
    terms.strength, terms.unit_cost = value, cost + terms.inputs
    set_prices(world, actor, world.strategies[actor.strategy].markup, terms)


@inlined
def hand_out(world, t):
    """Make the posted offers of tier t to all who know them."""
    for i in buyers_of(world, t):
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY:
                terms = world.terms[tie.provider]
                tie.value = tie.expected = terms.strength
                tie.price = terms.asked_mediated if tie.origin == BY_PLATFORM else terms.asked
