"""Best: every buyer takes the best offer, or none where no offer is worth more than nothing; chance plays no part.

Rational choice with full attention, the limit of the logit for beta to infinity (McFadden 1974, "Conditional logit
analysis of qualitative choice behavior"): slot = argmax of U over the slots and the outside option U = 0. Only among
offers that are exactly equal does luck decide. `beta` plays no part.
"""

from sim.compiled import compiled, inlined
from sim.relations import buyers_of
from sim.rules.choose import MOST_SLOTS, by_provider, drawn, utility, wish
from sim.rules.offer import desk
from sim.state import World


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t."""
    _choose(world, t, desk(world))


@compiled
def _choose(world, t, room):
    for i in buyers_of(world, t):
        chooses, luck = wish(world, i)
        if chooses:
            world.encounters[i].slot = take_best(world, i, luck, room)


@inlined
def take_best(world, i, luck, room):
    """Return the slot of the best offer, NOBODY where the outside option is; equals have equal chances."""
    count, best = by_provider(world, i, room), 0.0
    for c in range(count):
        room[c].weight = utility(world, i, room[c].key % MOST_SLOTS)
        best = max(best, room[c].weight)
    outside = 1.0 * (best == 0.0)
    total = outside
    for c in range(count):
        room[c].weight = 1.0 * (room[c].weight == best)
        total += room[c].weight
    return drawn(room, count, outside, luck * total)
