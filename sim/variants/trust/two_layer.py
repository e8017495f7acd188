"""Two-layer trust: slow to build, quick to erode, and what a violation does to the reputation limits it for long.

Pant & Yu 2025, "Computational foundations for strategic coopetition: formalizing trust and reputation dynamics",
arXiv 2510.24909. With the signal s = 2*y - 1 of an encounter of satisfaction y, trust T and damage R:

    s > 0: T += building*s*max(0, 1 - R - T)
    s < 0: T += erosion*s*T,  R -= damage*s*(1 - R)
    s >= 0, or no encounter: R *= 1 - recovery
    always: T <= 1 - R, the ceiling

Theirs is s = tanh(kappa*(action - baseline)). Where nothing is unfair y is logistic(gain - aspiration), so that s is
tanh((gain - aspiration)/2): the baseline is what the buyer has come to expect.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import appraise
from sim.rules.trust import conclude, impressions, tell
from sim.variants.evidence import as_evidence, as_number


@compiled
def trust(world):
    """Let both sides of every encounter judge it, and damage heal where nothing was violated."""
    for i in range(len(world.ties)):
        slot = world.encounters[i].slot
        y, back = 0.0, 0.0
        if slot != NOBODY:
            y, back = impressions(world, i)
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY:
                _judge(tie, world.market[0], *_signals(s == slot, y, back))
                appraise(world, tie)
        if slot != NOBODY:
            conclude(world, i, y)
    tell(world)


@inlined
def _signals(met, y, back):
    """Return the signals, in [-1, 1], of satisfactions in [0, 1]; 0 without an encounter."""
    return (2.0 * y - 1.0, 2.0 * back - 1.0) if met else (0.0, 0.0)


@inlined
def _judge(tie, market, signal, back):
    """Take a period up on both sides of a tie."""
    tie.pos, tie.neg = _after(market, tie.pos, tie.neg, signal)
    tie.gpos, tie.gneg = _after(market, tie.gpos, tie.gneg, back)


@inlined
def _after(market, pos, neg, signal):
    """Return the evidence after a period's signal; without signal and damage it stays as it is."""
    believed, damage = as_number(pos, neg)
    if signal == 0.0 and damage == 0.0:
        return pos, neg
    if signal > 0.0:
        believed += market.building * signal * max(1.0 - damage - believed, 0.0)
    else:
        believed += market.erosion * signal * believed
    if signal < 0.0:
        damage -= market.damage * signal * (1.0 - damage)
    else:
        damage *= 1.0 - market.recovery
    return as_evidence(min(believed, 1.0 - damage), damage)
