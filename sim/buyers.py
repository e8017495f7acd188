"""Views on the rows that buy: customers, and what firms and departments have in common with them."""

from typing import Any

import mesa
import numpy as np

from sim.fields import EUROS, SHARE, Euros, Field, Needs, OfCurrentTie, Words
from sim.network import KINDS
from sim.records import NOBODY
from sim.ties import Tie


class Actor(mesa.Agent):
    """A participant of a market: the view on one row of `world.actors`.

    Attributes
    ----------
    model : ValueNetwork
    row, unique_id : int
        The row: peers first, then the other customers, firms, tiers above them, partners, couriers, the platform last.
    kind : {"customer", "peer", "firm", "partner", "platform", "department", "courier"}
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


class Buyer(Actor):
    """Who buys: a customer, or a firm or department that the tier above supplies. A firm that only sells has no ties.

    Attributes
    ----------
    needs : list of float
        In [0, 1]; settable.
    values, aspiration, recommends : float
        What it holds dear [0, 1]; EUR of gain per encounter taken for granted; smoothed satisfaction [0, 1]; settable.
    bought : int
        Encounters since arrival.
    trust, skill, insight : float
        Of the tie with the current provider [0, 1]; NaN before the first encounter.
    """

    needs = Needs("needs")
    values = Field("actors", limits=SHARE)
    aspiration = Field("actors", limits=EUROS)
    recommends = Field("actors", limits=SHARE)
    bought = Field("actors")
    trust = OfCurrentTie("ties")
    skill = OfCurrentTie("ties")
    insight = OfCurrentTie("ties")

    @property
    def buys(self) -> bool:
        """Whether this row buys at all."""
        return self.row < len(self.model.world.ties)

    @property
    def ties(self) -> list[Tie]:
        """Everything this buyer has with the providers it knows, one tie per filled slot."""
        known = self.model.world.ties["provider"][self.row] if self.buys else np.empty(0)
        return [Tie(self, slot) for slot in np.flatnonzero(known != NOBODY).tolist()]

    @property
    def providers(self) -> list[Any]:
        """The providers this buyer knows."""
        return [tie.provider for tie in self.ties]

    @property
    def current_tie(self) -> Tie | None:
        """The tie with the provider served by last; None before the first encounter."""
        slot = int(self.model.world.actors["current"][self.row]) if self.buys else NOBODY
        return None if slot == NOBODY else Tie(self, slot)

    @property
    def current_provider(self) -> Any:
        """The provider served by last; None before the first encounter."""
        tie = self.current_tie
        return tie.provider if tie else None

    @property
    def encounter(self) -> dict[str, Any] | None:
        """What happened this period (fields of `sim.records.ENCOUNTER`, EUR per unit, shares); None without a deal."""
        if not self.buys:
            return None
        record = self.model.world.encounters[self.row]
        return None if record["slot"] == NOBODY else dict(zip(record.dtype.names, record.item(), strict=True))

    def trust_in(self, provider: Any) -> float:
        """Return this buyer's trust in a provider, in [0, 1]; NaN for one it does not know."""
        return next((tie.trust for tie in self.ties if tie.provider is provider), float("nan"))

    def choose(self, offers: list[Tie]) -> Tie | None:
        """Decide, with a need, whose offer to take; None takes none. Here: what the compiled rule chose."""
        slot = int(self.model.world.encounters["slot"][self.row])
        return None if slot == NOBODY else Tie(self, slot)


class Customer(Buyer):
    """A buyer at the end of the chain.

    Attributes
    ----------
    consents, influencer, member : int
        1 if its data may be used; if among those with most friends; if it follows the platform; settable.
    gains : float
        EUR of value gained since the start of the run.
    data_trust : float
        In how data are used, in [0, 1].
    """

    consents = Field("actors", limits=SHARE)
    influencer = Field("actors", limits=SHARE)
    member = Field("actors", limits=SHARE)
    data_trust = Field("actors")
    gains = Field("actors")

    @property
    def friends(self) -> list["Customer"]:
        """The customers this one talks to."""
        start, end = self.model.world.friends_start[self.row : self.row + 2]
        return [self.model.agent(row) for row in self.model.world.friends[start:end].tolist()]
