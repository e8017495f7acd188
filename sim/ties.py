"""The view on one tie: what a buyer and one of its providers are to each other."""

from dataclasses import dataclass
from typing import Any

from sim.fields import Field, Reputation, Words
from sim.records import NOBODY, ORIGINS
from sim.rules.offer import cost_on


@dataclass(frozen=True)
class Tie:
    """What a buyer and the provider in one of its slots are to each other, only to be read.

    Attributes
    ----------
    buyer, slot : Buyer, int
    origin : {"own search", "referral", "platform", "fixed"}
    tenure : int
        Encounters so far.
    trust, goodwill, skill, insight, known, cooperation : float
        In [0, 1], as in `sim.records.TIE`.
    value, expected, price : float
        EUR an encounter would be worth, EUR the buyer expects, EUR asked, this period.
    """

    buyer: Any
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
