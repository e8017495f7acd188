"""Agents: views on the rows of a world, in the words of the model.

An agent has no state of its own. Each attribute is looked up in the world's arrays when it is asked for,
so an agent can never disagree with the compiled rules, and a market of a million customers has no agents
until somebody looks. An agent is a *place* in the market: with turnover a newcomer takes the row.

A subclass may override one decision, `Customer.choose` or `Provider.price`, and take a row in a market
of compiled agents: `ValueNetwork(market, agents={row: MyCustomer})`.
"""

from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np

from sim.fields import ENCOUNTERS, EUROS, SHARE, Euros, Field, OfCurrentTie, Point, Reputation, StrategyName, Words
from sim.network import CUSTOMER, FIRM, KINDS, PARTNER, PEER, PLATFORM
from sim.records import NOBODY, ORIGINS
from sim.rules.offer import cost_on


class Actor(mesa.Agent):
    """A participant of a market: the view on one row of `world.actors`.

    Attributes
    ----------
    model : ValueNetwork
    row, unique_id : int
        The row: peers first, then the other customers, firms, partners, and the platform last.
    kind : {"customer", "peer", "firm", "partner", "platform"}
    cash : float
        EUR, to the cent; `cents` is the same as a whole number.
    """

    kind = Words("actors", KINDS)
    cents = Field("actors", "cash")
    cash = Euros("actors", "cash")

    def __init__(self, model: Any, row: int) -> None:
        # Not Mesa's own: it would register the view with the model, and Mesa 3.3 would never let the model go.
        self.model, self.row, self.pos = model, row, None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"

    @property
    def place(self) -> int:
        """Where this view's fields are: the row."""
        return self.row

    @property
    def unique_id(self) -> int:
        """The row: `model.agents[agent.unique_id] is agent`."""
        return self.row

    @property
    def name(self) -> str:
        """The participant's name in an imported network, else its kind and row."""
        network = self.model.network
        return network.names[self.row] if network and self.row < len(network.names) else f"{self.kind} {self.row}"

    def remove(self) -> None:
        """Refuse: who leaves a market leaves its row to a newcomer (`turnover`, bankruptcy)."""
        raise TypeError(f"{self!r} cannot be removed: an agent is a place in the market")


class Customer(Actor):
    """A buyer.

    Attributes
    ----------
    needs : list of float
        In [0, 1]; settable.
    values, consents, influencer : float, int, int
        What it holds dear [0, 1]; 1 if its data may be used; 1 if among those with most friends; settable.
    aspiration : float
        EUR of gain per encounter taken for granted; settable.
    recommends : float
        Smoothed satisfaction [0, 1]; settable.
    bought, gains : int, float
        Encounters since arrival; EUR of value gained since the start of the run.
    trust, skill, insight : float
        Of the tie with the current provider [0, 1]; NaN before the first encounter.
    """

    needs = Point("needs")
    values = Field("actors", limits=SHARE)
    consents = Field("actors", limits=SHARE)
    influencer = Field("actors", limits=SHARE)
    aspiration = Field("actors", limits=EUROS)
    recommends = Field("actors", limits=SHARE)
    bought = Field("actors")
    gains = Field("actors")
    trust = OfCurrentTie("ties")
    skill = OfCurrentTie("ties")
    insight = OfCurrentTie("ties")

    @property
    def ties(self) -> list["Tie"]:
        """Everything this buyer has with the providers it knows, one tie per filled slot."""
        known = self.model.world.ties["provider"][self.row]
        return [Tie(self, slot) for slot in np.flatnonzero(known != NOBODY).tolist()]

    @property
    def providers(self) -> list["Provider"]:
        """The providers this buyer knows."""
        return [tie.provider for tie in self.ties]

    @property
    def current_tie(self) -> "Tie | None":
        """The tie with the provider served by last; None before the first encounter."""
        slot = int(self.model.world.actors["current"][self.row])
        return None if slot == NOBODY else Tie(self, slot)

    @property
    def current_provider(self) -> "Provider | None":
        """The provider served by last; None before the first encounter."""
        tie = self.current_tie
        return tie.provider if tie else None

    @property
    def friends(self) -> list["Customer"]:
        """The customers this one talks to."""
        start, end = self.model.world.friends_start[self.row : self.row + 2]
        return [self.model.agent(row) for row in self.model.world.friends[start:end].tolist()]

    @property
    def encounter(self) -> dict[str, Any] | None:
        """What happened this period (fields of `sim.state.ENCOUNTER`, EUR and shares); None without a deal."""
        record = self.model.world.encounters[self.row]
        return None if record["slot"] == NOBODY else dict(zip(record.dtype.names, record.item(), strict=True))

    def trust_in(self, provider: "Provider") -> float:
        """Return this buyer's trust in a provider, in [0, 1]; NaN for one it does not know."""
        return next((tie.trust for tie in self.ties if tie.provider is provider), float("nan"))

    def choose(self, offers: list["Tie"]) -> "Tie | None":
        """Decide, with a need, whose offer to take; None takes none. Here: what the compiled rule chose."""
        slot = int(self.model.world.encounters["slot"][self.row])
        return None if slot == NOBODY else Tie(self, slot)


