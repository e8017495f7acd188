"""All or nothing: each encounter counts wholly as good or wholly as bad; how good or bad is not remembered.

Josang & Ismail 2002, "The Beta reputation system", with the binary feedback of trading sites such as eBay (Resnick &
Zeckhauser 2002): pos = memory*pos + [y >= 1/2], neg = memory*neg + [y < 1/2], for both sides of an encounter.
"""

from sim.compiled import compiled
from sim.records import NOBODY
from sim.rules.trust import conclude, impressions, remember, tell

GOOD = 0.5  # satisfaction from which on an encounter is good


@compiled
def trust(world):
    """Let both sides of every encounter remember whether it was good."""
    for i in range(len(world.ties)):
        slot = world.encounters[i].slot
        if slot != NOBODY:
            y, back = impressions(world, i)
            remember(world.ties[i, slot], world.market[0].memory, 1.0 * (y >= GOOD), 1.0 * (back >= GOOD))
            conclude(world, i, y)
    tell(world)
