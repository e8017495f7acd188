"""Who takes part in the platform, at first and from period to period."""

import math
from collections.abc import Sequence
from itertools import pairwise

import mesa

from sim.draws import JOIN
from tests.reference.customers import Customer
from tests.reference.maths import logistic, mean
from tests.reference.platform import Courier, Peer

BARELY = 1e-9  # added before rounding down: in binary ten times a tenth may be less than 1


def at_first(number: int, share: float) -> list[bool]:
    """Return who of so many takes part at first: a share of them, evenly."""
    upto = [math.floor(n * share + BARELY) for n in range(number + 1)]
    return [after > before for before, after in pairwise(upto)]


def gather(model: mesa.Model) -> None:
    """Let people take part who do at first."""
    participation = model.market.participation
    for kind in (model.peers, model.couriers):
        for one, takes_part in zip(kind, at_first(len(kind), participation.first_peers), strict=True):
            one.takes_part = takes_part
    for customer, member in zip(model.people, at_first(len(model.people), participation.first_members), strict=True):
        customer.member = member
        customer.window = participation.attention if member else 0.0


def reconsider(model: mesa.Model) -> None:
    """Let everybody decide whether to take part in the next period."""
    if model.market.participation.joining == 0:
        return
    for kind in (model.peers, model.couriers):
        reconsider_working(model, kind)
    reconsider_following(model)


def reconsider_working(model: mesa.Model, kind: Sequence[Peer | Courier]) -> None:
    """Let peers, or couriers, compare what they earn with what they would earn elsewhere."""
    market = model.market
    usual = mean(one.profit for one in kind if one.takes_part)
    for one in kind:
        reconsiders, stays, *_ = one.luck(JOIN)
        if reconsiders < market.participation.joining:
            profit = one.profit if one.takes_part else usual
            more = profit - market.participation.outside_earnings
            one.takes_part = stays < logistic(market.competition.selection * more)


def reconsider_following(model: mesa.Model) -> None:
    """Let customers compare what the platform brings them with what following it takes."""
    members = [customer for customer in model.people if customer.member]
    for customer in members:
        customer.look_back()
    usual = mean(customer.window for customer in members)
    for customer in model.people:
        decide(customer, usual)


def decide(customer: Customer, usual: float) -> None:
    """Let one customer stay, join or leave."""
    market = customer.model.market
    _, _, reconsiders, stays = customer.luck(JOIN)
    if reconsiders >= market.participation.joining:
        return
    window = customer.window if customer.member else usual
    joins = stays < logistic(market.competition.selection * (window - market.participation.attention))
    if joins:
        customer.window = window
    customer.member = joins
