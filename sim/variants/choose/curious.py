"""Curious: a buyer takes the best offer, but now and then tries any of its providers, to see.

The epsilon-greedy rule of learning by trial (Sutton & Barto 1998, "Reinforcement learning", 2.2): with probability
`search` any open provider a buyer knows, with equal chances; otherwise what the rule `best` takes. `beta` is not used.
"""

from sim import draws
from sim.compiled import compiled
from sim.draws import draw, pick
from sim.relations import buyers_of
from sim.rules.choose import MOST_SLOTS, by_provider, wish
from sim.rules.offer import desk
from sim.state import World
from sim.variants.choose.best import take_best


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t."""
    _choose(world, t, desk(world))


@compiled
def _choose(world, t, room):
    clock = world.clock[0]
    for i in buyers_of(world, t):
        chooses, luck = wish(world, i)
        if chooses:
            world.encounters[i].slot = take_best(world, i, luck, room)
            tries, which, _, _ = draw(clock.key, draws.DOUBT, clock.period, i, 0)
            count = by_provider(world, i, room)
            if tries < world.market[0].search and count > 0:
                world.encounters[i].slot = room[pick(which, count)].key % MOST_SLOTS
