"""The period: ten rules, one file each, in the order of `SCHEDULE`.

Every rule takes the world, reads the state the rule before left, and does not depend on the order of
actors. `count` (sim.totals) measures the period before the last rule, adapt: what happened belongs to the
strategies that made it happen.

change first: the world moves on before anybody acts. meet before offer: only a known provider offers.
settle before learn and trust: both sides judge what was really paid. talk after trust: people pass on
what they now think. adapt last: strategies change between periods, never within one.
"""

from sim.compiled import compiled
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

SCHEDULE = (change, meet, offer, choose, deliver, settle, learn, trust, talk, adapt)


@compiled
def live(world):
    """Run a period up to what can be measured: `SCHEDULE` without adapt, in one compiled call."""
    world.clock[0].period += 1
    change(world)
    meet(world)
    offer(world)
    choose(world)
    deliver(world)
    settle(world)
    learn(world)
    trust(world)
    talk(world)


@compiled
def step(world):
    """Run one period: `SCHEDULE` in one compiled call."""
    live(world)
    adapt(world)
