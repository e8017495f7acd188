"""happen: shocks begin, last and end (part of change; `docs/odd.md`, section 7.11)."""

import math

from sim import draws
from sim.compiled import apart, compiled, inlined
from sim.draws import draw
from sim.maths import clip, reflect
from sim.records import BY_PLATFORM, NOBODY
from sim.relations import appraise, arrive, end_relations, first_capability, place_at_random
from sim.rules.entry import enter
from sim.rules.meet import take_up
from sim.sections import HIGHEST_FEE
from sim.shocks import SHOCKS

(
    DEMAND_FALL,
    NEED_JUMP,
    SUPPLIER_FAILURE,
    PRICE_WAR,
    PRIVACY_BREACH,
    FEE_CHANGE,
    FEE_CAP,
    LICENCE_RULE,
    NEW_ENTRANT,
    BETRAYAL,
) = range(len(SHOCKS))  # in the order of sim.shocks.SHOCKS
AGEING = 3.0  # how much faster insight ages than needs move
ANTICIPATION = 0.5  # share of that ageing which a consenting customer's data prevent
PROTECTION = 0.5  # share of a breach that full rights to see and delete data prevent
BAD_NEWS = 10.0  # bad encounters that a breach counts for
REGAIN, REGAIN_BY_RIGHTS = 0.02, 4.0  # return of trust in the use of data per period, and how much faster with rights


@apart
def happen(world):
    """Let the shocks in force hold, and those of this period strike."""
    if len(world.shocks) > 0:
        _lift(world)
        for n in range(len(world.shocks)):
            shock = world.shocks[n]
            if shock.period <= world.clock[0].period < shock.end:
                _hold(world, n, shock)
            if shock.period == world.clock[0].period:
                _strike(world, n, shock)


@compiled
def _lift(world):
    """Go back to what the scenario says."""
    world.market[0] = world.market[1]
    for j in world.providers:
        world.actors[j].closed = world.actors[j].betrays = 0


@inlined
def _hold(world, n, shock):
    """Let a shock have its effect for this period."""
    market = world.market[0]
    if shock.kind == DEMAND_FALL:
        market.frequency *= 1.0 - shock.amount
    elif shock.kind == PRICE_WAR:
        market.price_level *= 1.0 - shock.amount
    elif shock.kind == FEE_CHANGE:
        market.fee = clip(market.fee + shock.amount, 0.0, HIGHEST_FEE)
    elif shock.kind == FEE_CAP:
        market.fee = min(market.fee, shock.amount)
    elif shock.kind in (SUPPLIER_FAILURE, BETRAYAL, LICENCE_RULE):
        _hit(world, n, shock)


@inlined
def _hit(world, n, shock):
    """Close an even choice of the providers of a tier, or of the peers; or let them betray their buyers."""
    tier = world.tiers[shock.tier]
    first, count = tier.place, tier.providers
    if shock.kind == LICENCE_RULE:
        first, count = tier.place + tier.firms, world.market[0].peers
    u, chosen = _start(world, n, shock), how_many(shock.amount, count, count)
    for m in range(chosen):
        actor = world.actors[world.providers[first + even(m, u, count, chosen)]]
        if shock.kind == BETRAYAL:
            actor.betrays = 1
        else:
            actor.closed = 1


@inlined
def _start(world, n, shock):
    """Return where shock n's even choice begins: the same in all its periods."""
    return draw(world.clock[0].key, draws.SHOCK, shock.period, n, 0)[0]


@compiled
def how_many(share, of, most):
    """Return how many of `of` a share is: at least 1 if it is above 0, at most `most`."""
    rounded = math.floor(share * of + 0.5)
    return min(max(rounded, 1 if share > 0.0 else 0), most)


@compiled
def even(m, u, count, chosen):
    """Return the m-th place of an even choice from `count` places: floor((m + u)*count/chosen)."""
    return math.floor((m + u) * count / chosen)


