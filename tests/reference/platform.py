"""The platform and the two sides that work for it: peers, who provide, and couriers, who carry."""

import math

from sim.draws import CANDIDATE, COURIER, pick
from tests.reference.buyers import Actor
from tests.reference.customers import Customer
from tests.reference.maths import cents, mean, part_of
from tests.reference.providers import Provider
from tests.reference.strategists import Able
from tests.reference.tie import BY_PLATFORM, Encounter


class Peer(Customer, Provider):
    """A customer who also provides.

    Attributes
    ----------
    takes_part : bool
        Whether it does so at present.
    """

    is_customer = True
    takes_part = True

    def room(self, luck: float) -> int:
        """Return the capacity: 1 to `peer_capacity`."""
        return 1 + pick(luck, self.model.market.providers.peer_capacity)

    @property
    def closed(self) -> bool:
        """Whether it cannot be chosen."""
        return self.shut or not self.takes_part


class Courier(Able):
    """Carries deliveries from peer to customer.

    Attributes
    ----------
    takes_part : bool
        Whether it does so at present.
    """

    takes_part = True

    def room(self, luck: float) -> int:
        """Return the capacity, the same for all."""
        return self.model.market.couriers.courier_capacity

    @property
    def closed(self) -> bool:
        """Whether it does not carry anything."""
        return not self.takes_part

    def prepare(self) -> None:
        """Settle on this period's effort."""
        super().prepare()
        self.served = []

    @property
    def delivery(self) -> float:
        """What it leaves of the value of what it carries."""
        weight = self.model.market.couriers.delivery_weight
        return 1 - weight + weight * self.capability * self.effort * self.load_factor

    def settle(self, encounter: Encounter) -> None:
        """Be paid for an encounter and pay for the own effort."""
        costs, couriers = self.model.market.costs, self.model.market.couriers
        encounter.pay = cents(couriers.delivery_pay)
        encounter.courier_cost = cents(costs.c_delivery + self.effort_cost)
        self.cash += encounter.pay - encounter.courier_cost
        self.model.outside += encounter.courier_cost
        self.served.append(encounter)

    @property
    def earned(self) -> float:
        """What was kept this period, in euros."""
        return sum(encounter.courier_margin for encounter in self.served)

    def learn(self) -> None:
        """Follow the mood of last period; a courier's capability stays."""
        self.be_moved()
        self.load = len(self.served)

    def be_heard(self) -> None:
        """Keep in mind how satisfied those were to whom it carried."""
        self.hear(self.served)


class Platform(Actor):
    """Fills customers' platform slots with rated peers, and sends couriers."""

    def show(self, buyer: Customer) -> None:
        """Fill the platform slots but that of the current provider with the best candidates."""
        platform = self.model.market.platform
        before = {tie.provider: tie for tie in buyer.shown}
        kept = [buyer.current] if buyer.current in buyer.shown else []
        best = self.ranking(buyer)[: platform.platform_slots - len(kept)] if buyer.member else []
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
        fit_to_show = [
            peer for peer in candidates if peer not in taken and not peer.closed and peer.rating >= platform.curation
        ]
        return sorted(fit_to_show, key=lambda peer: self.score(buyer, peer), reverse=True)

    def score(self, buyer: Customer, peer: Peer) -> float:
        """Return the rating, for a consenting buyer times the fit."""
        if not buyer.consents:
            return peer.rating
        distance = math.dist(buyer.needs, peer.offering)
        return peer.rating * math.exp(-self.model.market.exchange.specificity * distance**2)

    def settle(self, encounter: Encounter) -> None:
        """Take the fee of an encounter and pay the subsidies."""
        platform = self.model.market.platform
        encounter.fee = part_of(encounter.price, self.model.now.fee)
        encounter.subsidy = cents(platform.customer_subsidy)
        encounter.bonus = cents(platform.peer_subsidy)
        self.cash += encounter.fee - encounter.subsidy - encounter.bonus

    def expect_of_couriers(self) -> float:
        """Return what the couriers leave of the value on average: 1 where there are none, 0 if all are away."""
        if not self.model.couriers:
            return 1.0
        return mean(courier.delivery for courier in self.model.couriers if not courier.closed)

    def hand_over(self, encounter: Encounter) -> None:
        """Send a courier with an encounter: a random one, or the next who takes part."""
        couriers = self.model.couriers
        first = pick(encounter.tie.buyer.luck(COURIER)[0], len(couriers))
        encounter.courier = next(c for c in couriers[first:] + couriers[:first] if not c.closed)
        if self.model.delivery > 0:
            encounter.value *= encounter.courier.delivery / self.model.delivery
