"""How a market begins: who takes part, and who knows whom."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import mesa

from sim.config import Market
from sim.network import Rows, friendships, reach
from tests.reference.buyers import Buyer
from tests.reference.customers import Customer
from tests.reference.firms import Department, Firm, Partner, Seller
from tests.reference.platform import Courier, Peer, Platform
from tests.reference.providers import Provider
from tests.reference.tiers import Tier


def populate(model: mesa.Model) -> None:
    """Create everybody, in the order of rows."""
    rows, market = count(), model.market
    add_customers(model, rows)
    for tier in model.tiers:
        add_firms(model, tier, rows)
    model.firms = model.tiers[0].firms
    for firms, strategy in partnerships(market, model.firms):
        Partner(model, next(rows), strategy, firms)
    mix = spread(market.couriers.courier_strategies, market.couriers.couriers)
    model.couriers = [Courier(model, next(rows), strategy) for strategy in mix]
    model.platform = Platform(model, next(rows))
    model.buyers = model.agents.select(lambda agent: isinstance(agent, Buyer) and agent.source is not None)
    model.customers = model.agents.select(agent_type=Customer)
    model.links = model.buyers.select(agent_type=Firm)
    model.sellers = model.agents.select(agent_type=Provider)
    model.partners = model.agents.select(agent_type=Partner)


def add_customers(model: mesa.Model, rows: Iterator[int]) -> None:
    """Create the peers, then the other customers."""
    market, tier = model.market, model.tiers[0]
    mix = spread(market.providers.peer_strategies, market.peers)
    model.peers = [Peer(model, next(rows), source=tier, strategy=strategy, tier=tier) for strategy in mix]
    others = [Customer(model, next(rows), source=tier) for _ in range(market.customers.customers - len(mix))]
    model.people = [*model.peers, *others]
    tier.buyers = model.people


def add_firms(model: mesa.Model, tier: Tier, rows: Iterator[int]) -> None:
    """Create the firms or departments of a tier; they buy from the one above."""
    if tier.terms is None:
        kind, mix = Seller, spread(model.market.providers.firm_strategies, model.market.providers.firms)
    else:
        kind = Department if tier.internal else Firm
        mix = spread(tier.terms.strategies, model.market.size_of(tier.terms))
    above = model.tiers[tier.number + 1] if tier.number + 1 < len(model.tiers) else None
    firms = [kind(model, next(rows), source=above, strategy=strategy, tier=tier) for strategy in mix]
    if above:
        above.buyers = firms
    tier.providers = firms if tier.terms else [*firms, *model.peers]


def partnerships(market: Market, firms: list[Seller]) -> Iterator[tuple[list[Seller], str]]:
    """Yield the firms each partner works with, and its strategy."""
    partners = market.partners
    for p, strategy in enumerate(spread(partners.partner_strategies, partners.partners)):
        first = p * len(firms) // partners.partners
        yield [firms[(first + k) % len(firms)] for k in range(partners.firms_per_partner)], strategy


def introduce(model: mesa.Model) -> None:
    """Let people know their friends, the providers within reach and their first providers."""
    networks, size, offers = model.market.networks, len(model.people), len(model.tiers[0].providers)
    friends = friendships(networks.social, model.key, size, networks.social_degree, networks.social_rewiring)
    near = reach(networks.market, model.key, size, offers, networks.market_degree, networks.market_rewiring)
    for buyer in model.people:
        buyer.friends = [model.people[row] for row in neighbours(friends, buyer.row)]
        places = neighbours(near, buyer.row) if len(near[0]) else range(offers)
        buyer.reach = [model.tiers[0].providers[place] for place in places]
    for tier in model.tiers[1:]:
        for n, buyer in enumerate(tier.buyers):
            buyer.reach = [tier.providers[n]] if tier.internal else tier.providers
    crown(model)
    model.buyers.do("arrive")


def crown(model: mesa.Model) -> None:
    """Make those with most friends influencers."""
    number = int(model.market.networks.influencers * len(model.people))
    for buyer in sorted(model.people, key=lambda buyer: -len(buyer.friends))[:number]:
        buyer.influencer = bool(buyer.friends)


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
