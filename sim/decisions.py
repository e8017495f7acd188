"""How custom agents, written in plain Python, decide between the compiled rules."""

from collections.abc import Collection

from numpy.typing import NDArray

from sim.agents import Department, Provider
from sim.buyers import Actor, Buyer
from sim.fields import within
from sim.records import NOBODY
from sim.rules import in_order
from sim.rules.adapt import adapt
from sim.rules.choose import choose, is_shut
from sim.rules.offer import offer
from sim.state import World
from sim.ties import Tie
from sim.totals import count

HIGHEST_PRICE = 1e9  # EUR; the sum of many such prices still fits into an account


def advance_with(agents: Collection[Actor], world: World, totals: NDArray) -> None:
    """Run and count one period rule by rule; `agents` decide after a compiled rule has decided for them.

    All of them decide on the same state before any decision counts, so that their order does not matter.
    An agent that raises leaves the period half done: the world is of no use after that.
    """
    world.clock["period"] += 1
    for turn in in_order(world):
        if turn.rule is adapt:
            count(world, totals)
        turn.take()
        if turn.rule is offer:
            let_price(agents, *turn.given)
        elif turn.rule is choose:
            let_choose(agents, *turn.given)


def let_price(agents: Collection[Actor], world: World, tier: int) -> None:
    """Let the providers of a tier among the agents set the price of each of their ties; departments ask none."""
    tiers = world.actors["tier"]
    priced = [agent for agent in agents if isinstance(agent, Provider) and not isinstance(agent, Department)]
    sellers = [agent for agent in priced if tiers[agent.row] == tier]
    decided = [(tie.place, checked_price(seller, tie)) for seller in sellers for tie in seller.customer_ties]
    for place, price in decided:
        world.ties["price"][place] = price


def let_choose(agents: Collection[Actor], world: World, tier: int) -> None:
    """Let those with a need among the agents who buy from a tier choose."""
    rows = _buyers(world, tier)
    buying = [agent for agent in agents if isinstance(agent, Buyer) and agent.row in rows]
    buyers = [agent for agent in buying if world.encounters["wants"][agent.row]]
    decided = [(buyer.row, checked_slot(buyer)) for buyer in buyers]
    for row, slot in decided:
        world.encounters["slot"][row] = slot


def _buyers(world: World, tier: int) -> range:
    """Return the rows of those who choose among the providers of a tier: nobody chooses its own department."""
    if tier == 0:
        return range(int(world.market["customers"][0]))
    below = world.tiers[tier - 1]
    return range(0) if world.tiers["internal"][tier] else range(below["row"], below["row"] + below["firms"])


def checked_price(agent: Provider, tie: Tie) -> float:
    """Return the price an agent decides on, in EUR.

    Raises
    ------
    ValueError
        If it is not a number from 0 to `HIGHEST_PRICE`.
    """
    price = agent.price(tie)
    if not within(price, 0, HIGHEST_PRICE):
        raise ValueError(f"{agent!r}.price returned {price!r}: a price is a number of EUR from 0 to {HIGHEST_PRICE:g}")
    return price


def checked_slot(agent: Buyer) -> int:
    """Return the slot of the offer an agent decides on, or NOBODY; who is closed, or cannot be reached, offers nothing.

    Raises
    ------
    ValueError
        If it is neither one of its offers nor None.
    """
    world = agent.model.world
    offers = [tie for tie in agent.ties if not is_shut(world, world.ties[tie.place])]
    chosen = agent.choose(offers)
    if chosen is not None and chosen not in offers:
        raise ValueError(f"{agent!r}.choose returned {chosen!r}: it must return one of the offers, or None")
    return NOBODY if chosen is None else chosen.slot
