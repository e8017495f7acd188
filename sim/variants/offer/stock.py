"""Stock: a firm that sells what others make orders it before it knows how much will be wanted.

The newsvendor (Arrow, Harris & Marschak 1951, "Optimal inventory policy", Econometrica 19; Cachon & Lariviere 2005,
"Supply chain coordination with revenue-sharing contracts", Management Science 51). Terms are those of `tastes`. With
M customers who would choose it if they had a need, a firm reckons with a demand of anything from 0 to 2*frequency*M,
all equally likely, tries every order q, and takes the one that promises most:

    kept * E[min(q, demand)] - w*q,   kept = price*(1 - revenue_share) - own cost of a sale, w the price of a unit

The order is the volume of its supply. It counts with `choose_rule` and `settle_rule` stock, and seasons to order for.
"""

from sim.compiled import compiled, inlined
from sim.maths import logistic
from sim.records import NOBODY
from sim.rules.choose import is_shut, utility
from sim.state import World
from sim.variants.demand import rivalry
from sim.variants.offer import tastes


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t; let the sellers order."""
    tastes.offer(world, t)
    if t == 0 and len(world.tiers) > 1 and not world.tiers["internal"][1]:
        _order(world)


@compiled
def _order(world):
    for j in range(world.tiers[0].row, world.tiers[0].row + world.tiers[0].firms):
        if world.encounters[j].slot != NOBODY:
            world.encounters[j].volume = best_order(world, j, _takers(world, j))


@inlined
def _takers(world, j):
    """Return how many customers would choose provider j, if all had a need."""
    total, market = 0.0, world.market[0]
    for i in range(market.customers):
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider == j and not is_shut(world, tie):
                total += logistic(market.beta * utility(world, i, s) - rivalry(world, i, s))
    return total


@inlined
def best_order(world, j, takers):
    """Return the order that promises firm j most; of equals the smallest."""
    terms, market = world.terms[j], world.market[0]
    kept = terms.asked * (1.0 - market.revenue_share) - (terms.unit_cost - terms.inputs)
    demands = 2.0 * world.market[1].frequency * takers + 1.0  # as many, from 0 up
    order, most, sales, q = 0, 0.0, 0.0, 1
    while q <= takers + 0.5 and q < demands:
        sales += 1.0 - q / demands
        if kept * sales - terms.inputs * q > most:
            order, most = q, kept * sales - terms.inputs * q
        q += 1
    return order
