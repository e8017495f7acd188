"""Trial: firms learn their mark-up by trying a little less and a little more, and move toward what earned more.

After Cyert & March 1963, "A behavioral theory of the firm" (search near what one does), as hill climbing on one's own
profit. With d = trial_step the followers of a strategy add (1 - d) of their mark-up for some periods, (1 + d) of it for
as many, and compare what they earned together in the later part of each:

    markup <- markup*(1 + x),   x = (profit(more) - profit(less))/(profit(more) + profit(less))/(2*d) within [-0.5, 0.5]

which leads to the top at once where demand is linear, and upward elsewhere. Each half of a trial lasts
trial_length**t periods, t the highest tier in which the strategy is followed, so that those who buy can answer a price
before it is judged. What is learned stands in the world's strategies; a provider's profit holds what more has earned
it above less. Nobody imitates, goes bankrupt or joins.
"""

from sim.compiled import compiled, inlined
from sim.maths import clip
from sim.records import NOBODY

HIGHEST_MARKUP = 10.0
FOR_GOOD = 2**40  # periods: longer than any run
FARTHEST = 0.5  # share by which one trial may change a mark-up


@compiled
def adapt(world):
    """Let every strategy note what it earns, and go on at the end of each half of a trial."""
    period = world.clock[0].period
    for s in range(len(world.strategies)):
        tier = _highest_tier(world, s)
        if tier != NOBODY:
            lasts = 1
            for _ in range(tier):
                lasts = min(lasts * world.market[0].trial_length, FOR_GOOD)
            half = (period - 1) // lasts
            if half > 0 and 2 * ((period - 1) % lasts + 1) > lasts:
                _note(world, s, 1.0 if half % 2 == 0 else -1.0)
            if period % lasts == 0:
                _turn(world, s, half, lasts - lasts // 2)


@inlined
def _highest_tier(world, s):
    highest = NOBODY
    for j in world.providers:
        if world.actors[j].strategy == s:
            highest = max(highest, world.actors[j].tier)
    return highest


@inlined
def _note(world, s, sign):
    """Note what the followers of strategy s earn this period."""
    for j in world.providers:
        if world.actors[j].strategy == s:
            world.actors[j].profit += sign * world.tallies[j].margin


@inlined
def _turn(world, s, half, counted):
    """End a half, of which so many periods were counted: half 0 as it was, then less (odd) and more (even) in turn."""
    strategy, step = world.strategies[s], world.market[0].trial_step
    factor = 1.0 - step
    if half % 2 == 1:
        factor = (1.0 + step) / (1.0 - step)
    elif half > 0:
        factor *= (1.0 + _move(world, s, counted, step)) / (1.0 + step)
    strategy.markup = clip(strategy.markup * factor, -1.0, HIGHEST_MARKUP)


@inlined
def _move(world, s, counted, step):
    """Return the share by which strategy s changes its mark-up after a trial, and forget what was noted."""
    gained = now = 0.0
    for j in world.providers:
        if world.actors[j].strategy == s:
            gained += world.actors[j].profit / counted
            now += world.tallies[j].margin
            world.actors[j].profit = 0.0
    both = max(abs(2.0 * now - gained), abs(gained))
    return clip(gained / (2.0 * step * both), -FARTHEST, FARTHEST) if both > 0.0 and step > 0.0 else 0.0
