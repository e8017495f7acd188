"""change: needs drift, insight ages, customers come and go."""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import NUMBERS, draw
from sim.maths import normal_quantile
from sim.relations import arrive

TREND_PULL = 0.5  # drift of the common trend, in standard deviations of the individual drift
AGEING = 3.0  # how much faster insight ages than needs drift
ANTICIPATION = 0.5  # share of that ageing which a consenting customer's data prevent


@compiled
def change(world):
    """Move every customer one period on.

    theta += drift*(normal + 0.5*trend), reflected into [0, 1]; the common trend (+1 or -1 per dimension)
    turns with probability `trend_flip`. insight *= 1 - 3*drift*(1 - 0.5*consents). With probability
    `turnover` a newcomer takes the row.
    """
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    for d in range(len(world.trend)):
        if draw(key, draws.TREND, period, d, 0)[0] < market.trend_flip:
            world.trend[d] = -world.trend[d]
    for i in range(len(world.ties)):
        four = draw(key, draws.CHANGE, period, i, 0)
        if four[0] < market.turnover:
            arrive(world, i)
        elif market.drift > 0.0:
            _drift(world, i, four)


@inlined
def _drift(world, i, four):
    """Move customer i's needs, and let what its providers understood of them age; `four` are its first draws."""
    key, period, drift = world.clock[0].key, world.clock[0].period, world.market[0].drift
    for d in range(len(world.trend)):
        if (d + 1) % NUMBERS == 0:
            four = draw(key, draws.CHANGE, period, i, (d + 1) // NUMBERS)
        step = normal_quantile(four[(d + 1) % NUMBERS]) + TREND_PULL * world.trend[d]
        world.needs[i, d] = reflect(world.needs[i, d] + drift * step)
    kept = 1.0 - AGEING * drift * (1.0 - ANTICIPATION * world.actors[i].consents)
    for s in range(world.ties.shape[1]):
        world.ties[i, s].insight *= kept


@compiled
def reflect(x):
    """Return x mirrored at 0 and 1 until it lies between them."""
    x = abs(x) % 2.0
    return 2.0 - x if x > 1.0 else x
