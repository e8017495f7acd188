"""Stock: who comes when a firm has sold what it ordered goes without.

The lost sales of the newsvendor (Arrow, Harris & Marschak 1951, "Optimal inventory policy", Econometrica 19). Buyers
choose by the standard rule; then each firm that sells serves those who chose it in a random order until the volume it
was supplied with is gone. Firms without suppliers, peers, and firms supplied by their own departments never run out.
"""

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.compiled import compiled
from sim.draws import draw
from sim.records import NOBODY
from sim.rules.choose import choose as standard_choose
from sim.state import World

WITHOUT_END = 2**62


def choose(world: World, t: int = 0) -> None:
    """Set the slot of the encounter of each buyer of tier t."""
    standard_choose(world, t)
    if t == 0 and len(world.tiers) > 1 and not world.tiers["internal"][1]:
        _sell_out(world)


def _sell_out(world: World) -> None:
    """Let those who come too late go without."""
    slots = world.encounters["slot"][: int(world.market["customers"][0])]
    takers = np.flatnonzero(slots != NOBODY)
    providers = world.ties["provider"][takers, slots[takers]]
    luck = np.zeros(len(takers))
    _queue(world, takers, luck)
    order = np.lexsort((luck, providers))
    first = np.searchsorted(providers[order], providers[order])  # where the queue of each one's provider begins
    late = np.arange(len(order)) - first >= in_stock(world)[providers[order]]
    slots[takers[order[late]]] = NOBODY


def in_stock(world: World) -> NDArray:
    """Return what each actor can sell, by row."""
    stock = np.full(len(world.actors), WITHOUT_END)
    tier = world.tiers[0]
    rows = np.arange(tier["row"], tier["row"] + tier["firms"])
    supplied = rows[world.encounters["slot"][rows] != NOBODY]
    stock[supplied] = world.encounters["volume"][supplied]
    return stock


@compiled
def _queue(world, takers, luck):
    """Draw each taker's place in the queue."""
    for n in range(len(takers)):
        luck[n] = draw(world.clock[0].key, draws.QUEUE, world.clock[0].period, takers[n], 0)[0]
