"""Experience: buyers go where they have fared best so far, nearly always, and never stay at home.

Kirman & Vriend 2001, "Evolving market structure: an ACE model of price dispersion and loyalty", Journal of Economic
Dynamics and Control 25: the provider with the highest bid (`sim.variants.learning`), the strength of each being 1 + the
good evidence about it (with `deliver_rule = "stalls"`: what visits brought in, on average, the late ones more).
"""

from sim import draws
from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.choose import MOST_SLOTS, by_provider, wish
from sim.rules.offer import desk
from sim.state import World
from sim.variants.learning import FIRST, most_promising


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t; NOBODY only where nobody is open."""
    _choose(world, t, desk(world))


@compiled
def _choose(world, t, room):
    for i in buyers_of(world, t):
        chooses, _ = wish(world, i)
        if chooses:
            count = by_provider(world, i, room)
            for c in range(count):
                room[c].weight = fared(world.ties[i, room[c].key % MOST_SLOTS])
            clock = world.clock[0]
            c = most_promising(room, count, clock.key, draws.BID, clock.period, i, 0)
            world.encounters[i].slot = room[c].key % MOST_SLOTS if c >= 0 else NOBODY


@inlined
def fared(tie):
    """Return the strength of going to a tie's provider."""
    return max(tie.pos + FIRST, 0.0)
