"""offer: what an encounter on each tie would be worth, cost, and be priced at."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.maths import clip, exp, log, power
from sim.money import CENTS, cents
from sim.network import DEPARTMENT, FIRM, PEER
from sim.records import BY_PLATFORM, DESK, NOBODY
from sim.relations import alliance, buyers_of, courier_rows, goodwill, is_open, misfit_squared, partner_rows
from sim.state import World

DISPIRITED, SPIRIT = 0.8, 0.4  # effort of people without engagement, and what full engagement adds
SAVED_BY_ROLES = 0.1  # share of the basic cost that fully clear roles save


def offer(world: World, t: int = 0) -> None:
    """Set value, expected value and price of every tie with a provider of tier t."""
    _offer(world, t, desk(world))


@compiled
def _offer(world, t, room):
    """What is the same for all of a provider's buyers is worked out once per provider (`terms`)."""
    prepare_tier(world, t)
    for i in buyers_of(world, t):
        ask(world, i, room)


@inlined
def prepare_tier(world, t):
    """Set the terms of the providers of tier t, after what their partners and couriers bring."""
    prepare_helpers(world)
    tier = world.tiers[t]
    for n in range(tier.place, tier.place + tier.providers):
        set_terms(world, world.providers[n])


@inlined
def prepare_helpers(world):
    """Work out what partners and couriers bring this period."""
    for p in partner_rows(world):
        set_helper_terms(world, p)
    if world.market[0].couriers > 0:
        _count_on_couriers(world)


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
    strategy, tier = world.strategies[actor.strategy], world.tiers[actor.tier]
    terms.effort = effort(strategy, actor)
    terms.effort_part = power(terms.effort, market.alpha)
    terms.strength = tier.worth * (1.0 + actor.edge) * actor.capability * load_factor(actor)
    terms.unit_cost = unit_cost(market, strategy, terms.effort, actor.load)
    terms.inputs = terms.partner_cost = 0.0
    if actor.kind != PEER:
        terms.unit_cost *= tier.work
        _use_inputs(world, j, terms)
    terms.share, terms.patience = strategy.share, strategy.patience
    terms.values, terms.strategy, terms.partners = actor.values, actor.strategy, actor.partners
    terms.closed = 0 if is_open(actor) else 1
    if actor.partners > 0:
        _work_together(world, j, terms)
    set_prices(world, actor, strategy.markup, terms)


@inlined
def _use_inputs(world, j, terms):
    """Let provider j work with what was delivered to it: input = 1 - w + w*V'/worth, with w the input_weight."""
    if j < len(world.ties):
        source, encounter = world.tiers[world.actors[j].tier + 1], world.encounters[j]
        delivered = encounter.value if encounter.slot != NOBODY else 0.0
        share = delivered / source.worth if source.worth > 0.0 else 0.0
        terms.strength *= 1.0 - source.input_weight + source.input_weight * share
        if encounter.slot != NOBODY:
            terms.inputs = encounter.cost if source.internal else encounter.price
            terms.unit_cost += terms.inputs


@inlined
def _work_together(world, j, terms):
    """Let provider j's partners join in: 1 + complement * mutual trust * effort of each multiplies the value."""
    spent = 0
    for s in range(world.actors[j].partners):
        tie = alliance(world, j, s)
        helper = world.terms[tie.provider]
        mutual = math.sqrt(tie.trust * goodwill(tie))
        terms.strength *= 1.0 + world.market[0].complement * mutual * helper.effort
        spent += cents(helper.unit_cost)
    terms.partner_cost = spent / CENTS


@inlined
def set_prices(world, actor, markup, terms):
    """Set what is asked before the surplus is shared, off the platform and on it."""
    market = world.market[0]
    mediated = with_platform(market, terms.unit_cost)
    terms.asked = base_price(terms.unit_cost, markup, actor.partners * market.revenue_share)
    terms.asked_mediated = base_price(mediated, markup, market.fee)  # only peers, who have no partner
    if actor.kind == FIRM and actor.tier == 0:
        terms.asked *= market.price_level
    elif actor.kind == DEPARTMENT:
        terms.asked = terms.share = 0.0


