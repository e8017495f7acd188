"""Recent: trust moves a fixed step toward each experience, however many there have been.

Rescorla & Wagner 1972, "A theory of Pavlovian conditioning"; Bush & Mosteller 1955, "Stochastic models for learning":
T += (1 - memory)*(y - T) for both sides of an encounter of satisfaction y, from T = 0.5. The standard rule's evidence
makes large steps at first and holds on to what it began with; here all steps weigh the same, and nothing is held on to.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.rules.trust import conclude, impressions, tell
from sim.variants.evidence import as_evidence, as_number


@compiled
def trust(world):
    """Let both sides of every encounter move their trust toward what they experienced."""
    for i in range(len(world.ties)):
        slot = world.encounters[i].slot
        if slot != NOBODY:
            y, back = impressions(world, i)
            tie, step = world.ties[i, slot], 1.0 - world.market[0].memory
            tie.pos, tie.neg = _toward(tie.pos, tie.neg, y, step)
            tie.gpos, tie.gneg = _toward(tie.gpos, tie.gneg, back, step)
            conclude(world, i, y)
    tell(world)


@inlined
def _toward(pos, neg, y, step):
    """Return the evidence of a trust that has moved toward y."""
    believed, _ = as_number(pos, neg)
    return as_evidence(believed + step * (y - believed), 0.0)
