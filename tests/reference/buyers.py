"""Everybody who takes part (`Actor`), and those who buy (`Buyer`): customers, and the firms that need inputs."""

import math
from itertools import accumulate
from typing import Any

import mesa

from sim.draws import ADVERTISING, ARRIVAL, CHOOSE, GIVEN_UP, MEET, PERSON, TRUST, draw, pick
from tests.reference.maths import clip, logistic, normal
from tests.reference.tie import FIXED, OWN, REFERRAL, Encounter, Tie
from tests.reference.tiers import Tier

WORTH_TELLING = 0.6  # trust above which a friend passes its provider on
REACHED = 0.2  # of the buyers, by full advertising


class Actor(mesa.Agent):
    """Whoever has an account, a place in the order of rows, and values.

    Attributes
    ----------
    row : int
        The actor's place in the order of all actors; its draws belong to it.
    cash : int
        Cents.
    values : float
        What it holds dear, in [0, 1].
    """

    def __init__(self, model: mesa.Model, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.cash = 0
        self.values = self.luck(PERSON)[0]

    def luck(self, purpose: int, place: int = 0) -> tuple[float, float, float, float]:
        """Return this period's four draws for a purpose."""
        return draw(self.model.key, purpose, self.model.period, self.row, place)


class Buyer(Actor):
    """A buyer meets the providers of one tier, chooses one, judges it and tells its friends, if it has any.

    Attributes
    ----------
    source : Tier or None
        Where it buys (None: it needs nothing).
    needs : list of float
        In [0, 1], one per dimension.
    own, shown : list
        The ties in the slots the buyer fills (None: an empty slot) and in those the platform fills.
    current : Tie or None
        Whom it dealt with last.
    encounter : Encounter or None
        What happened this period.
    """

    consents = influencer = False
    squeezes = 0.0  # of a provider's margin, by commanding

    def __init__(self, model: mesa.Model, row: int, source: Tier | None, **role: object) -> None:
        super().__init__(model, row, **role)
        self.source = source
        self.friends: list[Buyer] = []
        self.reach: list = []
        self.gains = 0.0

    def begin(self) -> None:
        """Start buying, without experience."""
        self.own: list[Tie | None] = [None] * self.own_slots
        self.shown: list[Tie] = []
        self.current: Tie | None = None
        self.encounter: Encounter | None = None
        self.aspiration = 1.0
        self.recommends = 0.5
        self.bought = 0

    @property
    def own_slots(self) -> int:
        """Number of slots the buyer fills itself."""
        raise NotImplementedError

    @property
    def fixed(self) -> bool:
        """Whether it buys from its own department, always."""
        return self.source is not None and self.source.internal

    @property
    def ties(self) -> list[Tie]:
        """The filled slots."""
        return [*filter(None, self.own), *self.shown]

    def knows(self, provider: Actor) -> bool:
        """Return whether a provider is in one of the slots."""
        return any(tie.provider is provider for tie in self.ties)

    def meet(self, provider: Actor, **given: Any) -> Tie:
        """Return a new tie; the provider's best practice with others comes with it."""
        return Tie(buyer=self, provider=provider, skill=provider.knobs.spillover * provider.mean_skill, **given)

    def arrive(self) -> None:
        """Fill every own slot with a random provider."""
        for slot in range(len(self.own)):
            found = self.stranger(self.luck(ARRIVAL, slot)[0])
            self.own[slot] = self.meet(found, origin=FIXED if self.fixed else OWN) if found else None

    def age(self) -> None:
        """Let what providers understood of the buyer grow old."""
        kept = 1 - 3 * self.model.market.customers.drift * (1 - 0.5 * self.consents)
        for tie in self.ties:
            tie.insight *= kept

    # meet

    def look_around(self) -> None:
        """Search, hear, be reached. Nobody's current tie is touched, so friends may do it in any order."""
        if self.fixed:
            return
        customers = self.model.market.customers
        searches, which, talks, whom = self.luck(MEET)
        if searches < customers.search:
            self.find(self.stranger(which))
        if talks < customers.talk and self.friends:
            self.hear_from(self.friends[pick(whom, len(self.friends))])
        self.notice()

    def find(self, provider: Actor | None, **given: Any) -> None:
        """Give the weakest own slot to a provider."""
        slot = self.weakest_slot()
        if slot is not None and provider is not None:
            self.own[slot] = self.meet(provider, **given)

    def hear_from(self, friend: "Buyer") -> None:
        """Take over the provider a friend trusts."""
        told = friend.current
        if told is None or told.trust <= WORTH_TELLING or told.provider is self or self.knows(told.provider):
            return
        self.find(told.provider, origin=REFERRAL, pos=2 * told.trust, known=0.5)

    def notice(self) -> None:
        """Be reached by the advertising of a random provider, wherever it is."""
        reached, which, *_ = self.luck(ADVERTISING)
        advertisers = self.source.providers
        if not advertisers:
            return
        provider = advertisers[pick(which, len(advertisers))]
        if reached < REACHED * provider.knobs.advertising and provider is not self and not self.knows(provider):
            self.find(provider)

    def stranger(self, luck: float) -> Actor | None:
        """Return a random provider within reach, or the next after it that the buyer neither is nor knows."""
        first = pick(luck, len(self.reach)) if self.reach else 0
        known = {tie.provider for tie in self.ties} | {self}
        for n in range(len(self.reach)):
            provider = self.reach[(first + n) % len(self.reach)]
            if provider not in known:
                return provider
        return None

    def weakest_slot(self) -> int | None:
        """Return the own slot that would be given up: an empty one, or that of the least trusted."""
        trust = {
            slot: tie.trust if tie else -1.0
            for slot, tie in enumerate(self.own)
            if tie is None or tie is not self.current
        }
        if not trust:
            return None
        lowest = min(trust.values())
        weakest = [slot for slot in trust if trust[slot] == lowest]
        return min(weakest, key=self.given_up) if len(weakest) > 1 else weakest[0]

    def given_up(self, slot: int) -> float:
        """Return what decides between slots of equal trust: the lower goes."""
        tie = self.own[slot]
        return self.luck(GIVEN_UP, tie.provider.row + 1 if tie else 0)[0]

    # offer and choose

    def ask(self) -> None:
        """Have every provider in the slots make its offer."""
        ties = self.ties
        for tie in ties:
            tie.appraise()
        average = sum(tie.value for tie in ties) / len(ties) if ties else 0.0
        for tie in ties:
            tie.expected = tie.known * tie.value + (1 - tie.known) * average
            tie.provider.price(tie)

    def has_need(self, luck: float) -> bool:
        """Return whether it wants to buy this period."""
        raise NotImplementedError

    def choose(self) -> None:
        """Take one offer or none (logit); one draw runs through no offer at all, then the providers by row."""
        wants, luck, *_ = self.luck(CHOOSE)
        self.encounter = None
        if not self.has_need(wants):
            return
        ties = sorted(filter(self.may_take, self.ties), key=lambda tie: tie.provider.row)
        utilities = [0.0, *map(self.utility, ties)]
        best, beta = max(utilities), self.model.market.customers.beta
        odds = list(accumulate(math.exp(beta * (utility - best)) for utility in utilities))
        for tie, below, upto in zip(ties, odds, odds[1:], strict=False):
            if below <= luck * odds[-1] < upto:
                self.encounter = Encounter(tie)

    def may_take(self, tie: Tie) -> bool:
        """Return whether there is somebody to deliver, and somebody to carry what comes through the platform."""
        return not tie.provider.closed and (not tie.mediated or self.model.carries)

    def utility(self, tie: Tie) -> float:
        """Return U of an offer, in euros."""
        customers = self.model.market.customers
        subsidy = self.model.market.platform.customer_subsidy if tie.mediated else 0.0
        effort = 0.0 if tie is self.current else customers.switching
        return (1 - customers.risk * (1 - tie.belief)) * tie.expected - tie.price + subsidy - effort

    # settle

    @property
    def units(self) -> int:
        """How much it takes in one encounter."""
        raise NotImplementedError

    def pay(self) -> None:
        """Pay for what was taken; who needed nothing in the end has not met its provider at all."""
        if self.encounter is None:
            return
        self.encounter.volume = self.units
        if self.encounter.volume:
            self.encounter.tie.provider.settle(self.encounter)
        else:
            self.encounter = None

    # learn and trust

    def practise(self) -> None:
        """Deepen the tie used; the others fade."""
        used = self.encounter.tie if self.encounter else None
        for tie in self.ties:
            if tie is used:
                tie.deepen()
            else:
                tie.fade()

    def judge(self) -> None:
        """Turn the period's experience into satisfaction, trust and aspiration."""
        encounter = self.encounter
        if encounter is None:
            return
        tie, gain = encounter.tie, encounter.gain
        alignment = tie.provider.knobs.alignment
        harmony = 1 - (1 - alignment) * abs(self.values - tie.provider.values)
        liking = logistic(gain - self.aspiration) * (1 - 0.6 * self.unfairness(encounter)) * harmony
        encounter.satisfaction = min(liking + 0.2 * encounter.repaired, 1.0)
        tie.trusting(encounter.satisfaction, self.model.market.exchange.memory)
        self.aspiration += 0.05 * (gain - self.aspiration)
        self.gains += gain
        self.current = tie

    def unfairness(self, encounter: Encounter) -> float:
        """Return how unfair the split of the surplus seems, in [0, 1]."""
        exchange, knobs = self.model.market.exchange, encounter.tie.provider.knobs
        surplus = abs(encounter.gain) + abs(encounter.margin)
        share = encounter.margin / surplus if surplus else 0.0
        unseen = exchange.suspicion + 0.1 * normal(self.luck(TRUST)[0])
        perceived = share + (1 - knobs.transparency) * unseen
        return clip((perceived - 0.5 - exchange.tolerance) / 0.4)

    # talk

    def tell(self) -> None:
        """Let the world know how much the provider is to be recommended."""
        if self.encounter is None:
            return
        satisfaction = self.encounter.satisfaction
        weight = 0.2 if self.bought else 1.0
        self.recommends += weight * (satisfaction - self.recommends)
        self.bought += 1

    # adapt

    def forget(self, gone: set[Actor]) -> None:
        """End the relations with providers that are gone."""
        self.own = [None if tie and tie.provider in gone else tie for tie in self.own]
        if self.current and self.current.provider in gone:
            self.current = None
