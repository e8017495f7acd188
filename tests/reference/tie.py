"""What two participants build up (`Tie`), and what happens between them in one period (`Encounter`)."""

import math
from dataclasses import dataclass

import mesa

from tests.reference.maths import expectation

OWN, REFERRAL, BY_PLATFORM, FIXED = 0, 1, 2, 3
IDLE = 0.97  # share of skill and insight that an unused tie keeps


@dataclass(slots=True, eq=False)
class Evidence:
    """What two sides have experienced with each other.

    Attributes
    ----------
    pos, neg : float
        The buyer's good and bad encounters with the provider, older ones fading.
    gpos, gneg : float
        The provider's with the buyer.
    """

    pos: float = 0.0
    neg: float = 0.0
    gpos: float = 0.0
    gneg: float = 0.0

    @property
    def trust(self) -> float:
        """The buyer's trust in the provider, in [0, 1]."""
        return expectation(self.pos, self.neg)

    @property
    def goodwill(self) -> float:
        """The provider's trust in the buyer, in [0, 1]."""
        return expectation(self.gpos, self.gneg)

    def trusting(self, satisfaction: float, memory: float) -> None:
        """Let the buyer add one encounter to its evidence."""
        self.pos = memory * self.pos + satisfaction
        self.neg = memory * self.neg + 1 - satisfaction

    def appreciating(self, satisfaction: float, memory: float) -> None:
        """Let the provider add one encounter to its evidence."""
        self.gpos = memory * self.gpos + satisfaction
        self.gneg = memory * self.gneg + 1 - satisfaction


@dataclass(slots=True, eq=False, kw_only=True)
class Tie(Evidence):
    """A buyer's slot filled with one provider; gone when another takes the slot.

    Attributes
    ----------
    skill, insight, known : float
        Relation-specific competence, how well the provider understands the buyer, and how well the buyer
        can judge the fit before buying; in [0, 1].
    belief, buyer_effort, fit : float
        Trust (with the rating on platform ties), the buyer's effort and the fit, in [0, 1], as of this period's offer.
    value, expected, cost, price : float
        This period's offer in euros: what it would be worth, what the buyer expects, what it costs, what is asked.
    """

    buyer: mesa.Agent
    provider: mesa.Agent
    origin: int = OWN
    skill: float = 0.0
    insight: float = 0.0
    known: float = 0.0
    tenure: int = 0
    belief: float = 0.5
    buyer_effort: float = 0.0
    fit: float = 0.0
    value: float = 0.0
    expected: float = 0.0
    cost: float = 0.0
    price: float = 0.0

    @property
    def mediated(self) -> bool:
        """Whether the two met on the platform."""
        return self.origin == BY_PLATFORM

    @property
    def trust(self) -> float:
        """The buyer's trust; on the platform the public rating joins the buyer's own evidence."""
        if not self.mediated:
            return expectation(self.pos, self.neg)
        good, bad = self.provider.word
        return expectation(self.pos + good, self.neg + bad)

    def appraise(self) -> None:
        """Work out what an encounter would be worth now: V of the page's *offer*."""
        exchange, provider, goodwill = self.buyer.model.market.exchange, self.provider, self.goodwill
        self.belief = self.trust
        misfit = (1 - exchange.tailoring * self.insight) * math.dist(self.buyer.needs, provider.offering)
        self.fit = math.exp(-exchange.specificity * misfit**2)
        self.buyer_effort = 1 - exchange.reciprocity + exchange.reciprocity * self.belief
        effort = provider.effort * (1 - exchange.reciprocity * (1 - goodwill))
        together = effort**exchange.alpha * self.buyer_effort ** (1 - exchange.alpha)
        cocreated = exchange.complexity * together * (1 + exchange.skill_gain * self.skill)
        carrying = self.buyer.model.delivery if self.mediated else 1.0
        self.value = provider.strength * carrying * self.fit * ((1 - exchange.complexity) + cocreated)

    def deepen(self) -> None:
        """Learn from being used: *learn* on the tie used."""
        knobs = self.provider.knobs
        self.tenure += 1
        self.known = 1.0
        self.skill += 0.10 * knobs.invest * math.sqrt(self.belief * self.goodwill) * (1 - self.skill)
        self.insight += 0.3 * knobs.dialogue * self.belief * (1 - self.insight)

    def fade(self) -> None:
        """Forget a little for not being used."""
        self.skill *= IDLE
        self.insight *= IDLE


@dataclass(slots=True, eq=False)
class Encounter:
    """One delivery on one tie. Everything but the volume is per unit.

    Attributes
    ----------
    tie : Tie
        Whose delivery it is.
    volume : int
        Units: 1 for a customer, what it sold itself for a firm.
    value : float
        Euros, as delivered.
    incident, repaired, left : bool
        Whether it went wrong, was put right, and was dealt outside the platform on which the two had met.
    courier : Courier or None
        Who carried it.
    price, fee, subsidy, bonus, passed_on, at_cost : int
        Cents: paid by the buyer; kept by the platform; paid by it to the buyer and to the provider; passed on to the
        provider's partners; paid by the buyer for a department's delivery, which has no price.
    cost : int
        Cents it cost the provider, with its inputs and the courier's pay.
    inputs, pay : int
        Cents of the cost that are paid to the provider's supplier and to the courier.
    partner_cost, courier_cost : int
        Cents paid by partners and courier to the rest of the economy.
    satisfaction : float
        The buyer's, in [0, 1].
    """

    tie: Tie
    volume: int = 1
    value: float = 0.0
    incident: bool = False
    repaired: bool = False
    left: bool = False
    courier: mesa.Agent | None = None
    price: int = 0
    fee: int = 0
    subsidy: int = 0
    bonus: int = 0
    passed_on: int = 0
    at_cost: int = 0
    cost: int = 0
    inputs: int = 0
    pay: int = 0
    partner_cost: int = 0
    courier_cost: int = 0
    satisfaction: float = 0.0

    @property
    def mediated(self) -> bool:
        """Whether it went through the platform."""
        return self.tie.mediated and not self.left

    @property
    def gain(self) -> float:
        """What the buyer gained, in euros."""
        return self.value + (self.subsidy - self.price) / 100

    @property
    def margin(self) -> float:
        """What the provider kept, in euros."""
        earned = self.price + self.at_cost + self.bonus
        return (earned - self.fee - self.passed_on - self.cost) / 100

    @property
    def partner_margin(self) -> float:
        """What the provider's partners kept, in euros."""
        return (self.passed_on - self.partner_cost) / 100

    @property
    def courier_margin(self) -> float:
        """What the courier kept, in euros."""
        return (self.pay - self.courier_cost) / 100

    @property
    def platform_margin(self) -> float:
        """What the platform kept, in euros."""
        return (self.fee - self.subsidy - self.bonus) / 100
