"""Those at the end of the chain: the customers."""

import mesa

from sim.draws import CHANGE, NEED, PERSON
from tests.reference.buyers import Buyer
from tests.reference.maths import normal, reflect
from tests.reference.tie import Tie


class Customer(Buyer):
    """A buyer for itself: its needs wander, it has friends, and a platform may show it providers.

    Attributes
    ----------
    data_trust : float
        Trust in the use of data, in [0, 1]; below 1 after a breach.
    member : bool
        Whether it takes part in the platform.
    window : float
        Euros per period gained through the platform, smoothed.
    """

    def __init__(self, model: mesa.Model, row: int, **role: object) -> None:
        super().__init__(model, row, **role)
        self.data_trust = 1.0
        self.member = True
        self.window = 0.0
        self.influencer = False
        self.be_new()

    def be_new(self) -> None:
        """Start with needs, values and consent of one's own, and no experience."""
        self.values, self.reserve, *_ = self.luck(PERSON)
        self.decide_on_data()
        self.needs = self.model.draws(NEED, self.row, self.model.market.exchange.dimensions)
        self.begin()

    @property
    def own_slots(self) -> int:
        """Number of slots the customer fills itself: those the platform leaves."""
        return self.model.market.customers.slots - self.model.market.platform.platform_slots

    @property
    def squeezes(self) -> float:
        """Share of a provider's margin that is not paid."""
        return self.model.market.customers.command

    @property
    def units(self) -> int:
        """How much it takes in one encounter."""
        return 1

    @property
    def end_customers(self) -> list["Customer"]:
        """Those for whom it buys."""
        return [self]

    def has_need(self, luck: float) -> bool:
        """Return whether it wants to buy this period."""
        return luck < self.model.now.frequency

    # change

    def recover(self) -> None:
        """Forgive a breach, a little every period."""
        pace = 0.02 * (1 + 4 * self.model.market.platform.data_rights)
        self.data_trust += pace * (1 - self.data_trust)
        self.decide_on_data()

    def decide_on_data(self) -> None:
        """Let one's data be used, or not."""
        self.consents = self.reserve < self.model.market.customers.consent * self.data_trust

    def change(self) -> None:
        """Drift, or make way for a newcomer."""
        leaves, *moves = self.model.draws(CHANGE, self.row, 1 + len(self.needs))
        if leaves < self.model.market.customers.turnover:
            self.be_new()
            self.arrive()
        else:
            self.drift(moves)
            self.age()

    def drift(self, moves: list[float]) -> None:
        """Let the needs wander with the common trend."""
        drift = self.model.market.customers.drift
        self.needs = [
            reflect(need + drift * (normal(move) + 0.5 * trend))
            for need, move, trend in zip(self.needs, moves, self.model.trend, strict=True)
        ]

    # what shocks do

    def jump(self, size: float) -> None:
        """Need something else at once; what was understood is no longer true."""
        self.needs = [reflect(need + size * trend) for need, trend in zip(self.needs, self.model.trend, strict=True)]
        kept = max(1 - 3 * size * (1 - 0.5 * self.consents), 0.0)
        for tie in self.ties:
            tie.insight *= kept

    def be_exposed(self, harm: float) -> None:
        """Learn that one's data got out."""
        if not self.consents:
            return
        for tie in self.exposing:
            tie.neg += 10 * harm
        self.data_trust *= 1 - harm

    @property
    def exposing(self) -> list[Tie]:
        """The ties whose data a breach touches: the platform's, all where there is none."""
        if not self.model.market.platform.platform_slots:
            return self.ties
        return [tie for tie in self.ties if tie.mediated]

    # taking part

    def look_back(self) -> None:
        """Smooth what the platform brought into the memory of it."""
        through = self.encounter.gain if self.encounter and self.encounter.mediated else 0.0
        self.window += 0.1 * (through - self.window)
