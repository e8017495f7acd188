"""The period: ten rules, one file each, in the order of `SCHEDULE`; `happen` and `entry` belong to change and adapt.

Every rule takes the world, reads the state the rule before left, and does not depend on the order of
actors. `count` (sim.totals) measures the period before the last rule, adapt: what happened belongs to the
strategies that made it happen.

change first: the world moves on before anybody acts. meet before offer: only a known provider offers.
settle before learn and trust: both sides judge what was really paid. talk after trust: people pass on
what they now think. adapt last: strategies change between periods, never within one.

A rule consists of what one buyer does and what one provider does. `sim.period` runs the same pieces
buyer by buyer, which is faster and gives the same bits.
"""

from collections.abc import Callable, Iterator

from sim.rules.adapt import adapt
from sim.rules.change import change
from sim.rules.choose import choose
from sim.rules.deliver import deliver
from sim.rules.learn import learn
from sim.rules.meet import meet
from sim.rules.offer import offer
from sim.rules.settle import settle
from sim.rules.talk import talk
from sim.rules.trust import trust
from sim.state import World

BEFORE = (change, meet)
EXCHANGE = (offer, choose, deliver)  # each for the buyers of one tier, the highest tier first
AFTER = (settle, learn, trust, talk, adapt)
SCHEDULE = (*BEFORE, *EXCHANGE, *AFTER)


def in_order(world: World) -> Iterator[tuple[Callable, tuple]]:
    """Yield every rule of a period with what it is called with: the world, and for an exchange the tier."""
    yield from ((rule, (world,)) for rule in BEFORE)
    for tier in reversed(range(len(world.tiers))):
        yield from ((rule, (world, tier)) for rule in EXCHANGE)
    yield from ((rule, (world,)) for rule in AFTER)


def step(world: World) -> None:
    """Run one period, rule by rule, without measuring it."""
    world.clock["period"] += 1
    for rule, given in in_order(world):
        rule(*given)
