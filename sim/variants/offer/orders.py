"""Orders: every provider posts a price per unit, and every buyer orders the quantity that is best for itself.

A delivery of q units is worth V = value*q/(1 + q), costs C = cost*q, and its price is p*q with p = cost*(1 + markup).
What is left of V - p*q is most at q = sqrt(value/p) - 1. Units are such that one of them is worth half of `value`.
Weisbuch, Kirman & Herreiner 2000, "Market organisation and trading relationships", Economic Journal 110, section 2.
"""

import math

from sim.compiled import compiled, inlined
from sim.rules.offer import base_price, prepare_helpers, set_terms
from sim.variants.offer.posted import cost_per_unit, hand_out, post

MOST = 1000.0  # units in one delivery, where they cost next to nothing


@compiled
def offer(world, t=0):
    """Set value, expected value and price of every tie with a provider of tier t, for the quantity ordered there."""
    prepare_helpers(world)
    tier = world.tiers[t]
    for n in range(tier.place, tier.place + tier.providers):
        j = world.providers[n]
        set_terms(world, j)
        cost = cost_per_unit(world, j)
        q = ordered(tier.worth, base_price(cost, _markup(world, j), 0.0))
        post(world, j, tier.worth * q / (1.0 + q), cost * q)
    hand_out(world, t)


@inlined
def _markup(world, j):
    return world.strategies[world.actors[j].strategy].markup


@compiled
def ordered(value, price):
    """Return the quantity q, from 0 to 1000, that leaves most of value*q/(1 + q) - price*q."""
    if price * (1.0 + MOST) * (1.0 + MOST) <= value:
        return MOST
    return max(math.sqrt(value / price) - 1.0, 0.0)
