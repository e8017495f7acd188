"""Friends: customers deal with their friends on the social network who provide, and with nobody else.

As in games on networks: Nowak & May 1992, "Evolutionary games and spatial chaos", Nature 359; Chica, Chiong, Kirley &
Ishibuchi 2018, "A networked N-player trust game and its evolutionary dynamics", IEEE Transactions on Evolutionary
Computation 22. Own slots hold friends, from the first one on, as many as there are slots. The platform shows what it
would show; there is no search and no word of mouth. Firms and departments find their suppliers once and for all.
"""

from sim.compiled import compiled, inlined
from sim.records import FIXED, NOBODY
from sim.relations import empty, fill, own_slots, slot_of
from sim.rules.meet import refill, shop_window
from sim.state import World


def meet(world: World) -> None:
    """Let every customer know its friends."""
    _meet(world, *shop_window(world))


@compiled
def _meet(world, seen, best):
    for i in range(world.market[0].customers):
        if _has_others(world, i):
            _turn_to_friends(world, i)
    refill(world, seen, best)


@inlined
def _has_others(world, i):
    """Whether an own slot of customer i holds somebody who is not there for good."""
    for s in range(own_slots(world, i)):
        if world.ties[i, s].provider != NOBODY and world.ties[i, s].origin != FIXED:
            return True
    return False


@inlined
def _turn_to_friends(world, i):
    """Give all own slots of customer i that hold somebody else to friends who provide."""
    for s in range(own_slots(world, i)):
        if world.ties[i, s].origin != FIXED:
            empty(world.ties[i, s])
            if world.actors[i].current == s:
                world.actors[i].current = NOBODY
    slot = 0
    for place in range(world.friends_start[i], world.friends_start[i + 1]):
        friend = world.friends[place]
        while slot < own_slots(world, i) and world.ties[i, slot].provider != NOBODY:
            slot += 1
        if slot < own_slots(world, i) and friend < world.market[0].peers and slot_of(world, i, friend) == NOBODY:
            fill(world, world.ties[i, slot], friend, FIXED)
