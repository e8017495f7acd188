"""Acts: both sides remember what the other did, not how they liked it. With `memory` 0 that is tit for tat.

Axelrod & Hamilton 1981, "The evolution of cooperation", Science 211: one begins with cooperation and then does what the
other did at the last encounter. With efforts of both sides in [0, 1] (`sim.variants.game`) trust is

    T <- memory*T + (1 - memory)*the provider's effort,  T = 1 before the first encounter,

and goodwill the same of the buyer's effort. (Effort is that after the period's learning: what was paid for is
remembered exactly where `engagement_rate` is 0.) Both are kept as evidence whose sum is -1; without any one meets a
stranger.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import beta_mean
from sim.rules.trust import conclude, impressions, tell
from sim.variants.evidence import as_evidence
from sim.variants.game import efforts


@compiled
def trust(world):
    """Let both sides of every encounter note what the other did."""
    memory = world.market[0].memory
    for i in range(len(world.ties)):
        slot = world.encounters[i].slot
        if slot != NOBODY:
            tie = world.ties[i, slot]
            y, _ = impressions(world, i)
            mine, theirs = efforts(world, i, tie)
            tie.pos, tie.neg = _noted(tie.pos, tie.neg, memory, theirs)
            tie.gpos, tie.gneg = _noted(tie.gpos, tie.gneg, memory, mine)
            conclude(world, i, y)
    tell(world)


@inlined
def _noted(pos, neg, memory, effort):
    """Return the evidence after an encounter at which the other made this effort."""
    before = 1.0 if pos == 0.0 and neg == 0.0 else beta_mean(pos, neg)
    return as_evidence(memory * before + (1.0 - memory) * effort, 1.0)
