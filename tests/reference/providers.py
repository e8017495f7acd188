"""What everybody who provides has in common; the kinds of provider are in `kinds.py`."""

import math

import mesa

from sim.draws import ADAPT, DELIVER, ENTRANT, OFFERING, PERSON, pick
from tests.reference.customers import Actor
from tests.reference.maths import cents, clip, expectation, logistic, normal, part_of
from tests.reference.tie import Encounter, Tie

RATING_WEIGHT = 8  # encounters a public rating is worth at most
LEAVING = 0.8  # trust above which a pair may leave the platform


class Strategist(Actor):
    """Whoever follows a strategy.

    Attributes
    ----------
    strategy : str
        Its name.
    engagement : float
        Of its people, in [0, 1].
    pleased : float or None
        Mean satisfaction of last period's buyers, in [0, 1] (None: there were none).
    effort, effort_cost : float
        Effective effort before reciprocity, in [0, 1], and its cost in euros per encounter, this period.
    """

    def __init__(self, model: mesa.Model, row: int, strategy: str) -> None:
        super().__init__(model, row)
        self.follow(strategy)
        self.engagement = 0.5
        self.pleased: float | None = None

    def follow(self, strategy: str) -> None:
        """Adopt a strategy."""
        self.strategy = strategy
        self.knobs = self.model.market.strategies[strategy]

    def prepare(self) -> None:
        """Settle on this period's effort."""
        self.effort = clip(self.knobs.effort * (0.8 + 0.4 * self.engagement))
        self.effort_cost = self.model.market.costs.c_effort * self.effort**2

    def be_moved(self) -> None:
        """Let the engagement of one's people follow the mood of the buyers served last period."""
        if self.pleased is not None:
            self.engagement += 0.05 * (self.pleased - self.engagement)


