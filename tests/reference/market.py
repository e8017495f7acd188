"""The market itself: who takes part, and what happens in which order."""

from collections.abc import Mapping

import mesa
import numpy as np

from sim.config import SECTIONS, Market
from sim.draws import TREND, draw
from tests.reference.buyers import Actor
from tests.reference.firms import Firm
from tests.reference.founding import introduce, populate
from tests.reference.maths import draws
from tests.reference.participation import gather, reconsider
from tests.reference.shocks import Happening, usual
from tests.reference.tie import Encounter
from tests.reference.tiers import Tier, tiers_of

GAINS = ("gain_customers", "gain_providers", "gain_partners", "gain_platform", "gain_couriers")
MEASURES = ("encounters_met", *GAINS, "total_value")


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
    now : Conditions
        What shocks have made of the market's quantities.
    tiers : list of Tier
        Nearest to the customers first.
    buyers, customers, links, sellers, partners : AgentSet
        Who buys: the customers (and peers), and the firms and departments that need inputs; who sells, in any tier
        (peers, firms and departments); partners.
    people, peers, firms, couriers : list
        By row; `people` are all customers, `firms` those that sell to them.
    platform : Platform
    delivery : float
        What a courier is expected to leave of the value.
    encounters, supplies, entrants : list
        This period's encounters of customers and of firms, and the firms that are new at its end.
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
        self.supplies: list[Encounter] = []
        self.entrants: list[Firm] = []
        self.trend = [1 if self.turn(d) < 0.5 else -1 for d in range(self.market.exchange.dimensions)]
        self.now = usual(self.market)
        self.delivery = 1.0
        self.tiers = list(tiers_of(self.market))
        populate(self)
        introduce(self)
        gather(self)
        self.happenings = [Happening(self, n, shock) for n, shock in enumerate(self.market.shocks.values())]
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in MEASURES})

    # one period

    def step(self) -> None:
        """Live one period.

        Change, meet; offer, choose, deliver, tier by tier, the highest first; settle, learn, trust, talk, measure,
        adapt.
        """
        self.period += 1
        self.change()
        self.meet()
        self.make_ready()
        for tier in reversed(self.tiers):
            self.offer(tier)
            self.choose(tier)
            self.deliver(tier)
        self.settle()
        self.learn()
        self.trust()
        self.talk()
        self.datacollector.collect(self)
        self.adapt()
        self.running = self.period < self.market.periods

    def change(self) -> None:
        """Let trends turn, shocks act, needs drift and customers come and go."""
        flip = self.market.customers.trend_flip
        self.trend = [-way if self.turn(d) < flip else way for d, way in enumerate(self.trend)]
        self.customers.do("recover")
        self.be_shocked()
        self.customers.do("change")
        self.links.do("age")

    def be_shocked(self) -> None:
        """Let shocks act, in their order."""
        self.now = usual(self.market)
        for provider in self.sellers:
            provider.shut = provider.betrays = False
        for happening in self.happenings:
            happening.act()

    def meet(self) -> None:
        """Let buyers find providers: by themselves, through friends, by advertising, on the platform."""
        self.buyers.do("look_around")
        if self.market.platform.platform_slots:
            self.customers.do(self.platform.show)

    def make_ready(self) -> None:
        """Let those who work with the sellers prepare."""
        self.partners.do("prepare")
        for courier in self.couriers:
            courier.prepare()
        self.delivery = self.platform.expect_of_couriers()

    @property
    def carries(self) -> bool:
        """Whether anybody can carry what comes through the platform."""
        return not self.couriers or not all(courier.closed for courier in self.couriers)

    def offer(self, tier: Tier) -> None:
        """Let everybody in a tier make an offer to everybody who knows it."""
        for provider in tier.providers:
            provider.prepare()
        for buyer in tier.buyers:
            buyer.ask()

    def choose(self, tier: Tier) -> None:
        """Let buyers choose."""
        for buyer in tier.buyers:
            buyer.choose()

    def deliver(self, tier: Tier) -> None:
        """Let providers deliver."""
        for buyer in tier.buyers:
            if buyer.encounter:
                buyer.encounter.tie.provider.deliver(buyer.encounter)

    def settle(self) -> None:
        """Let money change hands, from the customers up."""
        for tier in self.tiers:
            for buyer in tier.buyers:
                buyer.pay()
        self.encounters = [buyer.encounter for buyer in self.people if buyer.encounter]
        self.supplies = [buyer.encounter for buyer in self.links if buyer.encounter]

    def learn(self) -> None:
        """Let relations deepen or fade, and providers develop, from the sellers up."""
        self.buyers.do("practise")
        for tier in self.tiers:
            for provider in tier.providers:
                provider.learn()
        self.partners.do("be_moved")
        for courier in self.couriers:
            courier.learn()

    def trust(self) -> None:
        """Let everybody judge whom it dealt with."""
        self.buyers.do("judge")
        self.sellers.do("appreciate")
        for firm in self.firms:
            firm.judge_partners()

    def talk(self) -> None:
        """Let word get round."""
        self.buyers.do("tell")
        self.sellers.do("be_rated")
        self.partners.do("be_heard")
        for courier in self.couriers:
            courier.be_heard()

    def adapt(self) -> None:
        """Let providers learn from each other, entrants replace bankrupt firms, and people join or leave."""
        self.sellers.do("book").do("compare").do("adopt")
        for courier in self.couriers:
            courier.book()
        self.entrants = []
        for tier in self.tiers:
            bankrupt = [firm for firm in tier.firms if firm.bankrupt]
            survivors = [firm for firm in tier.firms if not firm.bankrupt]
            for firm in bankrupt:
                firm.inherit(survivors)
            self.entrants += bankrupt
        self.replace(self.entrants)
        for firm in self.entrants:
            firm.arrive()
        reconsider(self)

    def replace(self, firms: list[Firm]) -> None:
        """Give the rows of firms to others, whom nobody knows."""
        for firm in firms:
            firm.make_way()
        if firms:
            self.buyers.do("forget", set(firms))

    def tier_called(self, name: str) -> Tier:
        """Return a tier by its name; without one, tier 0."""
        return next(tier for tier in self.tiers if tier.name == name)

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
        """Number of encounters of customers."""
        return len(self.encounters)

    @property
    def gain_customers(self) -> float:
        """Value gained by all customers, in euros."""
        return sum(encounter.gain for encounter in self.encounters)

    @property
    def gain_providers(self) -> float:
        """Value gained by all who sell, in any tier, in euros."""
        return sum(encounter.volume * encounter.margin for encounter in self.encounters + self.supplies)

    @property
    def gain_partners(self) -> float:
        """Value gained by all partners, in euros."""
        return sum(encounter.partner_margin for encounter in self.encounters)

    @property
    def gain_platform(self) -> float:
        """Value gained by the platform, in euros."""
        return sum(encounter.platform_margin for encounter in self.encounters)

    @property
    def gain_couriers(self) -> float:
        """Value gained by all couriers, in euros."""
        return sum(encounter.courier_margin for encounter in self.encounters)

    @property
    def total_value(self) -> float:
        """Value gained by everybody, in euros."""
        return sum(getattr(self, gain) for gain in GAINS)

    @property
    def actors(self) -> list[Actor]:
        """Everybody, by row."""
        return list(self.agents)


def changed(market: Market, quantities: Mapping[str, float]) -> Market:
    """Return a market with other values for some of its quantities."""
    tables = market.model_dump()
    for name, value in quantities.items():
        homes = [tables[section] for section in SECTIONS if name in tables[section]]
        if not homes and name not in tables:
            raise TypeError(f"a market has no quantity {name!r}")
        (homes[0] if homes else tables)[name] = value
    return Market.model_validate(tables) if quantities else market
