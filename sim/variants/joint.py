"""What a firm and its partners make by effort, alone and together, and who gets what of it.

Pant & Yu 2025, "Computational foundations for strategic coopetition: formalizing interdependence and complementarity",
arXiv 2510.18802. With a = c_effort*effort, the EUR one spends on a delivery:

    made(a) = value*ln(1 + a);   together: the sum of what each makes, plus complement * geometric mean of all a

A partner gets what it made and `revenue_share` of what arises only together (of several each gets the same).
"""

from sim.compiled import compiled, inlined
from sim.maths import exp, log
from sim.relations import alliance


@inlined
def spent(world, j):
    """Return the EUR per delivery that actor j's effort takes."""
    return world.market[0].c_effort * world.terms[j].effort


@inlined
def made_by(world, j):
    """Return what actor j makes by itself, in EUR."""
    return world.market[0].value * log(1.0 + spent(world, j))


@inlined
def together(world, j):
    """Return (what firm j's partners make by themselves, what arises only together), in EUR."""
    partners = world.actors[j].partners
    made, lowest, logs = 0.0, spent(world, j), 0.0
    if lowest > 0.0:
        logs = log(lowest)
    for s in range(partners):
        p = alliance(world, j, s).provider
        made += made_by(world, p)
        lowest = min(lowest, spent(world, p))
        if lowest > 0.0:
            logs += log(spent(world, p))
    if partners == 0 or lowest <= 0.0:
        return made, 0.0
    return made, world.market[0].complement * exp(logs / (partners + 1))


@inlined
def brought(world, j):
    """Return (what firm j and its partners make in all, the share of it that each of its partners gets)."""
    partners, (theirs, synergy) = world.actors[j].partners, together(world, j)
    total = made_by(world, j) + theirs + synergy
    if partners == 0:
        return total, 0.0
    return total, share_of(theirs / partners, synergy, total, world.market[0].revenue_share)


@compiled
def share_of(made, synergy, total, weight):
    """Return (made + weight*synergy)/total; the weight itself where nothing is made."""
    return (made + weight * synergy) / total if total > 0.0 else weight
