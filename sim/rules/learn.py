"""learn: ties gain skill and insight from use, providers renew what they offer."""

import math

from sim.compiled import compiled, inlined
from sim.relations import goodwill, partner_rows
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
        _learn_ties(world, i)
    for j in world.providers:
        world.understood[j, :] = 0.0
    for i in range(len(world.ties)):
        if world.encounters[i].slot != NOBODY:
            _teach(world, i)
    for j in world.providers:
        _renew(world, j)
        _inspire(world.actors[j], world.tallies[j])
    for p in partner_rows(world):
        _inspire(world.actors[p], world.tallies[p])


@inlined
def _learn_ties(world, i):
    """k += 0.10*invest*sqrt(trust*g)*(1-k) and u += 0.3*dialogue*trust*(1-u) on the active tie; idle k, u *= 0.97."""
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if s != world.encounters[i].slot:
            tie.skill *= IDLE
            tie.insight *= IDLE
        else:
            strategy = world.strategies[world.actors[tie.provider].strategy]
            tie.known = 1.0
            tie.tenure += 1
            tie.skill += SKILL_RATE * strategy.invest * math.sqrt(tie.trust * goodwill(tie)) * (1.0 - tie.skill)
            tie.insight += INSIGHT_RATE * strategy.dialogue * tie.trust * (1.0 - tie.insight)


@inlined
def _teach(world, i):
    """Add buyer i's skill and understood need to its provider's tally; influencers weigh more in a community."""
    provider, person = world.encounters[i].provider, world.actors[i]
    tie, tally = world.ties[i, world.encounters[i].slot], world.tallies[provider]
    community = world.strategies[world.actors[provider].strategy].community
    weight = tie.insight * (1.0 + community * person.influencer)
    tally.skill += tie.skill
    tally.weight += weight
    for d in range(world.needs.shape[1]):
        world.understood[provider, d] += weight * world.needs[i, d]


@inlined
def _renew(world, j):
    """Move offering, capability and mean skill of provider j.

    x += 0.1*n*o*(mean understood need - x); q += 0.02*n*(1-o)*(1-q) - 0.002*(q - 0.5), with n = innovate
    and o = orientation.
    """
    actor, tally = world.actors[j], world.tallies[j]
    strategy = world.strategies[actor.strategy]
    if tally.weight > 0.0:
        for d in range(world.needs.shape[1]):
            aim = world.understood[j, d] / tally.weight
            step = RENEWAL_RATE * strategy.innovate * strategy.orientation
            world.offerings[j, d] += step * (min(max(aim, 0.0), 1.0) - world.offerings[j, d])
    growth = QUALITY_RATE * strategy.innovate * (1.0 - strategy.orientation) * (1.0 - actor.capability)
    actor.capability += growth - AGEING_RATE * (actor.capability - BASELINE)
    actor.mean_skill = min(tally.skill / tally.served, 1.0) if tally.served > 0 else 0.0


@inlined
def _inspire(actor, tally):
    """m += 0.05*(mean satisfaction of last period's buyers - m); note the load."""
    if actor.load > 0:
        actor.engagement += SPIRIT_RATE * (actor.pleased - actor.engagement)
    actor.load = tally.served