class Contributor(Actor):
    """What providers and partners have in common: they work by a strategy and earn.

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
    def customer_ties(self) -> list["Tie"]:
        """The ties of everybody who knows this provider."""
        buyers, slots = np.nonzero(self.model.world.ties["provider"] == self.row)
        return [Tie(self.model.agent(i), s) for i, s in zip(buyers.tolist(), slots.tolist(), strict=True)]

    @property
    def customers(self) -> list[Customer]:
        """The buyers whose current provider this is."""
        return [tie.buyer for tie in self.customer_ties if tie == tie.buyer.current_tie]

    def price(self, tie: "Tie") -> float:
        """Decide the price of one tie this period, in EUR. Here: what the compiled rule asks."""
        return tie.price


class Firm(Provider):
    """A provider that only provides."""

    @property
    def partner(self) -> "Partner | None":
        """The partner that co-delivers with this firm; None without one."""
        row = int(self.model.world.actors["ally"][self.row])
        return None if row == NOBODY else self.model.agent(row)  # type: ignore[no-any-return]


class Peer(Customer, Provider):
    """A customer who also provides."""


class Partner(Contributor):
    """Who co-delivers with one firm for a share of its revenue."""

    @property
    def firm(self) -> Firm:
        """The firm it works with."""
        return self.model.agent(int(self.model.world.actors["ally"][self.row]))  # type: ignore[no-any-return]

    @property
    def trust(self) -> float:
        """The firm's trust in this partner, in [0, 1]."""
        alliances = self.model.world.alliances
        return float(alliances["trust"][self.row - alliances["provider"][0]])


class Platform(Actor):
    """The third party that fills choice sets with rated peers. A market without platform slots has none."""


@dataclass(frozen=True)
class Tie:
    """What a buyer and the provider in one of its slots are to each other, only to be read.

    Attributes
    ----------
    buyer, slot : Customer, int
    origin : {"own search", "referral", "platform", "fixed"}
    tenure : int
        Encounters so far.
    trust, goodwill, skill, insight, known, cooperation : float
        In [0, 1], as in `sim.state.TIE`.
    value, expected, price : float
        EUR an encounter would be worth, EUR the buyer expects, EUR asked, this period.
    """

    buyer: Customer
    slot: int
    origin = Words("ties", ORIGINS)
    tenure = Field("ties")
    trust = Field("ties")
    goodwill = Reputation("ties", "gpos", "gneg")
    skill = Field("ties")
    insight = Field("ties")
    known = Field("ties")
    cooperation = Field("ties")
    value = Field("ties")
    expected = Field("ties")
    price = Field("ties")

    @property
    def model(self) -> Any:
        """The model this tie lives in."""
        return self.buyer.model

    @property
    def place(self) -> tuple[int, int]:
        """Where this view's fields are: the buyer's row and the slot."""
        return self.buyer.row, self.slot

    @property
    def provider(self) -> Any:
        """The provider; None when the slot has been emptied since."""
        row = int(self.model.world.ties["provider"][self.place])
        return None if row == NOBODY else self.model.agent(row)

    @property
    def cost(self) -> float:
        """EUR a delivery on this tie costs the provider, this period."""
        return float(cost_on(self.model.world, self.model.world.ties[self.place]))


VIEWS: dict[int, type[Actor]] = {CUSTOMER: Customer, PEER: Peer, FIRM: Firm, PARTNER: Partner, PLATFORM: Platform}
