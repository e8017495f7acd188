"""settle: money moves, in whole cents; what one account pays another receives."""

from sim.compiled import compiled, inlined
from sim.money import CENTS, cents, part_of
from sim.records import NOBODY
from sim.relations import buyers_of, courier_rows, is_fixed, list_sales, partner_rows, sales_of
from sim.rules.deliver import blank
from sim.rules.offer import cost_of


@compiled
def settle(world):
    """Pay price, fee, subsidies and costs of every encounter and tally each provider's period, customers first."""
    for i in range(world.market[0].customers):
        pay(world, i)
    list_sales(world)
    for t in range(len(world.tiers)):
        if t > 0:
            for i in buyers_of(world, t):
                pay_for_supplies(world, i)
        tier = world.tiers[t]
        for n in range(tier.place, tier.place + tier.providers):
            book(world, n)
    close_accounts(world)


@inlined
def pay(world, i):
    """Fix who pays what for customer i's encounter, and take it from the customer's account."""
    encounter, person = world.encounters[i], world.actors[i]
    if encounter.slot != NOBODY:
        _share_out(world, world.ties[i, encounter.slot], encounter)
        person.cash += cents(encounter.subsidy) - cents(encounter.price)
        person.gains += gain(encounter)
        person.bought += 1


@inlined
def pay_for_supplies(world, i):
    """Settle what firm i was supplied with, for the units it sold.

    What it pays is in the margin of its own sales already.
    """
    take_supplies(world, i, world.tallies[i].served)


@inlined
def take_supplies(world, i, volume):
    """Settle a supply of so many units to firm i; without any the encounter did not take place."""
    encounter = world.encounters[i]
    encounter.volume = volume
    if encounter.volume == 0:
        blank(encounter)
    elif encounter.slot != NOBODY:
        _share_out(world, world.ties[i, encounter.slot], encounter)
        if is_fixed(world, i):
            encounter.margin = 0.0  # a department's account is always even: its firm pays what it costs
        world.actors[i].bought += 1


@inlined
def _share_out(world, tie, encounter):
    """Split the price of a unit: each amount is rounded once, what a split leaves over stays with the provider."""
    market, terms = world.market[0], world.terms[tie.provider]
    price, cost = cents(tie.price), cents(cost_of(world, tie, encounter))
    fee = subsidy = support = to_partner = 0
    if encounter.mediated:
        fee = part_of(price, market.fee)
        subsidy, support = cents(market.customer_subsidy), cents(market.peer_subsidy)
    if terms.partners > 0:
        to_partner = part_of(price, market.revenue_share)
    encounter.price, encounter.cost = price / CENTS, cost / CENTS
    encounter.fee, encounter.subsidy = fee / CENTS, subsidy / CENTS
    encounter.margin = (price - fee - cost + support - to_partner * terms.partners) / CENTS
    encounter.platform_margin = (fee - subsidy - support) / CENTS
    if terms.partners > 0:
        encounter.partner_cost = terms.partner_cost
        encounter.partner_margin = (to_partner * terms.partners - cents(terms.partner_cost)) / CENTS
    if encounter.courier != NOBODY:
        spent = cents(market.c_delivery + world.terms[encounter.courier].unit_cost)
        encounter.courier_cost = spent / CENTS
        encounter.courier_margin = (cents(market.delivery_pay) - spent) / CENTS


@inlined
def gain(encounter):
    """Return what the buyer gains, in EUR: value minus what it paid on balance."""
    return encounter.value - encounter.price + encounter.subsidy


@inlined
def book(world, n):
    """Book the sales of the n-th provider."""
    j = world.providers[n]
    tally, inputs = world.tallies[j], cents(world.terms[j].inputs)
    clear(tally)
    for sale in sales_of(world, n):
        _book_sale(tally, world.encounters[world.sales[sale]], inputs)
    if world.terms[j].partners > 0:
        for sale in sales_of(world, n):
            tally.shared += part_of(cents(world.encounters[world.sales[sale]].price), world.market[0].revenue_share)
    world.actors[j].cash += tally.cents


@inlined
def clear(tally):
    """Start a period."""
    tally.served = tally.cents = tally.outside = tally.platform = tally.shared = 0
    tally.revenue = tally.margin = tally.pleased = 0.0


@inlined
def _book_sale(tally, encounter, inputs):
    """Add one sale to a provider's tally; `inputs` are the cents per unit of its cost that it paid to a supplier."""
    tally.served += encounter.volume
    tally.revenue += encounter.price * encounter.volume
    tally.margin += encounter.margin * encounter.volume
    tally.cents += cents(encounter.margin) * encounter.volume
    tally.outside += (cents(encounter.cost) - inputs) * encounter.volume
    tally.platform += cents(encounter.platform_margin) * encounter.volume


@inlined
def close_accounts(world):
    """Pay partners and couriers; pass on what everybody owes the platform and the outside."""
    for p in partner_rows(world):
        clear(world.tallies[p])
    for f in range(len(world.alliances)):
        firm = world.actors[world.market[0].customers + f]
        for s in range(firm.partners):
            _book_share(world, f, s)
    for c in courier_rows(world):
        clear(world.tallies[c])
    if world.market[0].couriers > 0:
        for i in range(world.market[0].customers):
            if world.encounters[i].courier != NOBODY:
                _book_delivery(world, world.encounters[i])
    for j in world.providers:
        world.actors[-1].cash += world.tallies[j].platform
        world.clock[0].outside += world.tallies[j].outside


@inlined
def _book_share(world, f, s):
    """Add the f-th firm's period to the tally of its s-th partner, who bears the cost of its own effort."""
    firm, p = world.tallies[world.market[0].customers + f], world.alliances[f, s].provider
    tally, effort = world.tallies[p], cents(world.terms[p].unit_cost) * firm.served
    tally.served += firm.served
    tally.revenue += firm.shared / CENTS
    tally.margin += (firm.shared - effort) / CENTS
    world.actors[p].cash += firm.shared - effort
    world.clock[0].outside += effort


@inlined
def _book_delivery(world, encounter):
    """Add one delivery to its courier's tally."""
    tally, market = world.tallies[encounter.courier], world.market[0]
    kept, spent = cents(encounter.courier_margin), cents(encounter.courier_cost)
    tally.served += 1
    tally.revenue += market.delivery_pay
    tally.margin += encounter.courier_margin
    tally.outside += spent
    world.actors[encounter.courier].cash += kept
    world.clock[0].outside += spent
    world.clock[0].outside -= cents(market.delivery_pay)
