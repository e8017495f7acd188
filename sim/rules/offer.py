"""offer: what an encounter on each tie would be worth, cost, and be priced at."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.maths import clip, exp, log, power
from sim.relations import alliance, goodwill, misfit_squared, partner_rows
from sim.state import BY_PLATFORM, DESK, NOBODY, World

DISPIRITED, SPIRIT = 0.8, 0.4  # effort of people without engagement, and what full engagement adds
SAVED_BY_ROLES = 0.1  # share of the basic cost that fully clear roles save


def offer(world: World) -> None:
    """Set value, expected value and price of every tie."""
    _offer(world, desk(world))


@compiled
def _offer(world, room):
    """What is the same for all of a provider's buyers is worked out once per provider (`terms`)."""
    for p in partner_rows(world):
        set_partner_terms(world, p)
    for j in world.providers:
        set_terms(world, j)
    for i in range(len(world.ties)):
        ask(world, i, room)


def desk(world: World) -> NDArray:
    """Return room for the providers one buyer decides between."""
    return np.zeros(world.ties.shape[1], DESK)


@inlined
def ask(world, i, room):
    """Let all of buyer i's providers make their offers."""
    _call_on(world, i, room)
    _value_ties(world, i, room)
    _price_ties(world, i)


@inlined
def _call_on(world, i, room):
    """Note the misfit and the base price of each of buyer i's ties.

    (In large markets this is where the providers come from memory: all at once, as nothing here waits for another.)
    """
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY:
            terms = world.terms[tie.provider]
            tie.price = terms.asked_mediated if tie.origin == BY_PLATFORM else terms.asked
            room[s].misfit = misfit_squared(world, i, tie.provider)


@inlined
def set_terms(world, j):
    """Work out provider j's terms: strength, effort, unit cost and contract."""
    market, actor, terms = world.market[0], world.actors[j], world.terms[j]
    strategy = world.strategies[actor.strategy]
    terms.effort = effort(strategy, actor)
    terms.effort_part = power(terms.effort, market.alpha)
    terms.strength = market.value * actor.capability * load_factor(actor)
    terms.unit_cost = unit_cost(market, strategy, terms.effort, actor.load)
    terms.share, terms.patience = strategy.share, strategy.patience
    terms.values, terms.strategy, terms.ally = actor.values, actor.strategy, actor.ally
    if actor.ally != NOBODY:
        terms.strength *= joint_factor(world, actor.ally)
    terms.asked = base_price(terms.unit_cost, strategy.markup, passed_on(market, actor))
    mediated = terms.unit_cost + market.operating_cost
    terms.asked_mediated = base_price(mediated, strategy.markup, market.fee)  # only peers, who have no partner


@compiled
def passed_on(market, provider):
    """Return the share of the price that goes to a provider's partner, if it has one."""
    return market.revenue_share if provider.ally != NOBODY else 0.0


@inlined
def set_partner_terms(world, p):
    """Work out a partner's effort and what it costs per encounter of its firm."""
    actor, terms = world.actors[p], world.terms[p]
    terms.effort = effort(world.strategies[actor.strategy], actor)
    terms.unit_cost = world.market[0].c_effort * terms.effort * terms.effort


@compiled
def effort(strategy, actor):
    """Return effective effort, in [0, 1]: the strategy's, as far as engaged people carry it."""
    return clip(strategy.effort * (DISPIRITED + SPIRIT * actor.engagement), 0.0, 1.0)


@inlined
def joint_factor(world, partner):
    """Return 1 + complement * mutual trust * the partner's effort: what a partner does for joint value."""
    tie = alliance(world, partner)
    mutual = math.sqrt(tie.trust * goodwill(tie))
    return 1.0 + world.market[0].complement * mutual * world.terms[partner].effort


@compiled
def load_factor(actor):
    """Return 1 up to capacity, then capacity/load: the crowded serve worse."""
    if actor.capacity == 0 or actor.load <= actor.capacity:
        return 1.0
    return actor.capacity / actor.load


@compiled
def unit_cost(market, strategy, effort, load):
    """Return the EUR one delivery costs off the platform, never below 0.

    C = cost*(1 + waste - 0.1*role_clarity*roles_effect) + c_effort*effort**2 + c_transparency*transparency
    + c_dialogue*dialogue + c_invest*invest + c_innovate*innovate - scale_economy*ln(1 + load)
    """
    basic = market.cost * (1.0 + strategy.waste - SAVED_BY_ROLES * strategy.role_clarity * market.roles_effect)
    relation = (
        market.c_transparency * strategy.transparency
        + market.c_dialogue * strategy.dialogue
        + market.c_invest * strategy.invest
    )
    total = (
        basic
        + market.c_effort * effort * effort
        + relation
        + market.c_innovate * strategy.innovate
        - market.scale_economy * log(1.0 + load)
    )
    return max(total, 0.0)


@inlined
def fit_and_value(world, tie, misfit_squared, skill, insight):
    """Return (fit, value) of an encounter on a tie, given |theta - x|**2, skill and insight.

    fit = exp(-specificity * ((1 - tailoring*insight) * |theta - x|)**2);
    V = strength * fit * ((1 - complexity) + complexity * c * (1 + skill_gain*skill)).
    """
    market, terms = world.market[0], world.terms[tie.provider]
    missing = 1.0 - market.tailoring * insight
    fit = exp(-market.specificity * missing * missing * misfit_squared)
    together = terms.effort_part * tie.cooperation * (1.0 + market.skill_gain * skill)
    return fit, terms.strength * fit * ((1.0 - market.complexity) + market.complexity * together)


@inlined
def _value_ties(world, i, room):
    """Set value and expected value: an unknown provider is judged as an average one of the buyer's."""
    total, count = 0.0, 0
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY:
            _, tie.value = fit_and_value(world, tie, room[s].misfit, tie.skill, tie.insight)
            total += tie.value
            count += 1
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY:
            tie.expected = tie.known * tie.value + (1.0 - tie.known) * total / count


@inlined
def _price_ties(world, i):
    """Set the price of each tie of buyer i."""
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY:
            tie.price = price(world.terms[tie.provider], tie.price, tie.expected)
            if world.market[0].command > 0.0:
                tie.price = squeezed(tie.price, cost_on(world, tie), world.market[0].command)


@compiled
def cost_on(world, tie):
    """Return the unit cost on a tie: the platform's operating cost comes on top where it mediates."""
    cost = world.terms[tie.provider].unit_cost
    return cost + world.market[0].operating_cost if tie.origin == BY_PLATFORM else cost


@compiled
def base_price(cost, markup, deducted):
    """Return C*(1 + markup)/(1 - deducted) in EUR; deducted is the platform's fee or the partner's share."""
    return cost * (1.0 + markup) / (1.0 - deducted)


@compiled
def price(terms, base, expected):
    """Return the price in EUR, never below 0; one formula covers every contract.

    price = base + share*((Vhat - base)+ - patience*(base - Vhat)+).
    """
    asked = base + terms.share * (max(expected - base, 0.0) - terms.patience * max(base - expected, 0.0))
    return max(asked, 0.0)


@compiled
def squeezed(price, cost, command):
    """Return what a buyer's command leaves of a price, in EUR: price - command*(price - C)+."""
    return price - command * max(price - cost, 0.0)
