"""Game: an encounter pays both sides what a game of two acts pays, whatever needs and quality are.

Axelrod & Hamilton 1981, "The evolution of cooperation", Science 211: the prisoner's dilemma with payoffs T
(temptation), R (reward), P (punishment), S (sucker). A scenario gives them for buyer and provider, so it may be any
game of two acts in which mutual effort pays both the same. Efforts between 0 and 1 pay in proportion: see
`sim.variants.game`.

    price = C + the provider's payoff,  V = price + the buyer's payoff,  neither below 0

C is the unit cost: high enough, it keeps both above 0.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.offer import cost_on, prepare_tier
from sim.variants.game import buyer_payoff, efforts, provider_payoff


@compiled
def offer(world, t=0):
    """Set value, expected value and price of every tie with a provider of tier t."""
    prepare_tier(world, t)
    for i in buyers_of(world, t):
        for s in range(world.ties.shape[1]):
            if world.ties[i, s].provider != NOBODY:
                _play(world, i, world.ties[i, s])


@inlined
def _play(world, i, tie):
    """Set what an encounter on a tie would bring to buyer i and to its provider."""
    market = world.market[0]
    mine, theirs = efforts(world, i, tie)
    tie.price = max(cost_on(world, tie) + provider_payoff(market, theirs, mine), 0.0)
    tie.value = max(tie.price + buyer_payoff(market, mine, theirs), 0.0)
    tie.expected = tie.value
