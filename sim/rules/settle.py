"""settle: money moves, in whole cents; what one account pays another receives."""

import math

from sim.compiled import compiled, inlined
from sim.relations import partner_rows
from sim.rules.offer import cost_on
from sim.state import NOBODY

CENTS = 100.0
ROUNDING = 1e-6  # cents; 29 % of 100 is 28.999999999999996 in binary


@compiled
def settle(world):
    """Pay price, fee, subsidies and costs of every encounter and tally each provider's period."""
    for j in world.providers:
        clear(world.tallies[j])
    for p in partner_rows(world):
        clear(world.tallies[p])
    for i in range(len(world.ties)):
        if world.encounters[i].slot != NOBODY:
            _pay(world, i, world.encounters[i])
            _tally(world, i, world.encounters[i])


@inlined
def clear(tally):
    """Start a provider's period."""
    tally.served = 0
    tally.revenue = tally.margin = tally.skill = tally.satisfaction = tally.weight = 0.0


@compiled
def cents(euros):
    """Return euros as whole cents, halves up."""
    return math.floor(euros * CENTS + 0.5)


@compiled
def part_of(amount, share):
    """Return a share of an amount in whole cents, rounded down: what a split leaves over stays with the payer."""
    return math.floor(amount * share + ROUNDING)


@inlined
def _pay(world, i, encounter):
    """Pay one encounter. Each amount is rounded once; the sum of all accounts stays what it was."""
    market, tie = world.market[0], world.ties[i, encounter.slot]
    price, cost = cents(tie.price), cents(_cost(world, tie, encounter))
    fee = subsidy = support = 0
    if encounter.mediated:
        fee = part_of(price, market.fee)
        subsidy, support = cents(market.customer_subsidy), cents(market.peer_subsidy)
    passed_on = part_of(price, world.terms[tie.provider].passed_on)
    buyer, provider, platform = world.actors[i], world.actors[tie.provider], world.actors[-1]
    buyer.cash += subsidy - price
    provider.cash += price - fee - cost + support - passed_on
    platform.cash += fee - subsidy - support
    world.clock[0].outside += cost
    encounter.price, encounter.cost = price / CENTS, cost / CENTS
    encounter.fee, encounter.subsidy = fee / CENTS, subsidy / CENTS
    encounter.margin = (price - fee - cost + support - passed_on) / CENTS
    encounter.platform_margin = (fee - subsidy - support) / CENTS
    if provider.ally != NOBODY:
        _pay_partner(world, provider.ally, passed_on, encounter)


@inlined
def _pay_partner(world, p, passed_on, encounter):
    """Give the partner in row p its share of the revenue; it bears the cost of its own effort."""
    partner, tally = world.actors[p], world.tallies[p]
    cost = cents(world.terms[p].unit_cost)
    partner.cash += passed_on - cost
    world.clock[0].outside += cost
    encounter.partner_cost = cost / CENTS
    encounter.partner_margin = (passed_on - cost) / CENTS
    tally.served += 1
    tally.revenue += passed_on / CENTS
    tally.margin += encounter.partner_margin


@inlined
def _cost(world, tie, encounter):
    """Return what the provider pays for this delivery: a repair on top, no platform cost outside it."""
    cost = cost_on(world, tie) if encounter.mediated else world.terms[tie.provider].unit_cost
    return cost + world.market[0].c_repair if encounter.repaired else cost


@inlined
def _tally(world, i, encounter):
    """Count the encounter for the provider and the buyer."""
    tally, person = world.tallies[encounter.provider], world.actors[i]
    tally.served += 1
    tally.revenue += encounter.price
    tally.margin += encounter.margin
    person.gains += gain(encounter)
    person.bought += 1


@inlined
def gain(encounter):
    """Return what the buyer gains, in EUR: value minus what it paid on balance."""
    return encounter.value - encounter.price + encounter.subsidy
