"""learn: ties gain skill and insight from use, providers renew what they offer."""

import math

from sim.compiled import compiled, inlined
from sim.relations import goodwill, sales_of
from sim.state import NOBODY

SKILL_RATE, INSIGHT_RATE, IDLE = 0.10, 0.3, 0.97
RENEWAL_RATE = 0.1  # step of an offering toward its customers' needs, per innovate * orientation
QUALITY_RATE = 0.02  # growth of capability, per innovate * (1 - orientation)
AGEING_RATE = 0.002  # share of capability above the baseline that ages away each period
BASELINE = 0.5  # capability without any renewal
SPIRIT_RATE = 0.05


@compiled
def learn(world):
    """Update the ties, then the providers from what their served ties taught them."""
    for i in range(len(world.ties)):
        practise(world, i)
    for n in range(len(world.providers)):
        renew(world, n)


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
    """Let the n-th provider and its partner learn from the period."""
    j = world.providers[n]
    actor = world.actors[j]
    _approach(world, n)
    _improve(world.strategies[actor.strategy], actor)
    _inspire(actor, world.tallies[j])
    if actor.ally != NOBODY:
        _inspire(world.actors[actor.ally], world.tallies[actor.ally])


@inlined
def _approach(world, n):
    """Move the n-th provider's offering toward the needs it understood, and note the skill of its served ties.

    x += 0.1*n*o*(mean understood need - x), with n = innovate and o = orientation. A need counts by insight;
    influencers weigh more in a community.
    """
    j = world.providers[n]
    strategy, tally = world.strategies[world.actors[j].strategy], world.tallies[j]
    skill = weights = 0.0
    for sale in sales_of(world, n):
        i = world.sales[sale]
        skill += world.encounters[i].skill
        weights += _weight(world, i, strategy)
    world.actors[j].mean_skill = min(skill / tally.served, 1.0) if tally.served > 0 else 0.0
    step = RENEWAL_RATE * strategy.innovate * strategy.orientation
    if weights > 0.0 and step > 0.0:
        for d in range(world.needs.shape[1]):
            aim = 0.0
            for sale in sales_of(world, n):
                i = world.sales[sale]
                aim += _weight(world, i, strategy) * world.needs[i, d]
            world.offerings[j, d] += step * (min(max(aim / weights, 0.0), 1.0) - world.offerings[j, d])


@inlined
def _weight(world, i, strategy):
    """Return how much buyer i's need counts for the provider it dealt with."""
    insight = world.encounters[i].insight
    if strategy.community > 0.0 and world.actors[i].influencer:
        return insight * (1.0 + strategy.community)
    return insight


@inlined
def _improve(strategy, actor):
    """q += 0.02*n*(1-o)*(1-q) - 0.002*(q - 0.5), with n = innovate and o = orientation."""
    growth = QUALITY_RATE * strategy.innovate * (1.0 - strategy.orientation) * (1.0 - actor.capability)
    actor.capability += growth - AGEING_RATE * (actor.capability - BASELINE)


@inlined
def _inspire(actor, tally):
    """m += 0.05*(mean satisfaction of last period's buyers - m); note the load."""
    if actor.load > 0:
        actor.engagement += SPIRIT_RATE * (actor.pleased - actor.engagement)
    actor.load = tally.served
