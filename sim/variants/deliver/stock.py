"""Stock: a provider brings as much as was asked of it the period before; who comes too late gets nothing.

Weisbuch, Kirman & Herreiner 2000, "Market organisation and trading relationships", Economic Journal 110: buyers come in
an order drawn by chance, and capacity = max(number who asked in the last period, 1). In the first period it is what the
market says (`firm_capacity`, `peer_capacity`; 0 = enough for all). Departments serve whom they belong to.
"""

import numpy as np

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.records import NOBODY
from sim.relations import buyers_of
from sim.rules.deliver import receive
from sim.state import World


def deliver(world: World, t: int = 0) -> None:
    """Let the encounters of the buyers of tier t happen, one after the other, as long as there is something left."""
    luck = np.zeros(len(world.ties))
    _draw_luck(world, luck)
    _serve(world, t, np.argsort(luck, kind="stable"), *np.zeros((2, len(world.actors)), np.int64))


@compiled
def _draw_luck(world, luck):
    for i in range(len(luck)):
        luck[i] = draw(world.clock[0].key, draws.QUEUE, world.clock[0].period, i, 0)[0]


@compiled
def _serve(world, t, order, asked, sold):
    """Serve the buyers of tier t in this order; note in `asked` and `sold`, by row, how many came and were served."""
    buyers, tier = buyers_of(world, t), world.tiers[t]
    for i in order:
        if buyers.start <= i < buyers.stop:
            _buy(world, i, asked, sold)
            receive(world, i)
    for n in range(tier.place, tier.place + tier.providers):
        if not tier.internal:
            world.actors[world.providers[n]].capacity = max(asked[world.providers[n]], 1)


@inlined
def _buy(world, i, asked, sold):
    """Let buyer i ask its provider; without success it has no encounter."""
    slot = world.encounters[i].slot
    if slot == NOBODY:
        return
    j = world.ties[i, slot].provider
    stock = world.actors[j].capacity
    asked[j] += 1
    if stock == 0 or sold[j] < stock:
        sold[j] += 1
    else:
        world.encounters[i].slot = NOBODY
