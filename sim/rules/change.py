"""change: needs drift, insight ages, customers come and go."""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import NUMBERS, draw
from sim.maths import normal_quantile, reflect
from sim.relations import arrive
from sim.rules.happen import age_insight, happen, regain

TREND_PULL = 0.5  # drift of the common trend, in standard deviations of the individual drift


@compiled
def change(world):
    """Move every customer one period on."""
    turn_trend(world)
    happen(world)
    for i in range(world.market[0].customers):
        move_on(world, i)
    for i in range(len(world.ties)):
        outdate(world, i)


@inlined
def turn_trend(world):
    """Turn the common trend, +1 or -1 in each dimension, with probability `trend_flip`."""
    key, period = world.clock[0].key, world.clock[0].period
    for d in range(len(world.trend)):
        if draw(key, draws.TREND, period, d, 0)[0] < world.market[0].trend_flip:
            world.trend[d] = -world.trend[d]


@inlined
def move_on(world, i):
    """Let a newcomer take customer i's row with probability `turnover`; else let its needs drift.

    theta += drift*(normal + 0.5*trend), reflected into [0, 1].
    """
    key, period, drift = world.clock[0].key, world.clock[0].period, world.market[0].drift
    if world.market[0].breached:
        regain(world, i)
    four = draw(key, draws.CHANGE, period, i, 0)
    if four[0] < world.market[0].turnover:
        arrive(world, i)
    elif drift > 0.0:
        for d in range(len(world.trend)):
            n = d + 1
            if n % NUMBERS == 0:
                four = draw(key, draws.CHANGE, period, i, n // NUMBERS)
            step = normal_quantile(four[n % NUMBERS]) + TREND_PULL * world.trend[d]
            world.needs[i, d] = reflect(world.needs[i, d] + drift * step)


@inlined
def outdate(world, i):
    """Let what buyer i's providers understood of its needs age with their drift."""
    age_insight(world, i, world.market[0].drift)
