"""Tastes that are linear in needs, as published models of markets mostly have them.

Buyers differ in how much they want (vertical: willingness to pay spread evenly, Spengler 1950) or in what they want
(horizontal: a cost per distance, Hotelling 1929, "Stability in competition", Economic Journal 39).
"""

from sim.compiled import inlined
from sim.records import BY_PLATFORM
from sim.rules.offer import cost_on, price, squeezed


@inlined
def to_taste(world, i, j, value):
    """Return V*(1 - vertical + vertical*theta_1) - transport*|theta_1 - x_1|, at least 0, for buyer i of provider j."""
    market, need = world.market[0], world.needs[i, 0]
    scaled = value * (1.0 - market.vertical + market.vertical * need)
    return max(scaled - market.transport * abs(need - world.offerings[j, 0]), 0.0)


@inlined
def price_on(world, tie):
    """Return the standard price of a customer's tie, given what the customer expects of it."""
    terms, market = world.terms[tie.provider], world.market[0]
    base = terms.asked_mediated if tie.origin == BY_PLATFORM else terms.asked
    asked = price(terms, base, tie.expected)
    return squeezed(asked, cost_on(world, tie), market.command) if market.command > 0.0 else asked
