"""The period: ten rules, one file each, in the order of `SCHEDULE`; `happen` and `entry` belong to change and adapt.

Every rule takes the world, reads the state the rule before left, and does not depend on the order of
actors. `count` (sim.totals) measures the period before the last rule, adapt: what happened belongs to the
strategies that made it happen.

change first: the world moves on before anybody acts. meet before offer: only a known provider offers.
settle before learn and trust: both sides judge what was really paid. talk after trust: people pass on
what they now think. adapt last: strategies change between periods, never within one.

A rule consists of what one buyer does and what one provider does. `sim.period` runs the same pieces
buyer by buyer, which is faster and gives the same bits. A market may name another rule in place of one of
these (`sim.rulebook`); it then runs rule by rule.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.rulebook import STANDARD, field_of, variant
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


class Turn(NamedTuple):
    """One rule's turn in a period: its standard rule, the one this world has, and what that is called with."""

    rule: Callable
    own: Callable
    given: tuple

    def take(self) -> None:
        """Let the rule act."""
        self.own(*self.given)


def in_order(world: World) -> Iterator[Turn]:
    """Yield the turn of every rule of a period: it is given the world, and for an exchange the tier."""
    own = {rule: own_rule(world, rule) for rule in SCHEDULE}
    yield from (Turn(rule, own[rule], (world,)) for rule in BEFORE)
    for tier in reversed(range(len(world.tiers))):
        yield from (Turn(rule, own[rule], (world, tier)) for rule in EXCHANGE)
    yield from (Turn(rule, own[rule], (world,)) for rule in AFTER)


def own_rule(world: World, rule: Callable) -> Callable:
    """Return the rule a world has in place of a standard one: mostly that itself."""
    name = str(world.rules[field_of(rule.__name__)][0], "ascii")
    return rule if name == STANDARD else variant(rule.__name__, name)


def all_standard(world: World) -> bool:
    """Whether a world has the standard rule at every place."""
    return all(name == STANDARD.encode() for name in world.rules[0].tolist())


def step(world: World) -> None:
    """Run one period, rule by rule, without measuring it."""
    world.clock["period"] += 1
    for turn in in_order(world):
        turn.take()
