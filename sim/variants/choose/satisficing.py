"""Satisficing: a buyer stays with its provider as long as that is good enough, and only then looks at the others.

Simon 1956, "Rational choice and the structure of the environment", Psychological Review 63: the current provider is
taken again while what it offers, V - price, reaches the buyer's aspiration (which follows experience); otherwise the
standard logit decides among all, the outside option included.
"""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.choose import is_shut, logit, wish
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
            current = world.actors[i].current
            world.encounters[i].slot = current if _is_enough(world, i, current) else logit(world, i, luck, room)


@inlined
def _is_enough(world, i, s):
    """Whether what the provider in slot s offers reaches buyer i's aspiration."""
    if s == NOBODY:
        return False
    tie = world.ties[i, s]
    there = tie.provider != NOBODY and not is_shut(world, tie)
    return there and tie.expected - tie.price >= world.actors[i].aspiration
