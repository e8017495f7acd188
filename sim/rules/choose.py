"""choose: every buyer with a need takes one of its providers, or none."""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import exp
from sim.records import BY_PLATFORM, NOBODY
from sim.relations import buyers_of, is_fixed
from sim.rules.offer import carried, desk
from sim.state import World

MOST_SLOTS = 32
NO_SLOT = 2**62  # comes after all


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t."""
    _choose(world, t, desk(world))


@compiled
def _choose(world, t, room):
    for i in buyers_of(world, t):
        decide(world, i, room)


@inlined
def decide(world, i, room):
    """Set the slot of buyer i's encounter, NOBODY for the outside option (U = 0) or without a need."""
    chooses, luck = wish(world, i)
    if chooses:
        world.encounters[i].slot = logit(world, i, luck, room)


@inlined
def wish(world, i):
    """Let buyer i have a need or none; return whether it chooses, and its draw for that.

    Who is served by a department has one tie, and does not choose: its slot is set here.
    """
    encounter = world.encounters[i]
    if is_fixed(world, i):
        encounter.wants = 1
        encounter.slot = NOBODY if is_shut(world, world.ties[i, 0]) else 0
        return False, 0.0
    need, luck, _, _ = draw(world.clock[0].key, draws.CHOOSE, world.clock[0].period, i, 0)
    encounter.wants = 1 if need < world.market[0].frequency or i >= world.market[0].customers else 0
    encounter.slot = NOBODY
    return encounter.wants == 1, luck


@compiled
def is_shut(world, tie):
    """Whether nobody can be served on this tie: its provider is closed, or no courier is there to deliver."""
    market = world.market[0]
    return world.terms[tie.provider].closed == 1 or (carried(market, tie) and market.carriers == 0)


@inlined
def utility(world, i, s):
    """Return U = (1 - risk*(1 - trust))*Vhat - price - switching*[s is not the current slot], in EUR."""
    market, tie = world.market[0], world.ties[i, s]
    u = (1.0 - market.risk * (1.0 - tie.trust)) * tie.expected - tie.price
    if tie.origin == BY_PLATFORM:
        u += market.customer_subsidy
    return u if s == world.actors[i].current else u - market.switching


@inlined
def logit(world, i, luck, room):
    """Return the slot chosen by a logit of intensity beta, from one uniform draw `luck`."""
    count = by_provider(world, i, room)
    best = 0.0
    for c in range(count):
        room[c].weight = utility(world, i, room[c].key % MOST_SLOTS)
        best = max(best, room[c].weight)
    return drawn_by_logit(room, count, world.market[0].beta, best, luck)


@inlined
def drawn_by_logit(room, count, beta, best, luck):
    """Return the slot that `luck` draws from `count` utilities and the outside option, U = 0; `best` is the highest."""
    outside = exp(-beta * best)
    total = weigh(room, count, beta, best, outside)
    return drawn(room, count, outside, luck * total)


@inlined
def weigh(room, count, beta, best, outside):
    """Turn `count` utilities into weights exp(beta*(U - best)); return their sum with that of the outside option."""
    total = outside
    for c in range(count):
        room[c].weight = exp(beta * (room[c].weight - best))
        total += room[c].weight
    return total


@inlined
def drawn(room, count, outside, left):
    """Return the slot in whose weight `left` falls, NOBODY where it is the outside option's.

    It runs through the outside option, then the providers by row: which slot a provider sits in makes no difference.
    """
    left -= outside
    if left < 0.0 or count == 0:
        return NOBODY
    for c in range(count - 1):
        left -= room[c].weight
        if left < 0.0:
            return room[c].key % MOST_SLOTS
    return room[count - 1].key % MOST_SLOTS


@inlined
def by_provider(world, i, room):
    """Put buyer i's slots with open providers into `room`, ascending by key = provider*32 + slot; return how many.

    (A sort without branches: which way it goes cannot be foreseen, and a wrong guess costs more than the work.)
    """
    count = 0
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        there = tie.provider != NOBODY and not is_shut(world, tie)
        key = tie.provider * MOST_SLOTS + s if there else NO_SLOT
        for place in range(s):
            key, room[place].key = max(key, room[place].key), min(key, room[place].key)
        room[s].key = key
        count += there
    return count
