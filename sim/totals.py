"""Totals: what happened in one period, added up by the strategy of the provider it happened with.

A last group holds the buyers who dealt with nobody. All measures are read from these sums.
"""

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.records import NOBODY, record
from sim.relations import buys_from, goodwill
from sim.rules.settle import gain
from sim.state import World

BLOCK = 4096  # buyers that are added up together
PROMOTER, DETRACTOR = 9, 6
SCALE_OF_RECOMMENDATION = 10
NEW_FOR = 12  # periods in which a customer is a newcomer

TOTALS = record(
    ("customers", "f8"),  # buyers in the group
    ("needs", "f8"),  # of them with a need
    ("encounters", "f8"),
    ("mediated", "f8"),  # encounters through the platform
    ("left", "f8"),  # encounters that left it
    ("incidents", "f8"),
    ("repaired", "f8"),
    ("returning", "f8"),  # encounters of buyers who had bought before
    ("retained", "f8"),  # of them with the same provider
    ("promoters", "f8"),
    ("detractors", "f8"),
    ("value", "f8"),  # EUR
    ("relational", "f8"),  # EUR of it that skill and insight made
    ("revenue", "f8"),  # EUR
    ("cost", "f8"),  # EUR
    ("gain_customers", "f8"),  # EUR: value - price + subsidy
    ("gain_firms", "f8"),  # EUR of margin
    ("gain_peers", "f8"),  # EUR of margin
    ("gain_partners", "f8"),  # EUR of margin
    ("gain_couriers", "f8"),  # EUR of margin
    ("gain_suppliers", "f8"),  # EUR of margin of the firms above those that sell
    ("gain_platform", "f8"),  # EUR: fees - subsidies
    ("fit", "f8"),  # sums over encounters
    ("trust", "f8"),
    ("goodwill", "f8"),
    ("skill", "f8"),
    ("insight", "f8"),
    ("satisfaction", "f8"),
    ("advantage", "f8"),  # EUR: value of the tie used minus the best untried one
    ("alternatives", "f8"),  # encounters with an untried alternative
    ("providers", "f8"),  # sums over providers
    ("capability", "f8"),
    ("engagement", "f8"),
    ("volume_squared", "f8"),  # sum of squared encounters served
    ("newcomers", "f8"),  # customers in their first periods
    ("newcomers_gain", "f8"),  # EUR: their value - price + subsidy
    ("supplies", "f8"),  # firms and departments that were supplied
    ("supply_trust", "f8"),  # sum over supplies
    ("supply_quality", "f8"),  # sum over supplies: value delivered, as a share of that of a perfect delivery
)


