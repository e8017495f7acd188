"""settle: money moves, in whole cents; what one account pays another receives."""

import math

from sim.compiled import compiled, inlined
from sim.relations import list_sales, sales_of
from sim.rules.offer import cost_on, passed_on
from sim.state import NOBODY

CENTS = 100.0
ROUNDING = 1e-6  # cents; 29 % of 100 is 28.999999999999996 in binary


@compiled
def settle(world):
    """Pay price, fee, subsidies and costs of every encounter and tally each provider's period."""
    for i in range(len(world.ties)):
        pay(world, i)
    list_sales(world)
    for n in range(len(world.providers)):
        book(world, n)
    close_accounts(world)


@compiled
def cents(euros):
    """Return euros as whole cents, halves up."""
    return math.floor(euros * CENTS + 0.5)


@compiled
def part_of(amount, share):
    """Return a share of an amount in whole cents, rounded down: what a split leaves over stays with the payer."""
    return math.floor(amount * share + ROUNDING)


@inlined
def pay(world, i):
    """Fix who pays what for buyer i's encounter, and take it from the buyer's account."""
    encounter, person = world.encounters[i], world.actors[i]
    if encounter.slot != NOBODY:
        _share_out(world, world.ties[i, encounter.slot], encounter)
        person.cash += cents(encounter.subsidy) - cents(encounter.price)
        person.gains += gain(encounter)
        person.bought += 1


@inlined
def _share_out(world, tie, encounter):
    """Split the price: each amount is rounded once, what a split leaves over stays with the provider."""
    market = world.market[0]
    price, cost = cents(tie.price), cents(_cost(world, tie, encounter))
    fee = subsidy = support = 0
    if encounter.mediated:
        fee = part_of(price, market.fee)
        subsidy, support = cents(market.customer_subsidy), cents(market.peer_subsidy)
    terms = world.terms[tie.provider]
    to_partner = part_of(price, passed_on(market, terms))
    encounter.price, encounter.cost = price / CENTS, cost / CENTS
    encounter.fee, encounter.subsidy = fee / CENTS, subsidy / CENTS
    encounter.margin = (price - fee - cost + support - to_partner) / CENTS
    encounter.platform_margin = (fee - subsidy - support) / CENTS
    if terms.ally != NOBODY:
        effort = cents(world.terms[terms.ally].unit_cost)
        encounter.partner_cost, encounter.partner_margin = effort / CENTS, (to_partner - effort) / CENTS


@inlined
def _cost(world, tie, encounter):
    """Return what the provider pays for this delivery: a repair on top, no platform cost outside it."""
    cost = cost_on(world, tie) if encounter.mediated else world.terms[tie.provider].unit_cost
    return cost + world.market[0].c_repair if encounter.repaired else cost


@inlined
def gain(encounter):
    """Return what the buyer gains, in EUR: value minus what it paid on balance."""
    return encounter.value - encounter.price + encounter.subsidy


@inlined
def book(world, n):
    """Book the sales of the n-th provider, and of its partner, who bears the cost of its own effort."""
    j = world.providers[n]
    provider, tally = world.actors[j], world.tallies[j]
    clear(tally)
    for sale in sales_of(world, n):
        i = world.sales[sale]
        _book_sale(tally, world.encounters[i])
    provider.cash += tally.cents
    if provider.ally != NOBODY:
        partner = world.tallies[provider.ally]
        clear(partner)
        for sale in sales_of(world, n):
            i = world.sales[sale]
            _book_share(partner, world.encounters[i], passed_on(world.market[0], provider))
        world.actors[provider.ally].cash += partner.cents


@inlined
def clear(tally):
    """Start a period."""
    tally.served = tally.cents = tally.outside = tally.platform = 0
    tally.revenue = tally.margin = 0.0


@inlined
def _book_sale(tally, encounter):
    """Add one sale to a provider's tally."""
    tally.served += 1
    tally.revenue += encounter.price
    tally.margin += encounter.margin
    tally.cents += cents(encounter.margin)
    tally.outside += cents(encounter.cost)
    tally.platform += cents(encounter.platform_margin)


@inlined
def _book_share(tally, encounter, share):
    """Add a partner's share of one sale to its tally."""
    tally.served += 1
    tally.revenue += part_of(cents(encounter.price), share) / CENTS
    tally.margin += encounter.partner_margin
    tally.cents += cents(encounter.partner_margin)
    tally.outside += cents(encounter.partner_cost)


@inlined
def close_accounts(world):
    """Pass on what providers and partners owe the platform and the outside."""
    for j in world.providers:
        world.actors[-1].cash += world.tallies[j].platform
        world.clock[0].outside += world.tallies[j].outside
    for tie in world.alliances:
        world.clock[0].outside += world.tallies[tie.provider].outside
