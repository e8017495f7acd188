"""Joint: what a delivery is worth is made by the effort of the firm and of its partners, alone and together.

Pant & Yu 2025, "Computational foundations for strategic coopetition: formalizing interdependence and complementarity",
arXiv 2510.18802 (logarithmic value, synergy by the geometric mean; `sim/variants/joint.py`):

    V = k*(value*sum of ln(1 + a) + complement*geometric mean of all a),   a = c_effort*effort

in place of value*(joint factor) in the standard V, k being all its other factors. Effort costs a for each delivery.
Efforts are those of the strategies. Tiers above the sellers offer by the standard rule.
"""

import math

from sim.compiled import compiled, inlined
from sim.money import CENTS, cents
from sim.relations import alliance, buyers_of, courier_rows, goodwill, partner_rows
from sim.rules.offer import ask, desk, prepare_helpers, set_prices, set_terms
from sim.rules.offer import offer as standard_offer
from sim.state import World
from sim.variants.joint import brought, spent


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t."""
    if t > 0:
        standard_offer(world, t)
        return
    prepare(world)
    conclude(world, desk(world))


@compiled
def prepare(world):
    """Set the sellers' terms but for what effort brings and costs: strength is k, the unit cost is without effort."""
    prepare_helpers(world)
    for n in range(world.tiers[0].providers):
        j = world.providers[n]
        set_terms(world, j)
        terms, market = world.terms[j], world.market[0]
        terms.strength = terms.strength / (market.value * _standard_factor(world, j)) if market.value > 0.0 else 0.0
        work = world.tiers[0].work if j >= market.customers else 1.0
        terms.unit_cost = max(terms.unit_cost - work * market.c_effort * terms.effort * terms.effort, 0.0)


@inlined
def _standard_factor(world, j):
    """Return the joint factor of the standard rule."""
    factor = 1.0
    for s in range(world.actors[j].partners):
        tie = alliance(world, j, s)
        mutual = math.sqrt(tie.trust * goodwill(tie))
        factor *= 1.0 + world.market[0].complement * mutual * world.terms[tie.provider].effort
    return factor


@compiled
def conclude(world, room):
    """Let the efforts of all count, and the sellers ask."""
    for p in range(partner_rows(world).start, courier_rows(world).start):
        world.terms[p].unit_cost = spent(world, p)
    for n in range(world.tiers[0].providers):
        j = world.providers[n]
        terms, actor = world.terms[j], world.actors[j]
        terms.strength *= brought(world, j)[0]
        terms.unit_cost += spent(world, j)
        terms.partner_cost = 0.0
        for s in range(actor.partners):
            terms.partner_cost += cents(world.terms[alliance(world, j, s).provider].unit_cost) / CENTS
        set_prices(world, actor, world.strategies[terms.strategy].markup, terms)
    for i in buyers_of(world, 0):
        ask(world, i, room)
