"""The market itself: who takes part, and what happens in which order."""

from collections.abc import Mapping, Sequence
from itertools import count

import mesa
import numpy as np

from sim.config import SECTIONS, Market
from sim.draws import TREND, draw
from sim.network import Rows, friendships, reach
from tests.reference.customers import Actor, Customer
from tests.reference.kinds import Firm, Partner, Peer, Platform
from tests.reference.maths import draws
from tests.reference.providers import Provider
from tests.reference.tie import Encounter

MEASURES = ("encounters_met", "gain_customers", "gain_providers", "gain_partners", "gain_platform", "total_value")


class ReferenceMarket(mesa.Model):
    """One market. Its draws are those of `sim.draws`, so none of its decisions depends on the order of agents.

    That is why `AgentSet.do` is used throughout and `shuffle_do` nowhere: every step of the schedule reads what the
    step before it left, for everybody.

    Parameters
    ----------
    market : Market
        All quantities. `mesa.batch_run` takes it as `{"market": [market]}`.
    rng : int
        The seed.
    **quantities : float
        Other values for single quantities, by name: `ReferenceMarket(market, rng=1, turnover=0.1)`.

    Attributes
    ----------
    period : int
        Periods done, or the one under way.
    trend : list of int
        +1 or -1, one per dimension of needs.
    buyers, sellers, partners : AgentSet
        Customers and peers; peers and firms; partners.
    peers, firms, listing : list
        By row; `listing` is firms, then peers: the list from which providers are drawn.
    platform : Platform
    encounters, entrants : list
        This period's encounters, and the firms that are new at its end.
    outside : int
        Cents that went to the rest of the economy.
    """

    def __init__(self, market: Market, rng: int, **quantities: float) -> None:
        super().__init__(rng=int(rng))
        self.market = changed(market, quantities)
        self.key = np.uint64(rng)
        self.period = 0
        self.outside = 0
        self.encounters: list[Encounter] = []
        self.entrants: list[Firm] = []
        self.own_slots = self.market.customers.slots - self.market.platform.platform_slots
        self.trend = [1 if self.turn(d) < 0.5 else -1 for d in range(self.market.exchange.dimensions)]
        self.populate()
        self.introduce()
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in MEASURES})

    # who takes part

    def populate(self) -> None:
        """Create everybody, in the order of rows."""
        rows, providers, partners = count(), self.market.providers, self.market.partners
        mix = spread(providers.peer_strategies, self.market.peers)
        self.peers = [Peer(self, next(rows), strategy=strategy) for strategy in mix]
        others = [Customer(self, next(rows)) for _ in range(self.market.customers.customers - len(mix))]
        mix = spread(providers.firm_strategies, providers.firms)
        self.firms = [Firm(self, next(rows), strategy) for strategy in mix]
        mix = spread(partners.partner_strategies, partners.partners)
        for p, strategy in enumerate(mix):
            Partner(self, next(rows), strategy, firm=self.firms[p * len(self.firms) // len(mix)])
        self.platform = Platform(self, next(rows))
        self.people = [*self.peers, *others]
        self.listing: list[Provider] = [*self.firms, *self.peers]
        for place, provider in enumerate(self.listing):
            provider.place = place
        self.buyers = self.agents.select(agent_type=Customer)
        self.sellers = self.agents.select(agent_type=Provider)
        self.partners = self.agents.select(agent_type=Partner)

    def introduce(self) -> None:
        """Let people know their friends, the providers within reach and their first providers."""
        networks, size, offers = self.market.networks, len(self.people), len(self.listing)
        friends = friendships(networks.social, self.key, size, networks.social_degree, networks.social_rewiring)
        near = reach(networks.market, self.key, size, offers, networks.market_degree, networks.market_rewiring)
        for buyer in self.people:
            buyer.friends = [self.people[row] for row in neighbours(friends, buyer.row)]
            places = neighbours(near, buyer.row) if len(near[0]) else None
            buyer.reach = self.listing if places is None else [self.listing[place] for place in places]
        self.crown()
        self.buyers.do("arrive")

    def crown(self) -> None:
        """Make those with most friends influencers."""
        number = int(self.market.networks.influencers * len(self.people))
        for buyer in sorted(self.people, key=lambda buyer: -len(buyer.friends))[:number]:
            buyer.influencer = bool(buyer.friends)

    # one period

    def step(self) -> None:
        """Live one period: change, meet, offer, choose, deliver, settle, learn, trust, talk, measure, adapt."""
        self.period += 1
        self.change()
        self.meet()
        self.offer()
        self.choose()
        self.deliver()
        self.settle()
        self.learn()
        self.trust()
        self.talk()
        self.datacollector.collect(self)
        self.adapt()
        self.running = self.period < self.market.periods

    def change(self) -> None:
        """Let trends turn, needs drift and customers come and go."""
        flip = self.market.customers.trend_flip
        self.trend = [-way if self.turn(d) < flip else way for d, way in enumerate(self.trend)]
        self.buyers.do("change")

    def meet(self) -> None:
        """Let buyers find providers: by themselves, through friends, on the platform."""
        self.buyers.do("look_around")
        if self.market.platform.platform_slots:
            self.buyers.do(self.platform.show)

    def offer(self) -> None:
        """Let everybody who provides make an offer to everybody who knows it."""
        self.partners.do("prepare")
        self.sellers.do("prepare")
        self.buyers.do("ask")

    def choose(self) -> None:
        """Let buyers choose."""
        self.buyers.do("choose")
        self.encounters = [buyer.encounter for buyer in self.people if buyer.encounter]

    def deliver(self) -> None:
        """Let providers deliver."""
        for encounter in self.encounters:
            encounter.tie.provider.deliver(encounter)

    def settle(self) -> None:
        """Let money change hands."""
        for encounter in self.encounters:
            encounter.tie.provider.settle(encounter)

    def learn(self) -> None:
        """Let relations deepen or fade, and providers develop."""
        self.buyers.do("practise")
        self.sellers.do("learn")
        self.partners.do("be_moved")

    def trust(self) -> None:
        """Let everybody judge whom it dealt with."""
        self.buyers.do("judge")
        self.sellers.do("appreciate")
        for firm in self.firms:
            firm.judge_partner()

    def talk(self) -> None:
        """Let word get round."""
        self.buyers.do("tell")
        self.sellers.do("be_rated")

    def adapt(self) -> None:
        """Let providers learn from each other, and entrants replace bankrupt firms."""
        self.sellers.do("book").do("compare").do("adopt")
        survivors = [firm for firm in self.firms if not firm.bankrupt]
        self.entrants = [firm for firm in self.firms if firm.bankrupt]
        for firm in self.entrants:
            firm.make_way(survivors)
        if self.entrants:
            self.buyers.do("forget", set(self.entrants))

    # luck

    def draws(self, purpose: int, actor: int, count: int) -> list[float]:
        """Return `count` draws of this period."""
        return draws(self.key, purpose, self.period, actor, count)

    def turn(self, dimension: int) -> float:
        """Return the draw that decides on the trend of one dimension."""
        return draw(self.key, TREND, self.period, dimension, 0)[0]

    # what the period was worth

    @property
    def encounters_met(self) -> int:
        """Number of encounters."""
        return len(self.encounters)

    @property
    def gain_customers(self) -> float:
        """Value gained by all buyers, in euros."""
        return sum(encounter.gain for encounter in self.encounters)

    @property
    def gain_providers(self) -> float:
        """Value gained by all firms and peers as providers, in euros."""
        return sum(encounter.margin for encounter in self.encounters)

    @property
    def gain_partners(self) -> float:
        """Value gained by all partners, in euros."""
        return sum(encounter.partner_margin for encounter in self.encounters)

    @property
    def gain_platform(self) -> float:
        """Value gained by the platform, in euros."""
        return sum(encounter.platform_margin for encounter in self.encounters)

    @property
    def total_value(self) -> float:
        """Value gained by everybody, in euros."""
        return self.gain_customers + self.gain_providers + self.gain_partners + self.gain_platform

    @property
    def actors(self) -> list[Actor]:
        """Everybody, by row."""
        return list(self.agents)


def neighbours(network: Rows, row: int) -> Sequence[int]:
    """Return the neighbours of one row of a network."""
    start, others = network
    return others[start[row] : start[row + 1]].tolist()


def spread(mix: Mapping[str, float], rows: int) -> list[str]:
    """Return the strategy of each row: always that which is furthest behind its share."""
    given = dict.fromkeys(mix, 0)
    order = []
    for n in range(1, rows + 1):
        behind = max(mix, key=lambda name: mix[name] * n - given[name])
        given[behind] += 1
        order.append(behind)
    return order


def changed(market: Market, quantities: Mapping[str, float]) -> Market:
    """Return a market with other values for some of its quantities."""
    tables = market.model_dump()
    for name, value in quantities.items():
        homes = [tables[section] for section in SECTIONS if name in tables[section]]
        if not homes and name not in tables:
            raise TypeError(f"a market has no quantity {name!r}")
        (homes[0] if homes else tables)[name] = value
    return Market.model_validate(tables) if quantities else market
