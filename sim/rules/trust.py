"""trust: both sides of every encounter judge it and remember."""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import clip, logistic, normal_quantile
from sim.relations import alliance, appraise, beta_mean, buyer_effort, sales_of
from sim.rules.settle import gain
from sim.state import NOBODY

FAIR_SHARE = 0.5
OUTRAGE_RANGE = 0.4  # share beyond the tolerated one at which unfairness is complete
UNFAIRNESS_WEIGHT = 0.6
SHARE_NOISE = 0.1
THANKS_FOR_REPAIR = 0.2
GOOD_MARGIN = 0.2  # margin over cost that fully satisfies a provider
CONDUCT_WEIGHT = 0.5  # weight of the buyer's effort in the provider's satisfaction
HABIT_RATE = 0.05


@compiled
def trust(world):
    """Turn every encounter into evidence: pos = memory*pos + y, neg = memory*neg + 1 - y, for both sides."""
    for i in range(len(world.ties)):
        judge(world, i)
    for n in range(len(world.providers)):
        hear_back(world, n)


@inlined
def judge(world, i):
    """Let buyer i and its provider judge their encounter; what the buyer takes for granted follows."""
    encounter, person, market = world.encounters[i], world.actors[i], world.market[0]
    if encounter.slot == NOBODY:
        return
    tie = world.ties[i, encounter.slot]
    y = satisfaction(world, i, encounter)
    remember(tie, market.memory, y, content(encounter.margin, encounter.cost, buyer_effort(market, tie.trust)))
    person.aspiration += HABIT_RATE * (gain(encounter) - person.aspiration)
    person.current = encounter.slot
    encounter.satisfaction = y
    appraise(world, tie)


@inlined
def hear_back(world, n):
    """Tell the n-th provider how pleased its buyers are; it and its partner judge each other."""
    provider, served = world.actors[world.providers[n]], world.tallies[world.providers[n]].served
    if served > 0:
        total = 0.0
        for sale in sales_of(world, n):
            i = world.sales[sale]
            total += world.encounters[i].satisfaction
        provider.pleased = min(total / served, 1.0)
        if provider.ally != NOBODY:
            _judge_partner(world, provider.ally)


@inlined
def _judge_partner(world, p):
    """Let a firm and its partner judge their period: the firm by its customers, the partner by its margin."""
    tie, partner, tally = alliance(world, p), world.actors[p], world.tallies[p]
    partner.pleased = world.actors[partner.ally].pleased
    cost = world.terms[p].unit_cost * tally.served
    y, back = partner.pleased, content(tally.margin, cost, buyer_effort(world.market[0], tie.trust))
    remember(tie, world.market[0].memory, y, back)
    tie.trust = beta_mean(tie.pos, tie.neg)


@compiled
def remember(tie, memory, y, back):
    """Add the satisfaction y of the buyer and `back` of the provider to the fading evidence of a tie."""
    tie.pos, tie.neg = memory * tie.pos + y, memory * tie.neg + 1.0 - y
    tie.gpos, tie.gneg = memory * tie.gpos + back, memory * tie.gneg + 1.0 - back


@inlined
def satisfaction(world, i, encounter):
    """Return the buyer's satisfaction y, in [0, 1].

    y = logistic(V - price - aspiration) * (1 - 0.6*unfairness) * (1 - (1 - alignment)*|v_i - v_j|),
    plus 0.2 for a repaired incident.
    """
    person, provider = world.actors[i], world.terms[encounter.provider]
    strategy = world.strategies[provider.strategy]
    y = logistic(gain(encounter) - person.aspiration)
    y *= 1.0 - UNFAIRNESS_WEIGHT * unfairness(world, i, encounter, strategy.transparency)
    y *= 1.0 - (1.0 - strategy.alignment) * abs(person.values - provider.values)
    return min(y + THANKS_FOR_REPAIR * encounter.repaired, 1.0)


@inlined
def unfairness(world, i, encounter, transparency):
    """Return how unfair the split looks to the buyer, in [0, 1].

    True share of the provider = margin/(|V - price| + |margin|); perceived = true + (1 - transparency)
    *(suspicion + 0.1*normal); unfairness = clip((perceived - 0.5 - tolerance)/0.4, 0, 1).
    """
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    at_stake = abs(gain(encounter)) + abs(encounter.margin)
    share = encounter.margin / at_stake if at_stake > 0.0 else 0.0
    noise = SHARE_NOISE * normal_quantile(draw(key, draws.TRUST, period, i, 0)[0])
    perceived = share + (1.0 - transparency) * (market.suspicion + noise)
    return clip((perceived - FAIR_SHARE - market.tolerance) / OUTRAGE_RANGE, 0.0, 1.0)


@compiled
def content(margin, cost, effort):
    """Return the provider's satisfaction y' = clip(margin/(0.2*C), 0, 1) * (0.5 + 0.5*e_b), in [0, 1]."""
    earned = 1.0 if margin > 0.0 else 0.0
    if cost > 0.0:
        earned = clip(margin / (GOOD_MARGIN * cost), 0.0, 1.0)
    return earned * (1.0 - CONDUCT_WEIGHT + CONDUCT_WEIGHT * effort)
