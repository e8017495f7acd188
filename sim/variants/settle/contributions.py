"""Contributions: a firm's partners get of each price what they brought, and a share of what arose only together.

Pant & Yu 2025, "Computational foundations for strategic coopetition: formalizing interdependence and complementarity",
arXiv 2510.18802: payoff_i = f_i(a_i) + alpha_i*(V - sum of f) - a_i, here as a share of the price (`joint`):

    each partner gets (mean of what they made + revenue_share*synergy) / (all that was made together)

in place of the standard `revenue_share` of the price. Everything else is settled by the standard rule.
"""

from sim.compiled import compiled, inlined
from sim.money import CENTS, cents, part_of
from sim.relations import alliance, sales_of
from sim.rules.settle import settle as standard_settle
from sim.state import World
from sim.variants.joint import brought


def settle(world: World) -> None:
    """Pay price, fee, subsidies and costs of every encounter and tally each provider's period."""
    standard_settle(world)
    _put_right(world)


@compiled
def _put_right(world):
    """Give partners what they get by this rule in place of what they got by the standard one."""
    for n in range(world.tiers[0].firms):
        j = world.providers[n]
        partners, usual, more = world.actors[j].partners, world.market[0].revenue_share, 0
        if partners > 0:
            share = brought(world, j)[1]
            for sale in sales_of(world, n):
                encounter = world.encounters[world.sales[sale]]
                moved = part_of(cents(encounter.price), share) - part_of(cents(encounter.price), usual)
                encounter.margin = (cents(encounter.margin) - moved * partners) / CENTS
                encounter.partner_margin = (cents(encounter.partner_margin) + moved * partners) / CENTS
                more += moved
            _move(world, j, more)


@inlined
def _move(world, j, amount):
    """Let firm j pass so many more cents on to each of its partners."""
    firm, passed = world.tallies[j], amount * world.actors[j].partners
    firm.shared += amount
    firm.cents -= passed
    firm.margin -= passed / CENTS
    world.actors[j].cash -= passed
    for s in range(world.actors[j].partners):
        p = alliance(world, j, s).provider
        world.tallies[p].revenue += amount / CENTS
        world.tallies[p].margin += amount / CENTS
        world.actors[p].cash += amount
