"""Firms of every tier, the departments inside them, and the partners who work with those that sell."""

import math

import mesa

from sim.draws import ENTRANT, NEED, OFFERING, PERSON, pick
from tests.reference.buyers import Buyer
from tests.reference.customers import Customer
from tests.reference.maths import cents, mean, part_of
from tests.reference.providers import Provider, mean_need
from tests.reference.strategists import Strategist, worth
from tests.reference.tie import Encounter, Evidence, Tie


class Firm(Buyer, Provider):
    """A provider that does nothing else. It buys its inputs from the tier above its own, if there is one."""

    def __init__(self, model: mesa.Model, row: int, **role: object) -> None:
        super().__init__(model, row, **role)
        self.needs = self.model.draws(NEED, row, self.model.market.exchange.dimensions)
        self.begin()

    def room(self, luck: float) -> int:
        """Return the capacity: no limit."""
        return 0

    # as a buyer

    @property
    def own_slots(self) -> int:
        """Number of providers it can know: its own department, or firms of the tier above."""
        if self.source is None:
            return 0
        return 1 if self.fixed else min(self.source.terms.known, self.model.market.customers.slots)

    @property
    def units(self) -> int:
        """How much it takes in one encounter: what it sold itself."""
        return self.sold

    def has_need(self, luck: float) -> bool:
        """Return whether it wants to buy this period: always."""
        return True

    def choose(self) -> None:
        """Take what the own department delivers, or choose in the market."""
        if not self.fixed:
            super().choose()
            return
        tie = self.own[0]
        self.encounter = Encounter(tie) if self.may_take(tie) else None

    @property
    def end_customers(self) -> list[Customer]:
        """Those for whom it buys in the end: the customers of all its buyers."""
        return [customer for encounter in self.served for customer in encounter.tie.buyer.end_customers]

    # as a provider

    @property
    def work(self) -> float:
        """Share of the work of a delivery that is done in its tier."""
        return self.tier.work

    @property
    def support(self) -> float:
        """What inputs make of the value."""
        if self.source is None:
            return 1.0
        return self.source.support(self.encounter.value if self.encounter else 0.0)

    @property
    def inputs(self) -> int:
        """What inputs cost, in cents per unit."""
        return sum(self.encounter.tie.provider.charge(self.encounter)) if self.encounter else 0

    def learn(self) -> None:
        """Develop; from now on it needs what it understood its buyers to need."""
        wish = self.understood_need()
        super().learn()
        if self.source and wish:
            self.needs = wish

    def guides(self, wish: list[float] | None) -> list[tuple[float, list[float] | None]]:
        """Return what the offering follows: the needs of the buyers, and above tier 0 of the end customers."""
        if self.tier.number == 0:
            return super().guides(wish)
        focus = self.knobs.end_user_focus
        ends = mean_need([(1.0, customer.needs) for customer in self.end_customers])
        return [(1 - focus, wish), (focus, ends)]

    # adapt

    @property
    def bankrupt(self) -> bool:
        """Whether the debt is above the credit."""
        return self.cash < -100 * self.model.market.competition.credit

    def inherit(self, survivors: list["Firm"]) -> None:
        """Copy the strategy of a survivor."""
        if survivors:
            self.follow(survivors[pick(self.luck(ENTRANT)[1], len(survivors))].strategy)

    def make_way(self) -> None:
        """Give the row to an entrant without a history."""
        self.model.outside += self.cash
        self.cash = 0
        self.start()
        self.begin()

    def be_another(self) -> None:
        """Hold other things dear, offer and need something else."""
        dimensions = self.model.market.exchange.dimensions
        self.values, _, quality, _ = self.luck(PERSON)
        self.capability = 0.7 + 0.3 * quality
        self.offering = self.model.draws(OFFERING, self.row, dimensions)
        if self.source:
            self.needs = self.model.draws(NEED, self.row, dimensions)


