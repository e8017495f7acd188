"""Agents: views on the rows of a world, in the words of the model.

An agent has no state of its own. Each attribute is looked up in the world's arrays when it is asked for,
so an agent can never disagree with the compiled rules, and a market of a million customers has no agents
until somebody looks. An agent is a *place* in the market: with turnover a newcomer takes the row.

A subclass may override one decision, `Customer.choose` or `Provider.price`, and take a row in a market
of compiled agents: `ValueNetwork(market, agents={row: MyCustomer})`.
"""

import numpy as np

from sim.buyers import Actor, Buyer, Customer
from sim.fields import ENCOUNTERS, SHARE, Field, Point, Reputation, StrategyName
from sim.network import COURIER, CUSTOMER, DEPARTMENT, FIRM, PARTNER, PEER, PLATFORM
from sim.ties import Tie


class Contributor(Actor):
    """What providers, partners and couriers have in common: they work by a strategy and earn.

    Attributes
    ----------
    strategy : str
        Name of the strategy it follows; settable.
    engagement : float
        Of its people, in [0, 1]; settable.
    load, served : int
        Encounters of the last period.
    revenue, margin, profit : float
        EUR of the last period; EUR per period, smoothed.
    effort, unit_cost : float
        Effective effort [0, 1] and EUR per encounter (off the platform), this period.
    pleased : float
        Mean satisfaction of last period's buyers, in [0, 1].
    """

    strategy = StrategyName("actors")
    engagement = Field("actors", limits=SHARE)
    load = Field("actors")
    profit = Field("actors")
    pleased = Field("actors")
    served = Field("tallies")
    revenue = Field("tallies")
    margin = Field("tallies")
    effort = Field("terms")
    unit_cost = Field("terms")


class Provider(Contributor):
    """What firms and peers have in common: they sell.

    Attributes
    ----------
    offering : list of float
        In [0, 1]; settable.
    values, capability : float
        What it holds dear and its quality, in [0, 1]; settable.
    capacity : int
        Encounters per period in full quality, 0 = no limit; settable.
    rating, mean_skill : float
        Public rating and mean skill of the ties served last, in [0, 1].
    """

    offering = Point("offerings")
    values = Field("actors", limits=SHARE)
    capability = Field("actors", limits=SHARE)
    capacity = Field("actors", limits=ENCOUNTERS)
    rating = Reputation("actors", "rating_pos", "rating_neg")
    mean_skill = Field("actors")

    @property
    def customer_ties(self) -> list[Tie]:
        """The ties of everybody who knows this provider."""
        buyers, slots = np.nonzero(self.model.world.ties["provider"] == self.row)
        return [Tie(self.model.agent(i), s) for i, s in zip(buyers.tolist(), slots.tolist(), strict=True)]

    @property
    def customers(self) -> list[Customer]:
        """The buyers whose current provider this is."""
        return [tie.buyer for tie in self.customer_ties if tie == tie.buyer.current_tie]

    def price(self, tie: Tie) -> float:
        """Decide the price of one tie this period, in EUR. Here: what the compiled rule asks."""
        return tie.price


class Firm(Buyer, Provider):
    """A firm: it sells to the tier below its own, and buys from the one above, if there is one.

    Attributes
    ----------
    tier : int
        0: it sells to the customers.
    """

    tier = Field("actors")

    @property
    def partners(self) -> list["Partner"]:
        """The partners that co-deliver with this firm."""
        place = self.row - int(self.model.world.market["customers"][0])
        count = int(self.model.world.actors["partners"][self.row])
        rows = self.model.world.alliances["provider"][place, :count].tolist() if count else []
        return [self.model.agent(row) for row in rows]


class Department(Firm):
    """A department of a firm: it serves the next one, or the firm's counter, at a price of 0."""


class Peer(Customer, Provider):
    """A customer who also provides.

    Attributes
    ----------
    takes_part : int
        1 if it provides; settable.
    """

    takes_part = Field("actors", limits=SHARE)


class Partner(Contributor):
    """Who co-delivers with firms for a share of their revenue."""

    @property
    def firms(self) -> list[Firm]:
        """The firms it works with."""
        first = int(self.model.world.market["customers"][0])
        places = np.nonzero(self.model.world.alliances["provider"] == self.row)[0]
        return [self.model.agent(first + place) for place in places.tolist()]

    @property
    def trust(self) -> float:
        """The mean trust of its firms in this partner, in [0, 1]."""
        alliances = self.model.world.alliances
        return float(alliances["trust"][alliances["provider"] == self.row].mean())


class Courier(Contributor):
    """Who carries what peers deliver through the platform.

    Attributes
    ----------
    takes_part : int
        1 if it delivers; settable.
    capability : float
        In [0, 1]; settable.
    """

    takes_part = Field("actors", limits=SHARE)
    capability = Field("actors", limits=SHARE)


class Platform(Actor):
    """The third party that fills choice sets with rated peers. A market without platform slots has none."""


VIEWS: dict[int, type[Actor]] = {
    CUSTOMER: Customer,
    PEER: Peer,
    FIRM: Firm,
    PARTNER: Partner,
    PLATFORM: Platform,
    DEPARTMENT: Department,
    COURIER: Courier,
}