@inlined
def _strike(world, n, shock):
    """Let a shock happen once."""
    if shock.kind == NEED_JUMP:
        for i in range(world.market[0].customers):
            _jump(world, i, shock.amount)
    elif shock.kind == PRIVACY_BREACH:
        world.market[0].breached = world.market[1].breached = world.clock[0].period
        for i in range(world.market[0].customers):
            _expose(world, i, shock.amount * (1.0 - PROTECTION * world.market[0].data_rights))
    elif shock.kind == NEW_ENTRANT:
        _found(world, n, shock)


@inlined
def _jump(world, i, size):
    """Move customer i's needs with the trend; what its providers understood is less true."""
    for d in range(len(world.trend)):
        world.needs[i, d] = reflect(world.needs[i, d] + size * world.trend[d])
    age_insight(world, i, size)


@inlined
def age_insight(world, i, moved):
    """Let what buyer i's providers understood of its needs age: insight *= (1 - 3*moved*(1 - 0.5*consents))+."""
    kept = max(1.0 - AGEING * moved * (1.0 - ANTICIPATION * world.actors[i].consents), 0.0)
    for s in range(world.ties.shape[1]):
        world.ties[i, s].insight *= kept


@inlined
def _expose(world, i, harm):
    """Misuse the data of customer i, if it lets them be used: bad evidence, and less trust in the use of data."""
    person, platform = world.actors[i], world.market[0].platform_slots > 0
    if person.consents:
        for s in range(world.ties.shape[1]):
            tie = world.ties[i, s]
            if tie.provider != NOBODY and (tie.origin == BY_PLATFORM or not platform):
                tie.neg += BAD_NEWS * harm
                appraise(world, tie)
        person.data_trust *= 1.0 - harm
        _consent(world, person)


@inlined
def _consent(world, person):
    person.consents = 1 if person.privacy < world.market[0].consent * person.data_trust else 0


@inlined
def regain(world, i):
    """Move customer i's trust in the use of data toward 1 by 0.02*(1 + 4*data_rights) of the gap, after a breach."""
    if world.market[0].breached < world.clock[0].period:
        person = world.actors[i]
        person.data_trust += REGAIN * (1.0 + REGAIN_BY_RIGHTS * world.market[0].data_rights) * (1.0 - person.data_trust)
        _consent(world, person)


@inlined
def _found(world, n, shock):
    """Let an entrant take the row of the least used firm that sells."""
    tier = world.tiers[0]
    j = tier.row
    for row in range(tier.row, tier.row + tier.firms):
        if world.actors[row].load < world.actors[j].load:
            j = row
    enter(world, j)
    end_relations(world, j)
    _be_another(world, j)
    world.actors[j].edge = shock.amount
    if shock.strategy != NOBODY:
        world.actors[j].strategy = shock.strategy
    if j < len(world.ties):
        arrive(world, j)
    _announce(world, n, shock, j)


@inlined
def _be_another(world, j):
    """Draw values, capability and offering of the firm in row j anew."""
    key, period, firm = world.clock[0].key, world.clock[0].period, world.actors[j]
    firm.values, _, quality, _ = draw(key, draws.PERSON, period, j, 0)
    firm.capability = first_capability(quality)
    place_at_random(world.offerings, j, key, draws.OFFERING, period)


@inlined
def _announce(world, n, shock, j):
    """Let an even choice of the customers, or of the influencers, hear of provider j."""
    customers = world.market[0].customers
    listed = 0
    for i in range(customers):
        listed += 1 if shock.seeds == 0 else world.actors[i].influencer
    u, chosen = _start(world, n, shock), how_many(shock.heard_by, customers, listed)
    place = told = 0
    for i in range(customers):
        if shock.seeds == 0 or world.actors[i].influencer:
            if told < chosen and place == even(told, u, listed, chosen):
                take_up(world, i, j)
                told += 1
            place += 1