class Seller(Firm):
    """A firm that sells to the customers; it may have partners."""

    def __init__(self, model: mesa.Model, row: int, **role: object) -> None:
        super().__init__(model, row, **role)
        self.alliances: list[Alliance] = []

    def room(self, luck: float) -> int:
        """Return the capacity, the same for all."""
        return self.model.market.providers.firm_capacity

    @property
    def price_level(self) -> float:
        """What is left of prices in a price war."""
        return self.model.now.price_level

    @property
    def passes_on(self) -> float:
        """Share of the price that goes to partners."""
        return len(self.alliances) * self.model.market.partners.revenue_share

    @property
    def joint_factor(self) -> float:
        """What its partners make of the value."""
        return math.prod(alliance.factor for alliance in self.alliances)

    def prepare(self) -> None:
        """Work out what is the same for all buyers this period."""
        super().prepare()
        for alliance in self.alliances:
            alliance.kept = 0

    def share_out(self, encounter: Encounter) -> None:
        """Pass on what partners get."""
        for alliance in self.alliances:
            alliance.share_in(encounter)

    def judge_partners(self) -> None:
        """Judge the partners by the customers' satisfaction; they judge the firm by their own margin."""
        if self.served:
            satisfaction = mean(encounter.satisfaction for encounter in self.served)
            for alliance in self.alliances:
                alliance.judge(satisfaction, len(self.served))

    def make_way(self) -> None:
        """Give the row to an entrant without a history."""
        super().make_way()
        for alliance in self.alliances:
            alliance.pos = alliance.neg = alliance.gpos = alliance.gneg = 0.0


class Department(Firm):
    """Part of a firm: it serves its firm, or the next department, at cost."""

    def price(self, tie: Tie) -> None:
        """Ask nothing."""
        tie.cost = self.cost_of_one(tie.mediated)
        tie.price = 0.0

    def charge(self, encounter: Encounter) -> tuple[int, int]:
        """Return the price, none, and what is paid without being a price, in cents."""
        return 0, self.cost_of(encounter)

    def contentment(self, encounter: Encounter) -> float:
        """Return how content it is: it earns nothing, and minds orders."""
        return 1 - self.tier.terms.orders

    def compare(self) -> None:
        """Keep the strategy: there is no market to compare with."""


class Partner(Strategist):
    """Co-delivers with firms for a share of their revenue."""

    def __init__(self, model: mesa.Model, row: int, strategy: str, firms: list[Seller]) -> None:
        super().__init__(model, row, strategy)
        self.firms = firms
        for firm in firms:
            firm.alliances.append(Alliance(firm, self))

    def be_heard(self) -> None:
        """Keep in mind how satisfied the buyers of all its firms were."""
        self.hear([encounter for firm in self.firms for encounter in firm.served])


class Alliance(Evidence):
    """What a firm (as the buyer) and a partner (as the provider) think of each other.

    Attributes
    ----------
    kept : int
        Cents the partner kept of this period's encounters of the firm.
    """

    def __init__(self, firm: Seller, partner: Partner) -> None:
        super().__init__()
        self.firm, self.partner = firm, partner
        self.model = firm.model
        self.kept = 0

    @property
    def factor(self) -> float:
        """What the partner makes of the value: 1 + complement * sqrt(tau*g) * effort of the partner."""
        bond = math.sqrt(self.trust * self.goodwill)
        return 1 + self.model.market.partners.complement * bond * self.partner.effort

    def share_in(self, encounter: Encounter) -> None:
        """Take the revenue share of an encounter and pay for the partner's effort."""
        got = part_of(encounter.price, self.model.market.partners.revenue_share)
        cost = cents(self.partner.effort_cost)
        encounter.passed_on += got
        encounter.partner_cost += cost
        self.partner.cash += got - cost
        self.model.outside += cost
        self.kept += got - cost

    def judge(self, satisfaction: float, encounters: int) -> None:
        """Let the two judge each other after a period with encounters."""
        exchange = self.model.market.exchange
        effort = 1 - exchange.reciprocity + exchange.reciprocity * self.trust
        self.trusting(satisfaction, exchange.memory)
        content = worth(self.kept / 100, encounters * self.partner.effort_cost)
        self.appreciating(content * (0.5 + 0.5 * effort), exchange.memory)
