"""Tastes: the standard offer, to customers whose value of it is linear in their first need.

V <- V*(1 - vertical + vertical*theta_1) - transport*|theta_1 - x_1|, and the same for the value expected: customers
know their own tastes. With needs spread evenly, value spread evenly (Spengler 1950, "Vertical integration and antitrust
policy", Journal of Political Economy 58) or a line on which everybody stands somewhere (Hotelling 1929, "Stability in
competition", Economic Journal 39). Firms that buy have no tastes. What skill and insight made of the value is
still reckoned without tastes.
"""

from sim.compiled import compiled
from sim.records import NOBODY
from sim.rules.offer import offer as standard_offer
from sim.state import World
from sim.variants.tastes import price_on, to_taste


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t."""
    standard_offer(world, t)
    if t == 0:
        _taste(world)


@compiled
def _taste(world):
    for i in range(world.market[0].customers):
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY:
                tie.value = to_taste(world, i, tie.provider, tie.value)
                tie.expected = to_taste(world, i, tie.provider, tie.expected)
                tie.price = price_on(world, tie)
