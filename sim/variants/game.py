"""What rules that take an encounter for a game between two people have in common: what each does, and gains by it.

What somebody does is an effort in [0, 1], between defection and cooperation. It has two parts. The strategy's effort
says in how many of the periods one is willing, evenly spaced: 1 always, 0 never, 1/2 every other. `reciprocity` says
how far the willing answer the other: effort = 1 - reciprocity*(1 - what the other did), all of it towards a stranger.
"""

import math

from sim.compiled import inlined
from sim.network import CUSTOMER
from sim.relations import beta_mean
from sim.rules.offer import effort


@inlined
def efforts(world, i, tie):
    """Return the efforts of buyer i and of its provider at an encounter of this period, both in [0, 1]."""
    period, reciprocity = world.clock[0].period, world.market[0].reciprocity
    mine = _willing(own_effort(world, i), period) * _answer(tie.pos, tie.neg, reciprocity)
    theirs = _willing(own_effort(world, tie.provider), period) * _answer(tie.gpos, tie.gneg, reciprocity)
    return mine, theirs


@inlined
def own_effort(world, row):
    """Return the effort in [0, 1] of the strategy followed in a row; a customer who only buys follows none: 1."""
    actor = world.actors[row]
    return 1.0 if actor.kind == CUSTOMER else effort(world.strategies[actor.strategy], actor)


@inlined
def _willing(share, period):
    """Return 1 in a share of the periods, evenly spaced, else 0."""
    return math.floor((period + 1) * share) - math.floor(period * share)


@inlined
def _answer(pos, neg, reciprocity):
    """Return what evidence about the other leaves of one's effort; without evidence one makes all of it."""
    stranger = pos == 0.0 and neg == 0.0
    return 1.0 if stranger else 1.0 - reciprocity * (1.0 - beta_mean(pos, neg))


@inlined
def buyer_payoff(market, mine, theirs):
    """Return what a buyer gains in EUR, by its own effort and its provider's."""
    return _payoff(mine, theirs, market.game_reward, market.buyer_sucker, market.buyer_temptation,
                   market.buyer_punishment)  # fmt: skip


@inlined
def provider_payoff(market, mine, theirs):
    """Return what a provider gains in EUR, by its own effort and its buyer's."""
    return _payoff(mine, theirs, market.game_reward, market.provider_sucker, market.provider_temptation,
                   market.provider_punishment)  # fmt: skip


@inlined
def _payoff(mine, theirs, reward, sucker, temptation, punishment):
    """Return a*b*R + a*(1-b)*S + (1-a)*b*T + (1-a)*(1-b)*P for own effort a and the other's b."""
    given = theirs * reward + (1.0 - theirs) * sucker
    kept = theirs * temptation + (1.0 - theirs) * punishment
    return mine * given + (1.0 - mine) * kept
