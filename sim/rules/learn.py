"""learn: ties gain skill and insight from use, providers renew what they offer."""

import math

from sim.compiled import compiled, inlined
from sim.network import PEER
from sim.records import NOBODY
from sim.relations import courier_rows, goodwill, partner_rows, sales_of

SKILL_RATE, INSIGHT_RATE, IDLE = 0.10, 0.3, 0.97
RENEWAL_RATE = 0.1  # step of an offering toward its customers' needs, per innovate * orientation
QUALITY_RATE = 0.02  # growth of capability, per innovate * (1 - orientation)
AGEING_RATE = 0.002  # share of capability above the baseline that ages away each period
BASELINE = 0.5  # capability without any renewal


@compiled
def learn(world):
    """Update the ties, then the providers from what their served ties taught them, from the sellers up."""
    for i in range(len(world.ties)):
        practise(world, i)
    for n in range(len(world.providers)):
        renew(world, n)
    renew_helpers(world)


@inlined
def practise(world, i):
    """k += 0.10*invest*sqrt(trust*g)*(1-k) and u += 0.3*dialogue*trust*(1-u) on the active tie; idle k, u *= 0.97."""
    active = world.encounters[i].slot
    for s in range(world.ties.shape[1]):
        if s != active:
            world.ties[i, s].skill *= IDLE
            world.ties[i, s].insight *= IDLE
    if active != NOBODY:
        tie = world.ties[i, active]
        strategy = world.strategies[world.terms[tie.provider].strategy]
        tie.known = 1.0
        tie.tenure += 1
        tie.skill += SKILL_RATE * strategy.invest * math.sqrt(tie.trust * goodwill(tie)) * (1.0 - tie.skill)
        tie.insight += INSIGHT_RATE * strategy.dialogue * tie.trust * (1.0 - tie.insight)
        world.encounters[i].skill, world.encounters[i].insight = tie.skill, tie.insight


@inlined
def renew(world, n):
    """Let the n-th provider learn from the period."""
    j = world.providers[n]
    _approach(world, n)
    _improve(world.strategies[world.actors[j].strategy], world.actors[j])
    _inspire(world, j)


@inlined
def renew_helpers(world):
    """Let the people of partners and couriers be moved by those they worked for."""
    for p in partner_rows(world):
        _inspire(world, p)
    for c in courier_rows(world):
        _inspire(world, c)


@inlined
def _approach(world, n):
    """Move the n-th provider's offering toward the needs it understood, and note the skill of its served ties.

    x += 0.1*n*o*(mean understood need - x), with n = innovate and o = orientation. A need counts by insight and
    volume; influencers weigh more in a community. A firm that buys needs what it understood its buyers to need.
    """
    j = world.providers[n]
    actor = world.actors[j]
    strategy, served = world.strategies[actor.strategy], world.tallies[j].served
    skill = weights = 0.0
    for sale in sales_of(world, n):
        i = world.sales[sale]
        skill += world.encounters[i].skill * world.encounters[i].volume
        weights += _weight(world, i, strategy)
    actor.mean_skill = min(skill / served, 1.0) if served > 0 else 0.0
    step = RENEWAL_RATE * strategy.innovate * strategy.orientation
    if step > 0.0 or len(world.end_needs) > 0:
        for d in range(world.needs.shape[1]):
            world.offerings[j, d] += step * _pull(world, n, d, strategy, weights)


@inlined
def _pull(world, n, d, strategy, weights):
    """Return (1 - f)*(mean understood need - x) + f*(mean need of the end customers - x) in dimension d.

    f is `end_user_focus` above tier 0, else 0. A firm that buys needs what it understood its buyers to need.
    """
    j, pull = world.providers[n], 0.0
    actor, x = world.actors[j], world.offerings[j, d]
    focus = strategy.end_user_focus if actor.tier > 0 else 0.0
    if len(world.end_needs) > 0 and actor.kind != PEER and world.tallies[j].served > 0:
        pull += focus * (_end_need(world, n, d) - x)
    if weights > 0.0:
        aim = 0.0
        for sale in sales_of(world, n):
            i = world.sales[sale]
            aim += _weight(world, i, strategy) * world.needs[i, d]
        aim = min(max(aim / weights, 0.0), 1.0)
        pull += (1.0 - focus) * (aim - x)
        if world.market[0].customers <= j < len(world.ties):
            world.needs[j, d] = aim
    return pull


@inlined
def _end_need(world, n, d):
    """Return, and note, the mean need of the n-th provider's end customers, by volume, in dimension d."""
    j, customers, total = world.providers[n], world.market[0].customers, 0.0
    for sale in sales_of(world, n):
        i = world.sales[sale]
        need = world.needs[i, d] if i < customers else world.end_needs[i - customers, d]
        total += world.encounters[i].volume * need
    end = min(max(total / world.tallies[j].served, 0.0), 1.0)
    world.end_needs[j - customers, d] = end
    return end


@inlined
def _weight(world, i, strategy):
    """Return how much buyer i's need counts for the provider it dealt with."""
    insight = world.encounters[i].insight * world.encounters[i].volume
    if strategy.community > 0.0 and world.actors[i].influencer:
        return insight * (1.0 + strategy.community)
    return insight


@inlined
def _improve(strategy, actor):
    """q += 0.02*n*(1-o)*(1-q) - 0.002*(q - 0.5), with n = innovate and o = orientation."""
    growth = QUALITY_RATE * strategy.innovate * (1.0 - strategy.orientation) * (1.0 - actor.capability)
    actor.capability += growth - AGEING_RATE * (actor.capability - BASELINE)


@inlined
def _inspire(world, row):
    """m += engagement_rate*(mean satisfaction of last period's buyers - m); note the load."""
    actor = world.actors[row]
    if actor.load > 0:
        actor.engagement += world.market[0].engagement_rate * (actor.pleased - actor.engagement)
    actor.load = world.tallies[row].served