def blocks_of(world: World) -> NDArray:
    """Return room for the totals of each block of buyers, shape (blocks, strategies + 1)."""
    return np.zeros((-(-len(world.ties) // BLOCK), len(world.strategies) + 1), TOTALS)


def amounts(totals: NDArray) -> NDArray:
    """Return totals as plain numbers, with one more axis; both are the same memory."""
    return totals.view(np.float64).reshape(*totals.shape, len(TOTALS.names))  # type: ignore[arg-type]


def count(world: World, totals: NDArray) -> None:
    """Add up this period in `totals` (strategies + 1 rows), which must be zero before."""
    blocks = blocks_of(world)
    count_buyers(world, blocks)
    add_up(world, totals, amounts(totals), amounts(blocks))


@compiled
def count_buyers(world, blocks):
    """Add every buyer's period to its block."""
    for i in range(len(world.ties)):
        count_buyer(world, i, blocks[i // BLOCK])


@compiled
def add_up(world, totals, total_amounts, block_amounts):
    """Add up the blocks, in their order, and the providers in `totals`."""
    for b in range(block_amounts.shape[0]):
        for s in range(block_amounts.shape[1]):
            for f in range(block_amounts.shape[2]):
                total_amounts[s, f] += block_amounts[b, s, f]
    for n in range(world.tiers[0].providers):
        _count_provider(world, world.providers[n], totals)


@inlined
def count_buyer(world, i, totals):
    """Add buyer i's period to the row of `totals` of its provider's strategy, or to the last one."""
    encounter = world.encounters[i]
    group, met = len(totals) - 1, encounter.slot != NOBODY
    if met:
        group = world.terms[encounter.provider].strategy
    if i >= world.market[0].customers:
        if met:
            _count_supply(world, i, encounter, totals[group])
        return
    if met:
        _count_encounter(world, i, encounter, totals[group])
    totals[group].customers += 1
    totals[group].needs += encounter.wants
    if world.clock[0].period < world.actors[i].arrived + NEW_FOR:
        totals[group].newcomers += 1
        totals[group].newcomers_gain += gain(encounter)


@inlined
def _count_supply(world, i, encounter, total):
    """Add what a firm or department was supplied with, for all units it sold."""
    provider = world.terms[encounter.provider]
    total.supplies += 1
    total.supply_trust += world.ties[i, encounter.slot].trust
    worth = world.tiers[buys_from(world, i)].worth
    total.supply_quality += encounter.value / worth if worth > 0.0 else 0.0
    total.gain_suppliers += encounter.margin * encounter.volume
    total.cost += (encounter.cost - provider.inputs) * encounter.volume


@inlined
def _count_provider(world, j, totals):
    """Add provider j's period to the row of `totals` of its strategy."""
    served = float(world.tallies[j].served)
    total = totals[world.actors[j].strategy]
    total.providers += 1
    total.capability += world.actors[j].capability
    total.engagement += world.actors[j].engagement
    total.volume_squared += served * served


@inlined
def _count_encounter(world, i, encounter, total):
    tie = world.ties[i, encounter.slot]
    total.encounters += 1
    total.mediated += encounter.mediated
    total.left += encounter.left
    total.incidents += encounter.incident
    total.repaired += encounter.repaired
    total.returning += 1 - encounter.first
    total.retained += encounter.retained
    total.fit += encounter.fit
    total.trust += tie.trust
    total.goodwill += goodwill(tie)
    total.skill += encounter.skill
    total.insight += encounter.insight
    total.satisfaction += encounter.satisfaction
    _count_recommendation(world.actors[i].recommends, total)
    _count_money(world, encounter, total)
    _count_alternative(world, i, encounter, total)


@inlined
def _count_recommendation(recommends, total):
    """Promoters say 9 or 10, detractors 0 to 6 (Reichheld 2003)."""
    points = int(SCALE_OF_RECOMMENDATION * recommends + 0.5)
    if points >= PROMOTER:
        total.promoters += 1
    elif points <= DETRACTOR:
        total.detractors += 1


@inlined
def _count_money(world, encounter, total):
    total.value += encounter.value
    total.relational += encounter.relational
    total.revenue += encounter.price
    total.cost += encounter.cost + encounter.partner_cost
    if len(world.tiers) > 1:
        total.cost -= world.terms[encounter.provider].inputs
    if encounter.courier != NOBODY:
        total.cost += encounter.courier_cost - world.market[0].delivery_pay
    total.gain_customers += gain(encounter)
    if encounter.provider >= world.market[0].customers:
        total.gain_firms += encounter.margin
    else:
        total.gain_peers += encounter.margin
    total.gain_partners += encounter.partner_margin
    total.gain_couriers += encounter.courier_margin
    total.gain_platform += encounter.platform_margin


@inlined
def _count_alternative(world, i, encounter, total):
    """Compare the tie used with the best one this buyer has never tried."""
    best, found = 0.0, False
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY and tie.tenure == 0:
            best = max(best, tie.value) if found else tie.value
            found = True
    if found:
        total.alternatives += 1
        total.advantage += world.ties[i, encounter.slot].value - best


def pooled(totals: NDArray, axis: int) -> NDArray:
    """Sum totals over an axis (strategies, or periods), field by field."""
    out = np.zeros(np.delete(totals.shape, axis), TOTALS)
    for name in TOTALS.names:  # type: ignore[union-attr]
        out[name] = totals[name].sum(axis=axis)
    return out
