"""What happens to a market at a known time: section 4b of the page."""

from dataclasses import dataclass

import mesa

from sim import shocks
from sim.config import Market
from sim.draws import SHOCK, draw
from tests.reference.maths import evenly, share_of

MOST_FEE = 0.95


@dataclass
class Conditions:
    """What shocks may change for everybody while they last.

    Attributes
    ----------
    frequency, fee : float
        As in the market.
    price_level : float
        What firms that sell ask, as a share of what they would.
    """

    frequency: float
    fee: float
    price_level: float = 1.0


def usual(market: Market) -> Conditions:
    """Return the conditions without any shock."""
    return Conditions(market.customers.frequency, market.platform.fee)


class Happening:
    """One shock of one market.

    Attributes
    ----------
    hit : list
        The providers it closes, or who make no effort, from when it begins.
    """

    def __init__(self, model: mesa.Model, number: int, shock: shocks.Shock) -> None:
        self.model = model
        self.number = number
        self.shock = shock
        self.hit: list = []

    def act(self) -> None:
        """Begin, or go on, if it is time."""
        since = self.model.period - self.shock.period
        if since == 0:
            BEGIN.get(self.shock.kind, nothing)(self)
        if since >= 0 and (self.shock.duration == 0 or since < self.shock.duration):
            WHILE.get(self.shock.kind, nothing)(self)

    @property
    def luck(self) -> float:
        """Where the even choice begins."""
        return draw(self.model.key, SHOCK, self.shock.period, self.number, 0)[0]

    def choose(self, things: list) -> None:
        """Hit a share of somebody."""
        self.hit = evenly(things, share_of(len(things), self.shock.size), self.luck)


def nothing(happening: Happening) -> None:
    """Do nothing."""


# once


def hit_a_tier(happening: Happening) -> None:
    """Choose who fails or betrays."""
    happening.choose(happening.model.tier_called(happening.shock.tier).providers)


def hit_peers(happening: Happening) -> None:
    """Choose who has no licence."""
    happening.choose(happening.model.peers)


def need_jump(happening: Happening) -> None:
    """Let every customer need something else."""
    for customer in happening.model.people:
        customer.jump(happening.shock.size)


def privacy_breach(happening: Happening) -> None:
    """Let the data of all who consent get out; then all decide anew."""
    harm = happening.shock.size * (1 - 0.5 * happening.model.market.platform.data_rights)
    for customer in happening.model.people:
        customer.be_exposed(harm)
        customer.decide_on_data()


def new_entrant(happening: Happening) -> None:
    """Replace the smallest firm that sells by one that can do more, and let it be heard of."""
    model, shock = happening.model, happening.shock
    firm = min(model.firms, key=lambda firm: firm.load)
    model.replace([firm])
    firm.be_another()
    firm.edge = shock.size
    if shock.strategy:
        firm.follow(shock.strategy)
    firm.arrive()
    for customer in hearers(happening):
        customer.find(firm)


def hearers(happening: Happening) -> list:
    """Return the customers who hear of an entrant at once."""
    people = happening.model.people
    known = people if happening.shock.seeds == "random" else [person for person in people if person.influencer]
    return evenly(known, share_of(len(people), happening.shock.heard_by), happening.luck)


# while it lasts


def demand_fall(happening: Happening) -> None:
    """Let there be less need."""
    happening.model.now.frequency *= 1 - happening.shock.size


def close(happening: Happening) -> None:
    """Keep closed who is hit."""
    for provider in happening.hit:
        provider.shut = True


def betray(happening: Happening) -> None:
    """Have those who are hit make no effort."""
    for provider in happening.hit:
        provider.betrays = True


def price_war(happening: Happening) -> None:
    """Cut what firms that sell ask."""
    happening.model.now.price_level *= 1 - happening.shock.size


def fee_change(happening: Happening) -> None:
    """Raise or lower the fee."""
    now = happening.model.now
    now.fee = min(max(now.fee + happening.shock.size, 0.0), MOST_FEE)


def fee_cap(happening: Happening) -> None:
    """Limit the fee."""
    now = happening.model.now
    now.fee = min(now.fee, happening.shock.size)


BEGIN = {
    "supplier failure": hit_a_tier,
    "betrayal": hit_a_tier,
    "licence rule": hit_peers,
    "need jump": need_jump,
    "privacy breach": privacy_breach,
    "new entrant": new_entrant,
}
WHILE = {
    "demand fall": demand_fall,
    "supplier failure": close,
    "betrayal": betray,
    "licence rule": close,
    "price war": price_war,
    "fee change": fee_change,
    "fee cap": fee_cap,
}
