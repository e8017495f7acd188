"""Dispositions: buyers differ in whether they weigh trust and whether they are loyal.

Klos & Nooteboom 2001, "Agent-based computational transaction cost economics", J. Economic Dynamics & Control 25: a
buyer scores its partners by what they bring, by trust in them with a weight of its own, and the present partner by its
loyalty on top. Here U = (1 - risk*(1 - trust))*Vhat - price - switching*[s is not the current slot] as in the standard
rule, with risk = 0 for a buyer who does not weigh trust, and switching = 0 for one who is not loyal.
"""

from sim.compiled import compiled, inlined
from sim.relations import buyers_of
from sim.rules.choose import MOST_SLOTS, by_provider, drawn_by_logit, utility, wish
from sim.rules.offer import desk
from sim.state import World

TRUSTLESS, DISLOYAL = 1, 2  # a disposition is the sum of what holds: 0 = weighs trust and is loyal
DISPOSITIONS = 4


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t, NOBODY for the outside option or without a need."""
    _choose(world, t, desk(world))


@compiled
def _choose(world, t, room):
    for i in buyers_of(world, t):
        chooses, luck = wish(world, i)
        if chooses:
            world.encounters[i].slot = _logit(world, i, luck, room)


@inlined
def _logit(world, i, luck, room):
    """Return the slot chosen by a logit of intensity beta over the utilities as buyer i sees them."""
    count, best = by_provider(world, i, room), 0.0
    for c in range(count):
        room[c].weight = _seen_utility(world, i, room[c].key % MOST_SLOTS)
        best = max(best, room[c].weight)
    return drawn_by_logit(room, count, world.market[0].beta, best, luck)


@inlined
def _seen_utility(world, i, s):
    """Return U without what buyer i leaves out of account, in EUR."""
    market, tie, person = world.market[0], world.ties[i, s], world.actors[i]
    u = utility(world, i, s)
    if person.disposition & TRUSTLESS:
        u += market.risk * (1.0 - tie.trust) * tie.expected
    if person.disposition & DISLOYAL and s != person.current:
        u += market.switching
    return u
