"""What everybody who provides has in common; the kinds of provider are in `kinds.py` and `firms.py`."""

import math

import mesa

from sim.draws import ADAPT, DELIVER, ENTRANT, OFFERING, pick
from tests.reference.maths import cents, expectation, logistic, normal
from tests.reference.strategists import Able, worth
from tests.reference.tie import Encounter, Tie
from tests.reference.tiers import Tier

RATING_WEIGHT = 8  # encounters a public rating is worth at most
LEAVING = 0.7  # trust above which a pair may leave the platform


class Provider(Able):
    """A seller: it offers, delivers, learns from its buyers, and may copy others.

    Attributes
    ----------
    tier : Tier
        Where it sells.
    offering : list of float
        In [0, 1], one per dimension of needs.
    mean_skill : float
        Mean skill of the ties served last period, in [0, 1].
    shut : bool
        Whether a shock has closed it.
    edge : float
        What it delivers on top, as a share: 0 but for a new entrant.
    word : tuple of float
        Public evidence as it joins a buyer's own on a platform tie.
    strength, unit_cost : float
        Euros: what one encounter would be worth at best, and what it costs off the platform, this period.
    """

    shut = is_customer = False
    edge = 0.0

    def __init__(self, model: mesa.Model, row: int, strategy: str, tier: Tier) -> None:
        super().__init__(model, row, strategy)
        self.tier = tier
        self.start()
        self.offering = self.model.draws(OFFERING, self.row, self.model.market.exchange.dimensions)
        self.next_strategy = strategy

    def start(self) -> None:
        """Begin without a history."""
        self.engagement = 0.5
        self.pleased = None
        self.mean_skill = 0.0
        self.load = 0
        self.rating_pos = self.rating_neg = 0.0
        self.profit = 0.0
        self.edge = 0.0
        self.served = []

    @property
    def closed(self) -> bool:
        """Whether it cannot be chosen."""
        return self.shut

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

    # what the kinds differ in

    work = 1.0  # share of the work of a delivery
    support = 1.0  # what inputs make of the value
    inputs = 0  # cents per unit
    joint_factor = 1.0  # what partners make of the value
    passes_on = 0.0  # share of the price that goes to partners
    price_level = 1.0  # below 1 in a price war

    # offer

    def prepare(self) -> None:
        """Work out what is the same for all buyers this period."""
        super().prepare()
        quality = (1 + self.edge) * self.capability * self.support * self.load_factor * self.joint_factor
        self.strength = self.tier.worth * quality
        self.unit_cost = self.work * self.cost_of_work() + self.inputs / 100
        self.served = []

    def cost_of_work(self) -> float:
        """Return what doing all the work would cost, in euros."""
        costs, knobs = self.model.market.costs, self.knobs
        clarity = knobs.role_clarity * self.model.market.exchange.roles_effect
        cost = (
            costs.cost * (1 + knobs.waste - 0.1 * clarity)
            + self.effort_cost
            + costs.c_transparency * knobs.transparency
            + costs.c_dialogue * knobs.dialogue
            + costs.c_invest * knobs.invest
            + costs.c_innovate * knobs.innovate
            + costs.c_advertising * knobs.advertising
            - costs.scale_economy * math.log(1 + self.load)
        )
        return max(cost, 0.0)

    def price(self, tie: Tie) -> None:
        """Ask a price: mark-up on cost, a share of the surplus, less what the buyer squeezes out."""
        knobs = self.knobs
        fee = self.model.now.fee if tie.mediated else 0.0
        tie.cost = self.cost_of_one(tie.mediated)
        base = tie.cost * (1 + knobs.markup) / (1 - fee - self.passes_on) * self.price_level
        surplus = tie.expected - base
        price = base + knobs.share * (surplus if surplus > 0 else knobs.patience * surplus)
        price -= tie.buyer.squeezes * max(price - tie.cost, 0.0)
        tie.price = max(price, 0.0)

    def cost_of_one(self, mediated: bool) -> float:
        """Return C, in euros."""
        cost = self.unit_cost
        if mediated:
            cost += self.model.market.platform.operating_cost
            cost += self.model.market.couriers.delivery_pay if self.model.couriers else 0.0
        return cost

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
        encounter.left = tie.mediated and tie.belief > LEAVING and leaves < platform.leak * self.model.now.fee
        if encounter.mediated and self.model.couriers:
            self.model.platform.hand_over(encounter)

    def charge(self, encounter: Encounter) -> tuple[int, int]:
        """Return the price, and what is paid without being a price, in cents."""
        return cents(encounter.tie.price), 0

    def settle(self, encounter: Encounter) -> None:
        """Move the money: buyer, platform, partners and courier each pay and get their part."""
        buyer, units = encounter.tie.buyer, encounter.volume
        encounter.price, encounter.at_cost = self.charge(encounter)
        encounter.cost = self.cost_of(encounter)
        encounter.inputs = self.inputs
        if encounter.mediated:
            self.model.platform.settle(encounter)
        if encounter.courier:
            encounter.courier.settle(encounter)
        self.share_out(encounter)
        to_outside = encounter.cost - encounter.inputs - encounter.pay
        paid = encounter.price + encounter.at_cost
        kept = paid + encounter.bonus - encounter.fee - encounter.passed_on - encounter.pay - to_outside
        buyer.cash += units * (encounter.subsidy - paid)
        self.cash += units * kept
        self.model.outside += units * to_outside
        self.served.append(encounter)

    def share_out(self, encounter: Encounter) -> None:
        """Pass on what partners get."""

    def cost_of(self, encounter: Encounter) -> int:
        """Return what one encounter cost in the end, in cents."""
        repair = self.model.market.costs.c_repair if encounter.repaired else 0.0
        return cents(self.cost_of_one(encounter.mediated) + repair)

    @property
    def sold(self) -> int:
        """Units sold this period."""
        return sum(encounter.volume for encounter in self.served)

    @property
    def earned(self) -> float:
        """What was kept this period, in euros."""
        return sum(encounter.volume * encounter.margin for encounter in self.served)

    # learn

    def learn(self) -> None:
        """Move the offering, improve quality, follow the mood of last period."""
        innovate, orientation = self.knobs.innovate, self.knobs.orientation
        wish = self.understood_need()
        pace = 0.1 * innovate * orientation
        pulls = [(pace * share, need) for share, need in self.guides(wish) if need]
        self.offering = [x + sum(p * (need[d] - x) for p, need in pulls) for d, x in enumerate(self.offering)]
        growth = 0.02 * innovate * (1 - orientation) * (1 - self.capability)
        self.capability += growth - 0.002 * (self.capability - 0.5)
        self.be_moved()
        self.load = self.sold
        skill = sum(encounter.volume * encounter.tie.skill for encounter in self.served)
        self.mean_skill = skill / self.sold if self.sold else 0.0

    def understood_need(self) -> list[float] | None:
        """Return the mean need of the buyers served, as far as understood."""
        return mean_need([(self.weight(e), e.tie.buyer.needs) for e in self.served])

    def weight(self, encounter: Encounter) -> float:
        """Return how much a buyer's needs count."""
        tie = encounter.tie
        return encounter.volume * tie.insight * (1 + self.knobs.community * tie.buyer.influencer)

    def guides(self, wish: list[float] | None) -> list[tuple[float, list[float] | None]]:
        """Return what the offering follows: needs, and how much of the way."""
        return [(1.0, wish)]

    # trust and talk

    def appreciate(self) -> None:
        """Judge every buyer by the margin it left and the effort it made."""
        memory = self.model.market.exchange.memory
        for encounter in self.served:
            tie = encounter.tie
            tie.appreciating(self.contentment(encounter) * (0.5 + 0.5 * tie.buyer_effort), memory)

    def contentment(self, encounter: Encounter) -> float:
        """Return how content it is with what an encounter left, in [0, 1]."""
        return worth(encounter.margin, encounter.cost / 100)

    def be_rated(self) -> None:
        """Collect the satisfaction of buyers; the public hears of those who stayed on the platform."""
        self.hear(self.served)
        self.rating_pos *= 0.98
        self.rating_neg *= 0.98
        for encounter in self.served:
            if not encounter.left:
                self.rating_pos += encounter.satisfaction
                self.rating_neg += 1 - encounter.satisfaction

    # adapt

    def compare(self) -> None:
        """Decide which strategy to follow from now on: the own, another's that earns more, or any."""
        competition, others = self.model.market.competition, self.tier.providers
        compares, whom, copies, tries = self.luck(ADAPT)
        self.next_strategy = self.strategy
        if compares < competition.imitate and len(others) > 1:
            other = others[(others.index(self) + pick(whom, len(others) - 1) + 1) % len(others)]
            if copies < logistic(competition.selection * (other.profit - self.profit)):
                self.next_strategy = other.strategy
        if tries < competition.mutation:
            names = list(self.model.market.strategies)
            self.next_strategy = names[pick(self.luck(ENTRANT)[0], len(names))]

    def adopt(self) -> None:
        """Follow what was decided."""
        self.follow(self.next_strategy)


def mean_need(weighted: list[tuple[float, list[float]]]) -> list[float] | None:
    """Return the weighted mean of needs, if anything has a weight."""
    total = sum(weight for weight, _ in weighted)
    if total <= 0:
        return None
    dimensions = range(len(weighted[0][1]))
    return [sum(weight * needs[d] for weight, needs in weighted) / total for d in dimensions]
