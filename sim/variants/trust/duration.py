"""Duration: trust grows with the time that a relation lasts without a break, and falls when it is broken.

Klos & Nooteboom 2001, "Agent-based computational transaction cost economics", J. Economic Dynamics & Control 25. After
x encounters in a row, with t what trust was before them:

    T = t + (1 - t)*(1 - g),  g = 1/(1 + building*x)

Who leaves begins anew from the trust there was. A break is a disappointment to the other side: T -= erosion*(T - 0.5).
The provider breaks by an incident that it does not repair, the buyer by going to somebody else.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import NEUTRAL, appraise
from sim.rules.trust import conclude, impressions, tell
from sim.variants.evidence import as_evidence, as_number


@compiled
def trust(world):
    """Let every encounter lengthen its relation or break one."""
    for i in range(len(world.ties)):
        encounter, former = world.encounters[i], world.actors[i].current
        if encounter.slot != NOBODY:
            if former != NOBODY and former != encounter.slot:
                _part(world.ties[i, former], world.market[0].erosion)
                appraise(world, world.ties[i, former])
            y, _ = impressions(world, i)
            _go_on(world.ties[i, encounter.slot], encounter, world.market[0])
            conclude(world, i, y)
    tell(world)


@inlined
def _part(tie, erosion):
    """Let a buyer leave: it begins anew if it returns, and the provider is disappointed."""
    tie.pos, tie.neg = _ended(tie.pos, tie.neg, 0.0)
    tie.gpos, tie.gneg = _ended(tie.gpos, tie.gneg, erosion)


@inlined
def _go_on(tie, encounter, market):
    """Let a relation last for one more encounter; what goes wrong for good disappoints the buyer."""
    tie.gpos, tie.gneg = _longer(tie.gpos, tie.gneg, market.building)
    if encounter.incident and not encounter.repaired:
        tie.pos, tie.neg = _ended(tie.pos, tie.neg, market.erosion)
    else:
        tie.pos, tie.neg = _longer(tie.pos, tie.neg, market.building)


@inlined
def _longer(pos, neg, building):
    """Return the evidence after one more encounter: 1/g grows by `building`, and 1 - T shrinks as g does.

    The second number kept is 1 - g, 0 for a relation that begins. (g is above 0: x is finite.)
    """
    believed, past = as_number(pos, neg)
    g = max(1.0 - past, 1e-9)
    shrunk = 1.0 / (1.0 + building * g)
    return as_evidence(1.0 - (1.0 - believed) * shrunk, 1.0 - g * shrunk)


@inlined
def _ended(pos, neg, erosion):
    """Return the evidence after a break that costs a share of the trust above, or below, that in a stranger."""
    believed, _ = as_number(pos, neg)
    return as_evidence(believed - erosion * (believed - NEUTRAL), 0.0)
