"""Perishable: whoever sells to the customers pays for all it brought, and what it did not sell is lost.

Kirman & Vriend 2001, "Evolving market structure: an ACE model of price dispersion and loyalty", Journal of Economic
Dynamics and Control 25: the sellers buy their stock before the market opens. What a provider brought is its capacity
(`deliver_rule = "stalls"`; 0 = it works to order); a unit costs what its own work on it costs.
"""

from sim.compiled import compiled
from sim.money import CENTS, cents
from sim.rules.settle import settle as settle_sales
from sim.state import World


def settle(world: World) -> None:
    """Settle as the standard rule does, then what was left over."""
    settle_sales(world)
    _throw_away(world)


@compiled
def _throw_away(world):
    """Let every provider of tier 0 pay the outside for what it brought and did not sell."""
    for n in range(world.tiers[0].providers):
        j = world.providers[n]
        actor, terms, tally = world.actors[j], world.terms[j], world.tallies[j]
        left = max(actor.capacity - tally.served, 0)
        lost = cents(max(terms.unit_cost - terms.inputs, 0.0)) * left
        actor.cash -= lost
        tally.margin -= lost / CENTS
        world.clock[0].outside += lost
