"""Dispositions: buyers, too, copy what pays, in how they choose their providers (`choose_rule = "dispositions"`).

Klos & Nooteboom 2001, "Agent-based computational transaction cost economics", J. Economic Dynamics & Control 25: buyers
adapt the weight of trust and their loyalty by the profit they made. With probability `imitate` a customer compares its
gain per period, smoothed with 0.1, with that of a random other and copies its disposition with probability
logistic(selection*(other's - own)) (Szabo & Toke 1998); with probability `mutation`, and in the first period, it tries
a random one. Providers adapt as always, and customers who also provide keep their disposition: their profit is theirs.
"""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw, pick
from sim.maths import logistic
from sim.records import NOBODY
from sim.rules.adapt import PROFIT_RATE
from sim.rules.adapt import adapt as adapt_providers
from sim.rules.settle import gain
from sim.state import World
from sim.variants.choose.dispositions import DISPOSITIONS


def adapt(world: World) -> None:
    """Let providers adapt; then let every customer find its next disposition from everybody's present one."""
    adapt_providers(world)
    peers, customers = int(world.market["peers"][0]), int(world.market["customers"][0])
    following = world.actors["disposition"][:customers].copy()
    _reconsider(world, peers, following)
    world.actors["disposition"][:customers] = following


@compiled
def _reconsider(world, peers, following):
    """Smooth the gains of the customers who do not provide, then put their next dispositions into `following`."""
    for i in range(peers, len(following)):
        encounter, person = world.encounters[i], world.actors[i]
        gained = gain(encounter) if encounter.slot != NOBODY else 0.0
        person.profit += PROFIT_RATE * (gained - person.profit)
    for i in range(peers, len(following)):
        following[i] = _next_disposition(world, i, peers, len(following) - peers)


@inlined
def _next_disposition(world, i, first, count):
    """Return the disposition customer i will follow: copied from another of `count` customers, or tried at random."""
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    compares, whom, copies, tries = draw(key, draws.DISPOSITION, period, i, 0)
    disposition = world.actors[i].disposition
    if count > 1 and compares < market.imitate:
        other = world.actors[first + (i - first + 1 + pick(whom, count - 1)) % count]
        if copies < logistic(market.selection * (other.profit - world.actors[i].profit)):
            disposition = other.disposition
    if tries < market.mutation or period == 1:
        disposition = pick(draw(key, draws.DISPOSITION, period, i, 1)[0], DISPOSITIONS)
    return disposition
