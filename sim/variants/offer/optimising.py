"""Optimising: every provider asks the one price at which it would earn the most, as far as it can know.

It tries `price_steps` prices, whole cents from 0 to what the keenest customer expects, and reckons with the choices
that this market's own rule `choose` makes likely:

    profit(p) = (p*(1 - deducted) - C) * sum over buyers of chance(p) * volume(p)

while all others ask what they asked last. In a chain the upper tier moves first (Spengler 1950, "Vertical integration
and antitrust policy", Journal of Political Economy 58): it foresees that its buyers will answer its price in this same
way, on the demand of the period before, and how much less they will sell then. Values are those of `tastes`; mark-up,
`share`, `patience` and `command` have no part, but who could not earn anything asks cost plus mark-up.
"""

import math

import numpy as np

from sim.compiled import compiled, inlined
from sim.maths import logistic
from sim.money import CENTS
from sim.network import FIRM
from sim.records import BY_PLATFORM, NOBODY
from sim.relations import buyers_of, place_of
from sim.rules.choose import is_shut, utility
from sim.rules.offer import with_platform
from sim.state import World
from sim.variants.demand import rivalry
from sim.variants.offer import tastes

OWN, MEDIATED = 0, 1  # ways to sell: each has a price of its own


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t."""
    before = np.stack((world.terms["asked"], world.terms["asked_mediated"]))
    tastes.offer(world, t)
    step = price_step(world)
    if step == 0.0 or world.tiers["internal"][t]:
        return
    known = np.where(before > 0.0, before, (world.terms["asked"], world.terms["asked_mediated"]))
    shape = len(world.providers), int(world.market["price_steps"][0]) + 1
    wanted, sold = np.zeros((2, *shape)), np.zeros(shape)
    for below in range(t):
        _demand(world, below, known, step, wanted, sold)
        _foresee(world, below, step, wanted, sold)
    _demand(world, t, known, step, wanted, sold)
    _ask(world, t, step, wanted)


def price_step(world: World) -> float:
    """Return the whole cents, in EUR, between the prices tried; 0 where no customer expects anything."""
    ties = world.ties[: int(world.market["customers"][0])]
    highest = float(np.max(ties["expected"], initial=0.0, where=ties["provider"] != NOBODY))
    return math.ceil(highest * CENTS / int(world.market["price_steps"][0])) / CENTS


@compiled
def _demand(world, t, known, step, wanted, sold):
    """Fill in what each provider of tier t would sell at each price: `wanted[way, provider, price]`, units."""
    if world.tiers[t].internal:
        return
    for i in buyers_of(world, t):
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY:
                tie.price = known[way_of(tie), tie.provider]
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY and not is_shut(world, tie):
                _want(world, i, s, step, wanted, sold)


@inlined
def _want(world, i, s, step, wanted, sold):
    """Add what buyer i would take of the provider in slot s at each price."""
    market, customer = world.market[0], i < world.market[0].customers
    way, n = way_of(world.ties[i, s]), place_of(world, world.ties[i, s].provider)
    without = utility(world, i, s) + world.ties[i, s].price  # what it is worth to the buyer before the price
    rivals = rivalry(world, i, s)
    for k in range(wanted.shape[2]):
        volume = market.frequency if customer else sold[place_of(world, i), k]
        wanted[way, n, k] += volume * logistic(market.beta * (without - step * k) - rivals)


@compiled
def way_of(tie):
    """Return how a tie's provider sells on it."""
    return MEDIATED if tie.origin == BY_PLATFORM else OWN


@compiled
def _foresee(world, t, step, wanted, sold):
    """Fill in what each provider of tier t will sell if its inputs cost so much: `sold[provider, cost]`, units."""
    tier = world.tiers[t]
    for n in range(tier.place, tier.place + tier.providers):
        j = world.providers[n]
        own = world.terms[j].unit_cost - world.terms[j].inputs
        if tier.internal:  # passes its cost on to the one it serves
            below = world.tiers[t - 1].place + n - tier.place
            for k in range(sold.shape[1]):
                sold[n, k] = sold[below, min(k + int(own / step + 0.5), sold.shape[1] - 1)]
        else:
            _answer(world, j, own, step, wanted[:, n], sold[n])


@inlined
def _answer(world, j, own, step, wanted, sold):
    """Fill in what provider j sells at its best prices for each cost of its inputs; dearer inputs, dearer prices."""
    deducted, fee = _deducted(world, j), world.market[0].fee
    first = second = 0
    for k in range(len(sold)):
        cost = own + k * step
        first = best_price(wanted[OWN], cost, deducted, step, first)
        second = best_price(wanted[MEDIATED], with_platform(world.market[0], cost), fee, step, second)
        sold[k] = wanted[OWN, first] + wanted[MEDIATED, second]


@compiled
def best_price(wanted, cost, deducted, step, first):
    """Return the place, from `first` on, of the price that earns the most; of equals the lowest."""
    best, most = first, (first * step * (1.0 - deducted) - cost) * wanted[first]
    for k in range(first + 1, len(wanted)):
        profit = (k * step * (1.0 - deducted) - cost) * wanted[k]
        if profit > most:
            best, most = k, profit
    return best


@inlined
def _deducted(world, j):
    return world.actors[j].partners * world.market[0].revenue_share


@compiled
def _ask(world, t, step, wanted):
    """Let every provider of tier t ask the price that earns the most, and write it on its ties."""
    market, tier = world.market[0], world.tiers[t]
    for n in range(tier.place, tier.place + tier.providers):
        terms, actor = world.terms[world.providers[n]], world.actors[world.providers[n]]
        level = market.price_level if actor.kind == FIRM and t == 0 else 1.0
        cost = terms.unit_cost
        terms.asked = _decide(wanted[OWN, n], cost, _deducted(world, world.providers[n]), step, level, terms.asked)
        cost = with_platform(market, cost)
        terms.asked_mediated = _decide(wanted[MEDIATED, n], cost, market.fee, step, 1.0, terms.asked_mediated)
    for i in buyers_of(world, t):
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY:
                terms = world.terms[tie.provider]
                tie.price = terms.asked_mediated if tie.origin == BY_PLATFORM else terms.asked


@inlined
def _decide(wanted, cost, deducted, step, level, otherwise):
    """Return the best price in EUR, times the level of prices; `otherwise` where nothing can be earned."""
    k = best_price(wanted, cost, deducted, step, 0)
    return k * step * level if (k * step * (1.0 - deducted) - cost) * wanted[k] > 0.0 else otherwise
