"""The kinds of provider, and who works with them."""

import math

import mesa

from sim.draws import CANDIDATE, ENTRANT, pick
from tests.reference.customers import Actor, Customer
from tests.reference.maths import cents
from tests.reference.providers import Provider, Strategist, worth
from tests.reference.tie import BY_PLATFORM, Encounter, Evidence


class Peer(Customer, Provider):
    """A customer who also provides."""

    def room(self, luck: float) -> int:
        """Return the capacity: 1 to `peer_capacity`."""
        return 1 + pick(luck, self.model.market.providers.peer_capacity)


class Firm(Provider):
    """A provider that does nothing else; it may have a partner.

    Attributes
    ----------
    alliance : Evidence
        What firm (as the buyer) and partner (as the provider) think of each other.
    """

    def __init__(self, model: mesa.Model, row: int, strategy: str) -> None:
        super().__init__(model, row, strategy)
        self.alliance = Evidence()

    def room(self, luck: float) -> int:
        """Return the capacity, the same for all firms."""
        return self.model.market.providers.firm_capacity

    @property
    def joint_factor(self) -> float:
        """What a partner makes of the value: 1 + complement * sqrt(tau*g) * effort of the partner."""
        if self.partner is None:
            return 1.0
        bond = math.sqrt(self.alliance.trust * self.alliance.goodwill)
        return 1 + self.model.market.partners.complement * bond * self.partner.effort

    @property
    def bankrupt(self) -> bool:
        """Whether the debt is above the credit."""
        return self.cash < -100 * self.model.market.competition.credit

    def judge_partner(self) -> None:
        """Judge the partner by the customers' satisfaction; it judges the firm by its own margin."""
        if self.partner is None or not self.served:
            return
        memory, reciprocity = self.model.market.exchange.memory, self.model.market.exchange.reciprocity
        effort = 1 - reciprocity + reciprocity * self.alliance.trust
        self.alliance.trusting(sum(encounter.satisfaction for encounter in self.served) / len(self.served), memory)
        margin = sum(encounter.partner_margin for encounter in self.served)
        cost = self.partner.effort_cost * len(self.served)
        self.alliance.appreciating(worth(margin, cost) * (0.5 + 0.5 * effort), memory)

    def make_way(self, survivors: list["Firm"]) -> None:
        """Give the row to an entrant that copies the strategy of a survivor."""
        self.model.outside += self.cash
        self.cash = 0
        self.start()
        self.alliance = Evidence()
        if survivors:
            self.follow(survivors[pick(self.luck(ENTRANT)[1], len(survivors))].strategy)


class Partner(Strategist):
    """Co-delivers with one firm for a share of its revenue."""

    def __init__(self, model: mesa.Model, row: int, strategy: str, firm: Firm) -> None:
        super().__init__(model, row, strategy)
        self.firm = firm
        firm.partner = self

    def share_in(self, encounter: Encounter) -> None:
        """Take the revenue share of an encounter and pay for the own effort."""
        encounter.partner_cost = cents(self.effort_cost)
        self.cash += encounter.passed_on - encounter.partner_cost
        self.model.outside += encounter.partner_cost


class Platform(Actor):
    """Fills buyers' platform slots with rated peers."""

    def show(self, buyer: Customer) -> None:
        """Fill the platform slots but that of the current provider with the best candidates."""
        platform = self.model.market.platform
        before = {tie.provider: tie for tie in buyer.shown}
        kept = [buyer.current] if buyer.current in buyer.shown else []
        best = self.ranking(buyer)[: platform.platform_slots - len(kept)]
        buyer.shown = kept + [before.get(peer) or buyer.meet(peer, origin=BY_PLATFORM) for peer in best]
        if buyer.consents:
            for tie in buyer.shown:
                tie.known = max(tie.known, platform.precision)

    def ranking(self, buyer: Customer) -> list[Peer]:
        """Return this period's candidates for a buyer, the best first (of equals the first drawn)."""
        platform, peers = self.model.market.platform, self.model.peers
        drawn = self.model.draws(CANDIDATE, buyer.row, platform.breadth) if peers else []
        taken = {tie.provider for tie in buyer.own if tie} | {buyer}
        if buyer.current:
            taken.add(buyer.current.provider)
        candidates = dict.fromkeys(peers[pick(luck, len(peers))] for luck in drawn)
        fit_to_show = [peer for peer in candidates if peer not in taken and peer.rating >= platform.curation]
        return sorted(fit_to_show, key=lambda peer: self.score(buyer, peer), reverse=True)

    def score(self, buyer: Customer, peer: Peer) -> float:
        """Return the rating, for a consenting buyer times the fit."""
        if not buyer.consents:
            return peer.rating
        distance = math.dist(buyer.needs, peer.offering)
        return peer.rating * math.exp(-self.model.market.exchange.specificity * distance**2)
