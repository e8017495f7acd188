"""Two-sided: every provider is a place where two groups of customers meet, and asks each the price that earns most.

Armstrong 2006, "Competition in two-sided markets", RAND Journal of Economics 37 (members, `metered` 0); Rochet & Tirole
2003, "Platform competition in two-sided markets", Journal of the European Economic Association 1 (meetings, `metered`
1). A customer whose last need is below 0.5 is of side one, the others of side two; n is the share of the other side
that provider j served last period:

    V <- V*m + cross*n,   price <- asked*m,   m = 1 - metered + metered*n

Providers search the two prices that earn most, while all others ask what they asked last, and reckon with what follows:
who comes brings the other side (the choices likely by this market's own rule `choose`, again and again until they
agree). Values are those of `tastes`. Tiers above the sellers offer by the rule `tastes`.
"""

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.maths import clip, exp
from sim.network import FIRM
from sim.records import BY_PLATFORM, NOBODY
from sim.relations import place_of
from sim.rules.choose import is_shut, utility
from sim.rules.offer import cost_on
from sim.state import World
from sim.variants.offer import tastes

BORDER = 0.5  # of the last need, between the sides
ROUNDS = 12  # of who comes because others come
HALVINGS, COARSE = 11, 16.0  # of the step of the search; its first step is the highest value/16
MOST_MOVES = 32  # of one length
ENOUGH = 1e-9  # share by which more must be earned to count as more


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t."""
    before = np.stack((world.terms["asked"], world.terms["asked_mediated"]), axis=1)
    tastes.offer(world, t)
    if t == 0:
        sellers = world.providers[: int(world.tiers["providers"][0])]
        usual = np.repeat(world.terms["asked"][sellers, None], 2, axis=1)
        _let_ask(world, np.where(before[sellers] > 0.0, before[sellers], usual))


def _let_ask(world: World, known: NDArray) -> None:
    """Let every seller ask its best two prices against those known of the others; write them on the ties.

    `known[n, side]` and the prices asked are kept as those off and on a platform are: whoever is two-sided needs one
    of them for each side.
    """
    sellers, ties = world.providers[: len(known)], world.ties[: int(world.market["customers"][0])]
    alone, came, market = np.stack((ties["value"], ties["expected"])), np.zeros_like(known), world.market[0]
    _count(world, came)
    highest = float(np.max(ties["expected"], initial=0.0)) + float(max(market["cross_one"], market["cross_two"]))
    asked, room = known.copy(), np.zeros((2, *known.shape))
    for n in np.flatnonzero(np.isin(sellers, ties["provider"])) if highest > 0.0 else ():
        trial = known.copy()
        if _search(world, alone, came, trial, n, highest, room) > 0.0:
            asked[n] = trial[n]
    world.terms["asked"][sellers], world.terms["asked_mediated"][sellers] = asked.T
    _post(world, alone, came, asked)


@inlined
def side_of(world, i):
    """Return the side customer i is on: 0 or 1."""
    return 0 if world.needs[i, world.needs.shape[1] - 1] < BORDER else 1


@compiled
def _count(world, came):
    """Fill in which share of each side each provider served last period: `came[provider, side]`."""
    for i in range(world.market[0].customers):
        if world.encounters[i].slot != NOBODY:
            came[place_of(world, world.encounters[i].provider), side_of(world, i)] += 1.0
    _as_shares(world, came)


@inlined
def _as_shares(world, came):
    """Divide numbers of customers by how many each side has."""
    ones = 0
    for i in range(world.market[0].customers):
        ones += 1 - side_of(world, i)
    for n in range(len(came)):
        came[n, 0] /= max(ones, 1)
        came[n, 1] /= max(world.market[0].customers - ones, 1)


@compiled
def _search(world, alone, came, trial, n, highest, room):
    """Move the n-th provider's two prices in `trial` to where it earns most; return what that is, in EUR."""
    most, step = _profit(world, alone, came, trial, n, room), highest / COARSE
    for _ in range(HALVINGS):
        for _ in range(MOST_MOVES):
            before = most
            most = _step(world, alone, came, trial, n, (step, highest), most, room)
            if most == before:
                break
        step *= 0.5
    return most


