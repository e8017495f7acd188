"""Coopetition: firms and partners choose their effort for their own gain and, by their alignment, for each other's.

Pant & Yu 2025, "Computational foundations for strategic coopetition: formalizing interdependence and complementarity",
arXiv 2510.18802. On the values of `joint`, each chooses the effort that is best for

    U_i = gain_i + alignment_i * (sum of the gains of the others in the alliance)

per delivery, while the others do what they did last period. A firm gains the price of what it offers a buyer whose
needs it meets, less its cost and what its partners get; a partner gains its share less its effort (as `settle_rule =
"contributions"` splits it). The effort is found by search, on ever finer grids around the best.
"""

from sim.compiled import compiled, inlined
from sim.relations import alliance, courier_rows, partner_rows
from sim.rules.offer import base_price, desk, price
from sim.rules.offer import offer as standard_offer
from sim.state import World
from sim.variants.joint import brought, spent
from sim.variants.offer import joint

ROUNDS, POINTS = 7, 20  # of the search: each round ten times finer


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t."""
    if t > 0:
        standard_offer(world, t)
        return
    efforts = world.terms["effort"].copy()
    joint.prepare(world)
    _respond(world, efforts)
    joint.conclude(world, desk(world))


@compiled
def _respond(world, efforts):
    """Let all choose their effort, given those of last period; who made none then begins with its strategy's."""
    helpers = range(partner_rows(world).start, courier_rows(world).start)
    for j in world.providers[: world.tiers[0].providers]:
        world.terms[j].effort = efforts[j] if efforts[j] > 0.0 else world.terms[j].effort
    for p in helpers:
        world.terms[p].effort = efforts[p] if efforts[p] > 0.0 else world.terms[p].effort
    for j in world.providers[: world.tiers[0].providers]:
        efforts[j] = best_effort(world, j, False)
    for p in helpers:
        efforts[p] = best_effort(world, p, True)
    for j in world.providers[: world.tiers[0].providers]:
        world.terms[j].effort = efforts[j]
    for p in helpers:
        world.terms[p].effort = efforts[p]


@inlined
def best_effort(world, row, helps):
    """Return the effort in [0, 1] that is best for the actor in `row`; none in betrayal."""
    if world.actors[row].betrays:
        return 0.0
    terms = world.terms[row]
    before, low, high, best = terms.effort, 0.0, 1.0, 0.0
    for _ in range(ROUNDS):
        step = (high - low) / POINTS
        terms.effort = best = low
        most = _aim(world, row, helps)
        for k in range(1, POINTS + 1):
            terms.effort = low + k * step
            reached = _aim(world, row, helps)
            if reached > most:
                most, best = reached, terms.effort
        low, high = max(best - step, 0.0), min(best + step, 1.0)
    terms.effort = before
    return best


@inlined
def _aim(world, row, helps):
    """Return what the actor in `row` aims at, over all its alliances."""
    if not helps:
        return _utility(world, row, row)
    total = 0.0
    for f in range(world.alliances.shape[0]):
        for s in range(world.alliances.shape[1]):
            if world.alliances[f, s].provider == row:
                total += _utility(world, world.market[0].customers + f, row)
    return total


@inlined
def _utility(world, j, row):
    """Return the utility that `row`, firm j itself or a partner of it, has of a delivery of firm j, in EUR."""
    firm, share = gains(world, j)
    everybody = own = firm
    for s in range(world.actors[j].partners):
        p = alliance(world, j, s).provider
        gain = share - spent(world, p)
        everybody += gain
        if p == row:
            own = gain
    return own + world.strategies[world.actors[row].strategy].alignment * (everybody - own)


@inlined
def gains(world, j):
    """Return (what firm j gains by a delivery, what each of its partners gets of it), in EUR."""
    terms, partners = world.terms[j], world.actors[j].partners
    total, share = brought(world, j)
    cost = terms.unit_cost + spent(world, j)
    markup = world.strategies[terms.strategy].markup
    asked = base_price(cost, markup, partners * world.market[0].revenue_share)
    paid = price(terms, asked, terms.strength * total)
    return paid * (1.0 - partners * share) - cost, paid * share