@compiled
def with_platform(market, cost):
    """Return what a delivery through the platform costs: its operating cost and the courier come on top."""
    cost += market.operating_cost
    return cost + market.delivery_pay if market.couriers > 0 else cost


@inlined
def set_helper_terms(world, p):
    """Work out a partner's or courier's effort, and what it costs per encounter."""
    actor, terms = world.actors[p], world.terms[p]
    terms.effort = effort(world.strategies[actor.strategy], actor)
    terms.unit_cost = world.market[0].c_effort * terms.effort * terms.effort


@inlined
def _count_on_couriers(world):
    """Work out how many couriers are open, and what they bring on average."""
    market = world.market[0]
    total, market.carriers = 0.0, 0
    for c in courier_rows(world):
        set_helper_terms(world, c)
        if is_open(world.actors[c]):
            total += delivery_by(world, c)
            market.carriers += 1
    market.delivery = total / market.carriers if market.carriers > 0 else 0.0


@inlined
def delivery_by(world, c):
    """Return d = 1 - delivery_weight + delivery_weight * capability * effort * load factor of courier c."""
    weight, actor = world.market[0].delivery_weight, world.actors[c]
    return 1.0 - weight + weight * actor.capability * world.terms[c].effort * load_factor(actor)


@compiled
def effort(strategy, actor):
    """Return effective effort, in [0, 1]: the strategy's, as far as engaged people carry it; 0 in betrayal."""
    if actor.betrays:
        return 0.0
    return clip(strategy.effort * (DISPIRITED + SPIRIT * actor.engagement), 0.0, 1.0)


@compiled
def load_factor(actor):
    """Return 1 up to capacity, then capacity/load: the crowded serve worse."""
    if actor.capacity == 0 or actor.load <= actor.capacity:
        return 1.0
    return actor.capacity / actor.load


@compiled
def unit_cost(market, strategy, effort, load):
    """Return the EUR one delivery costs off the platform without inputs, never below 0.

    C = cost*(1 + waste - 0.1*role_clarity*roles_effect) + c_effort*effort**2 + c_transparency*transparency
    + c_dialogue*dialogue + c_invest*invest + c_innovate*innovate + c_advertising*advertising
    - scale_economy*ln(1 + load)
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
        + market.c_advertising * strategy.advertising
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
    strength = terms.strength * market.delivery if carried(market, tie) else terms.strength
    return fit, strength * fit * ((1.0 - market.complexity) + market.complexity * together)


@compiled
def carried(market, tie):
    """Whether a courier delivers on this tie."""
    return market.couriers > 0 and tie.origin == BY_PLATFORM


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
            terms = world.terms[tie.provider]
            tie.price = price(terms, tie.price, tie.expected)
            if world.market[0].command > 0.0 and i < world.market[0].customers:
                tie.price = squeezed(tie.price, cost_on(world, tie), world.market[0].command)


@compiled
def cost_on(world, tie):
    """Return the unit cost on a tie: what the platform costs comes on top where it mediates."""
    cost = world.terms[tie.provider].unit_cost
    return with_platform(world.market[0], cost) if tie.origin == BY_PLATFORM else cost


@inlined
def cost_of(world, tie, encounter):
    """Return what a delivery costs its provider in the end, in EUR: with a repair, without a platform it left."""
    left = tie.origin == BY_PLATFORM and not encounter.mediated
    cost = world.terms[tie.provider].unit_cost if left else cost_on(world, tie)
    return cost + world.market[0].c_repair if encounter.repaired else cost


@compiled
def base_price(cost, markup, deducted):
    """Return C*(1 + markup)/(1 - deducted) in EUR; deducted is the platform's fee or the partners' shares."""
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
