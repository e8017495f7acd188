"""Stock: a firm that sells pays its supplier for what it ordered, sold or not, and a share of what it takes.

Contracts of Cachon & Lariviere 2005, "Supply chain coordination with revenue-sharing contracts", Management Science
51: per unit ordered the price agreed, per unit sold `revenue_share` of the price (0: a wholesale price contract).
What is left over is worth nothing. Orders stand in the volume of a firm's supply; it is at least what was sold.
Unsold stock and shared revenue are in the accounts and in what a provider earned, not in the figures of single sales.
"""

from sim.compiled import compiled, inlined
from sim.money import CENTS, cents, part_of
from sim.records import NOBODY
from sim.relations import buyers_of, list_sales, sales_of
from sim.rules.settle import book, close_accounts, pay, pay_for_supplies


@compiled
def settle(world):
    """Pay price, fee, subsidies and costs of every encounter and tally each provider's period, customers first."""
    for i in range(world.market[0].customers):
        pay(world, i)
    list_sales(world)
    for t in range(len(world.tiers)):
        tier = world.tiers[t]
        if t > 0:
            for i in buyers_of(world, t):
                if t == 1 and not tier.internal:
                    _pay_for_order(world, i)
                else:
                    pay_for_supplies(world, i)
        for n in range(tier.place, tier.place + tier.providers):
            book(world, n)
    if len(world.tiers) > 1 and not world.tiers[1].internal:
        for n in range(world.tiers[0].firms):
            _share_revenue(world, n)
    close_accounts(world)


@inlined
def _pay_for_order(world, i):
    """Settle firm i's supply for what it ordered; what it did not sell comes off what it earned."""
    tally, ordered = world.tallies[i], world.encounters[i].volume
    served = tally.served
    if world.encounters[i].slot != NOBODY:
        tally.served = max(ordered, served)  # what is paid for
    pay_for_supplies(world, i)
    unsold = (tally.served - served) * cents(world.terms[i].inputs)
    tally.served = served
    earn(world, i, -unsold)


@inlined
def _share_revenue(world, n):
    """Let the n-th firm pass the share of each price on to its supplier."""
    j, shared = world.providers[n], 0
    encounter = world.encounters[j]
    if encounter.slot != NOBODY:
        for sale in sales_of(world, n):
            shared += part_of(cents(world.encounters[world.sales[sale]].price), world.market[0].revenue_share)
        earn(world, j, -shared)
        earn(world, encounter.provider, shared)
        world.tallies[encounter.provider].revenue += shared / CENTS


@inlined
def earn(world, j, amount):
    """Let provider j earn so many cents besides its sales."""
    world.tallies[j].cents += amount
    world.tallies[j].margin += amount / CENTS
    world.actors[j].cash += amount
