"""What a provider can know of the choices that the market's own rule `choose` makes likely.

The chance that buyer i takes the offer in slot s, at a utility U, is that of the logit:
1/(1 + exp(rivalry - beta*U)), with rivalry = ln(1 + sum over its other slots of exp(beta*U)).
"""

from sim.compiled import inlined
from sim.maths import exp, log
from sim.records import NOBODY
from sim.rules.choose import is_shut, utility


@inlined
def rivalry(world, i, s):
    """Return ln(1 + sum over buyer i's slots but s of exp(beta*U)), at the prices on its ties."""
    beta, best, total = world.market[0].beta, 0.0, 0.0
    for other in range(world.ties.shape[1]):
        if competes(world, i, s, other):
            best = max(best, utility(world, i, other))
    for other in range(world.ties.shape[1]):
        if competes(world, i, s, other):
            total += exp(beta * (utility(world, i, other) - best))
    return beta * best + log(total + exp(-beta * best))


@inlined
def competes(world, i, s, other):
    """Whether what is in another slot can be chosen in place of slot s."""
    tie = world.ties[i, other]
    return other != s and tie.provider != NOBODY and not is_shut(world, tie)