@inlined
def _step(world, alone, came, trial, n, lengths, most, room):
    """Move both prices of the n-th provider by one step, or none, to where it earns most; return what that is.

    `lengths`: of the step, and the highest price, in EUR.
    """
    step, highest = lengths
    first, second = trial[n, 0], trial[n, 1]
    to_first, to_second = first, second
    for way in range(9):
        trial[n, 0] = clip(first + (way // 3 - 1) * step, 0.0, highest)
        trial[n, 1] = clip(second + (way % 3 - 1) * step, 0.0, highest)
        profit = _profit(world, alone, came, trial, n, room)
        if profit > most + ENOUGH * abs(most):
            most, to_first, to_second = profit, trial[n, 0], trial[n, 1]
    trial[n, 0], trial[n, 1] = to_first, to_second
    return most


@inlined
def _profit(world, alone, came, asked, n, room):
    """Return what the n-th provider earns at the prices `asked`, once it is clear who comes, in EUR."""
    here, coming = room[0], room[1]
    copy(came, here)
    profit = 0.0
    for _ in range(ROUNDS):
        coming[:] = 0.0
        profit = 0.0
        for i in range(world.market[0].customers):
            profit += _come(world, i, alone, here, asked, n, coming)
        _as_shares(world, coming)
        copy(coming, here)
    return profit


@inlined
def copy(shares, to):
    """Write shares of both sides, by provider, into other room (in a slice NumPy might make an array for it)."""
    for n in range(len(shares)):
        to[n, 0], to[n, 1] = shares[n, 0], shares[n, 1]


@inlined
def _come(world, i, alone, here, asked, n, coming):
    """Add customer i to where it is likely to come; return what the n-th provider is likely to earn by it."""
    market = world.market[0]
    best, total, earned = 0.0, 0.0, 0.0
    for s in range(world.ties.shape[1]):
        if _is_there(world, i, s):
            write(world, i, s, alone, here, asked)
            best = max(best, utility(world, i, s))
    for s in range(world.ties.shape[1]):
        if _is_there(world, i, s):
            total += exp(market.beta * (utility(world, i, s) - best))
    total += exp(-market.beta * best)
    for s in range(world.ties.shape[1]):
        if _is_there(world, i, s):
            place = place_of(world, world.ties[i, s].provider)
            chance = market.frequency * exp(market.beta * (utility(world, i, s) - best)) / total
            coming[place, side_of(world, i)] += chance
            if place == n:
                earned += chance * _kept(world, world.ties[i, s])
    return earned


@inlined
def _is_there(world, i, s):
    return world.ties[i, s].provider != NOBODY and not is_shut(world, world.ties[i, s])


@inlined
def _kept(world, tie):
    """Return what a provider keeps of the price on a tie, less its cost."""
    deducted = world.actors[tie.provider].partners * world.market[0].revenue_share
    if tie.origin == BY_PLATFORM:
        deducted = world.market[0].fee
    return tie.price * (1.0 - deducted) - cost_on(world, tie)


@inlined
def write(world, i, s, alone, here, asked):
    """Write value, expected value and price on a tie, given who of the other side is there."""
    market, tie, side = world.market[0], world.ties[i, s], side_of(world, i)
    n = place_of(world, tie.provider)
    met = here[n, 1 - side]
    metered = 1.0 - market.metered + market.metered * met
    cross = (market.cross_two if side == 1 else market.cross_one) * met
    tie.value = alone[0, i, s] * metered + cross
    tie.expected = alone[1, i, s] * metered + cross
    tie.price = asked[n, side] * metered


@compiled
def _post(world, alone, came, asked):
    """Write the offers of all on the ties, as the customers see them: with those who came last period."""
    for i in range(world.market[0].customers):
        for s in range(world.ties.shape[1]):
            if world.ties[i, s].provider != NOBODY:
                write(world, i, s, alone, came, asked)
                if world.actors[world.ties[i, s].provider].kind == FIRM:
                    world.ties[i, s].price *= world.market[0].price_level
