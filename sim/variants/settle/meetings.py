"""Many meetings: a period stands for several meetings of every customer, and all of them are paid.

As in evolutionary games, where people play many rounds before they think again: Chica, Chiong, Adam & Teubner 2019,
Scientific Reports 9:19789. A customer who dealt with somebody meets `meetings` - 1 times more, each time anybody of
those it knows who are open, on the terms asked this period and directly: without platform, partners, or incidents.
The encounter's record then holds the sums of all meetings, under the name of the first.
"""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import NUMBERS, draw, pick
from sim.money import CENTS, cents
from sim.records import NOBODY
from sim.rules.choose import is_shut
from sim.rules.offer import cost_on, desk
from sim.rules.settle import settle as settle_first
from sim.state import World


def settle(world: World) -> None:
    """Pay the first meeting of everybody, then the others."""
    settle_first(world)
    _meet_again(world, desk(world))


@compiled
def _meet_again(world, room):
    for i in range(world.market[0].customers):
        if world.encounters[i].slot != NOBODY:
            count = _open_to(world, i, room)
            if count > 0:
                _draw_meetings(world, i, room, count)
            for c in range(count):
                if room[c].weight > 0.0:
                    _pay(world, i, world.ties[i, room[c].key], int(room[c].weight))


@inlined
def _open_to(world, i, room):
    """Put customer i's slots with open providers into `room`; return how many."""
    count = 0
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY and not is_shut(world, tie):
            room[count].key, room[count].weight = s, 0.0
            count += 1
    return count


@inlined
def _draw_meetings(world, i, room, count):
    """Count how often customer i meets whom of the first `count` in `room`."""
    key, period = world.clock[0].key, world.clock[0].period
    four = draw(key, draws.MEETINGS, period, i, 0)
    for n in range(world.market[0].meetings - 1):
        if n > 0 and n % NUMBERS == 0:
            four = draw(key, draws.MEETINGS, period, i, n // NUMBERS)
        room[pick(four[n % NUMBERS], count)].weight += 1.0


@inlined
def _pay(world, i, tie, times):
    """Let customer i pay for some more meetings on a tie."""
    person, provider, encounter = world.actors[i], world.actors[tie.provider], world.encounters[i]
    tally, price, cost = world.tallies[tie.provider], cents(tie.price), cents(cost_on(world, tie))
    person.cash -= times * price
    person.gains += times * (tie.value - price / CENTS)
    provider.cash += times * (price - cost)
    world.clock[0].outside += times * cost
    tally.revenue += times * price / CENTS
    tally.margin += times * (price - cost) / CENTS
    encounter.value += times * tie.value
    encounter.price += times * price / CENTS
    encounter.cost += times * cost / CENTS
    encounter.margin += times * (price - cost) / CENTS