class Provider(Strategist):
    """A seller: it offers, delivers, learns from its buyers, and may copy others.

    Attributes
    ----------
    offering : list of float
        In [0, 1], one per dimension of needs.
    capability, mean_skill : float
        Quality, and mean skill of the ties served last period, in [0, 1].
    capacity, load : int
        Encounters a period that are served well (0: no limit), and those of last period.
    served : list of Encounter
        This period's.
    profit : float
        Euros per period, smoothed.
    place : int
        In the market's `listing`.
    word_pos, word_neg : float
        Public evidence as it joins a buyer's own on a platform tie, as of this period's offer.
    strength, unit_cost : float
        Euros: what one encounter would be worth at best, and what it costs off the platform, this period.
    """

    partner: Strategist | None = None

    def __init__(self, model: mesa.Model, row: int, strategy: str) -> None:
        super().__init__(model, row, strategy)
        self.start()
        self.offering = self.model.draws(OFFERING, self.row, self.model.market.exchange.dimensions)
        _, _, quality, size = self.luck(PERSON)
        self.capability = 0.7 + 0.3 * quality
        self.capacity = self.room(size)
        self.next_strategy = strategy

    def start(self) -> None:
        """Begin without a history."""
        self.engagement = 0.5
        self.pleased: float | None = None
        self.mean_skill = 0.0
        self.load = 0
        self.rating_pos = self.rating_neg = 0.0
        self.profit = 0.0
        self.served: list[Encounter] = []

    def room(self, luck: float) -> int:
        """Return the capacity."""
        raise NotImplementedError

    @property
    def rating(self) -> float:
        """Public rating, in [0, 1]."""
        return expectation(self.rating_pos, self.rating_neg)

    @property
    def word(self) -> tuple[float, float]:
        """What the rating adds to the evidence of a buyer on the platform."""
        evidence = self.rating_pos + self.rating_neg
        weight = min(1.0, RATING_WEIGHT / evidence) if evidence else 0.0
        return weight * self.rating_pos, weight * self.rating_neg

    @property
    def revenue_share(self) -> float:
        """Share of the price that goes to a partner."""
        return self.model.market.partners.revenue_share if self.partner else 0.0

    @property
    def joint_factor(self) -> float:
        """What a partner makes of the value."""
        return 1.0

    # offer

    def prepare(self) -> None:
        """Work out what is the same for all buyers this period."""
        super().prepare()
        crowding = self.capacity / self.load if 0 < self.capacity < self.load else 1.0
        self.strength = self.model.market.exchange.value * self.capability * crowding * self.joint_factor
        self.unit_cost = self.cost_of_one()
        self.served = []

    def cost_of_one(self) -> float:
        """Return C off the platform, in euros."""
        costs, knobs = self.model.market.costs, self.knobs
        clarity = knobs.role_clarity * self.model.market.exchange.roles_effect
        cost = (
            costs.cost * (1 + knobs.waste - 0.1 * clarity)
            + self.effort_cost
            + costs.c_transparency * knobs.transparency
            + costs.c_dialogue * knobs.dialogue
            + costs.c_invest * knobs.invest
            + costs.c_innovate * knobs.innovate
            - costs.scale_economy * math.log(1 + self.load)
        )
        return max(cost, 0.0)

    def price(self, tie: Tie) -> None:
        """Ask a price: mark-up on cost, a share of the surplus, less what the buyer squeezes out."""
        platform, knobs = self.model.market.platform, self.knobs
        fee = platform.fee if tie.mediated else 0.0
        tie.cost = self.unit_cost + (platform.operating_cost if tie.mediated else 0.0)
        base = tie.cost * (1 + knobs.markup) / (1 - fee - self.revenue_share)
        surplus = tie.expected - base
        price = base + knobs.share * (surplus if surplus > 0 else knobs.patience * surplus)
        price -= self.model.market.customers.command * max(price - tie.cost, 0.0)
        tie.price = max(price, 0.0)

    # deliver and settle

    def deliver(self, encounter: Encounter) -> None:
        """Deliver, well or not; a pair that trusts may leave the platform."""
        exchange, platform, tie = self.model.market.exchange, self.model.market.platform, encounter.tie
        goes_wrong, put_right, leaves, noise = tie.buyer.luck(DELIVER)
        clarity = exchange.roles_effect * self.knobs.role_clarity
        encounter.value = tie.value
        encounter.incident = goes_wrong < exchange.incident * (1 + 0.8 * self.knobs.innovate) * (1 - 0.6 * clarity)
        if encounter.incident:
            encounter.repaired = put_right < self.knobs.repair
            encounter.value *= 0.95 if encounter.repaired else 1 - exchange.loss
        encounter.value *= math.exp(exchange.noise * normal(noise))
        encounter.left = tie.mediated and tie.belief > LEAVING and leaves < platform.leak * platform.fee

    def settle(self, encounter: Encounter) -> None:
        """Move the money: buyer, platform and partner each pay and get their part."""
        market, tie = self.model.market, encounter.tie
        encounter.price = cents(tie.price)
        if encounter.mediated:
            encounter.fee = part_of(encounter.price, market.platform.fee)
            encounter.subsidy = cents(market.platform.customer_subsidy)
            encounter.bonus = cents(market.platform.peer_subsidy)
            self.model.platform.cash += encounter.fee - encounter.subsidy - encounter.bonus
        encounter.cost = cents(self.cost_of(encounter))
        if self.partner:
            encounter.passed_on = part_of(encounter.price, self.revenue_share)
            self.partner.share_in(encounter)
        tie.buyer.cash += encounter.subsidy - encounter.price
        self.cash += encounter.price - encounter.fee - encounter.passed_on + encounter.bonus - encounter.cost
        self.model.outside += encounter.cost
        self.served.append(encounter)

    def cost_of(self, encounter: Encounter) -> float:
        """Return what one encounter cost in the end, in euros."""
        operating = self.model.market.platform.operating_cost if encounter.mediated else 0.0
        return self.unit_cost + operating + (self.model.market.costs.c_repair if encounter.repaired else 0.0)

    # learn

    def learn(self) -> None:
        """Move the offering toward understood needs, improve quality, follow the mood of last period."""
        innovate, orientation = self.knobs.innovate, self.knobs.orientation
        if wish := self.understood_need():
            pace = 0.1 * innovate * orientation
            self.offering = [x + pace * (w - x) for x, w in zip(self.offering, wish, strict=True)]
        growth = 0.02 * innovate * (1 - orientation) * (1 - self.capability)
        self.capability += growth - 0.002 * (self.capability - 0.5)
        self.be_moved()
        skills = [encounter.tie.skill for encounter in self.served]
        self.mean_skill = sum(skills) / len(skills) if skills else 0.0
        self.load = len(self.served)

    def understood_need(self) -> list[float] | None:
        """Return the mean need of the buyers served, as far as understood."""
        weights = [self.weight(encounter.tie) for encounter in self.served]
        total = sum(weights)
        if total <= 0:
            return None
        needs = zip(*(encounter.tie.buyer.needs for encounter in self.served), strict=True)
        return [sum(w * need for w, need in zip(weights, dimension, strict=True)) / total for dimension in needs]

    def weight(self, tie: Tie) -> float:
        """Return how much a buyer's needs count."""
        return tie.insight * (1 + self.knobs.community * tie.buyer.influencer)

    # trust and talk

    def appreciate(self) -> None:
        """Judge every buyer by the margin it left and the effort it made."""
        memory = self.model.market.exchange.memory
        for encounter in self.served:
            tie = encounter.tie
            liking = worth(encounter.margin, encounter.cost / 100) * (0.5 + 0.5 * tie.buyer_effort)
            tie.appreciating(liking, memory)

    def be_rated(self) -> None:
        """Collect the satisfaction of buyers; the public hears of those who stayed on the platform."""
        self.rating_pos *= 0.98
        self.rating_neg *= 0.98
        liked = [encounter.satisfaction for encounter in self.served]
        self.pleased = sum(liked) / len(liked) if liked else None
        if self.partner:
            self.partner.pleased = self.pleased
        for encounter in self.served:
            if not encounter.left:
                self.rating_pos += encounter.satisfaction
                self.rating_neg += 1 - encounter.satisfaction

    # adapt

    def compare(self) -> None:
        """Decide which strategy to follow from now on: the own, another's that earns more, or any."""
        competition, others = self.model.market.competition, self.model.listing
        compares, whom, copies, tries = self.luck(ADAPT)
        self.next_strategy = self.strategy
        if compares < competition.imitate and len(others) > 1:
            other = others[(self.place + pick(whom, len(others) - 1) + 1) % len(others)]
            if copies < logistic(competition.selection * (other.profit - self.profit)):
                self.next_strategy = other.strategy
        if tries < competition.mutation:
            names = list(self.model.market.strategies)
            self.next_strategy = names[pick(self.luck(ENTRANT)[0], len(names))]

    def book(self) -> None:
        """Smooth the period's profit into the memory of it."""
        earned = sum(encounter.margin for encounter in self.served)
        self.profit += 0.1 * (earned - self.profit)

    def adopt(self) -> None:
        """Follow what was decided."""
        self.follow(self.next_strategy)


def worth(margin: float, cost: float) -> float:
    """Return how satisfied a provider is with a margin, in [0, 1]."""
    if cost == 0:
        return 1.0 if margin > 0 else 0.0
    return clip(margin / (0.2 * cost))
