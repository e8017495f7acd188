"""trust: both sides of every encounter judge it and remember."""

from sim import draws
from sim.compiled import apart, compiled, inlined
from sim.draws import draw
from sim.maths import clip, logistic, normal_quantile
from sim.money import CENTS, cents
from sim.records import NOBODY
from sim.relations import (
    alliance,
    appraise,
    beta_mean,
    buyer_effort,
    buys_from,
    courier_rows,
    is_fixed,
    partner_rows,
    sales_of,
)
from sim.rules.settle import gain

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
    tell(world)


@apart
def tell(world):
    """Tell all who provided how pleased their buyers are."""
    for n in range(len(world.providers)):
        hear_back(world, n)
    judge_helpers(world)


@inlined
def judge(world, i):
    """Let buyer i and its provider judge their encounter; what the buyer takes for granted follows."""
    slot = world.encounters[i].slot
    if slot != NOBODY:
        y, back = impressions(world, i)
        remember(world.ties[i, slot], world.market[0].memory, y, back)
        conclude(world, i, y)


@inlined
def impressions(world, i):
    """Return how satisfied buyer i and its provider are with their encounter, both in [0, 1]."""
    encounter, market = world.encounters[i], world.market[0]
    rewarded = reward(encounter.margin, encounter.cost)
    if is_fixed(world, i):
        rewarded = 1.0 - world.tiers[buys_from(world, i)].orders
    back = content(rewarded, buyer_effort(market, world.ties[i, encounter.slot].trust))
    return satisfaction(world, i, encounter), back


@inlined
def conclude(world, i, y):
    """End buyer i's encounter with satisfaction y, once its evidence is remembered."""
    encounter, person = world.encounters[i], world.actors[i]
    person.aspiration += HABIT_RATE * (gain(encounter) - person.aspiration)
    person.current = encounter.slot
    encounter.satisfaction = y
    appraise(world, world.ties[i, encounter.slot])


@inlined
def hear_back(world, n):
    """Tell the n-th provider how pleased its buyers are; it and its partners judge each other."""
    j = world.providers[n]
    provider, tally = world.actors[j], world.tallies[j]
    if tally.served > 0:
        for sale in sales_of(world, n):
            i = world.sales[sale]
            tally.pleased += world.encounters[i].satisfaction * world.encounters[i].volume
        provider.pleased = min(tally.pleased / tally.served, 1.0)
        for s in range(provider.partners):
            _judge_partner(world, alliance(world, j, s), provider.pleased, tally)


@inlined
def _judge_partner(world, tie, y, tally):
    """Let a firm and a partner judge their period: the firm by its customers, the partner by what it kept."""
    spent, market = world.terms[tie.provider].unit_cost, world.market[0]
    kept = (tally.shared - cents(spent) * tally.served) / CENTS
    back = content(reward(kept, spent * tally.served), buyer_effort(market, tie.trust))
    remember(tie, market.memory, y, back)
    tie.trust = beta_mean(tie.pos, tie.neg)


@inlined
def judge_helpers(world):
    """Tell partners and couriers how pleased the buyers were whom they worked for."""
    for f in range(len(world.alliances)):
        firm = world.market[0].customers + f
        for s in range(world.actors[firm].partners):
            world.tallies[world.alliances[f, s].provider].pleased += world.tallies[firm].pleased
    if world.market[0].couriers > 0:
        for i in range(world.market[0].customers):
            if world.encounters[i].courier != NOBODY:
                world.tallies[world.encounters[i].courier].pleased += world.encounters[i].satisfaction
    for p in range(partner_rows(world).start, courier_rows(world).stop):
        if world.tallies[p].served > 0:
            world.actors[p].pleased = min(world.tallies[p].pleased / world.tallies[p].served, 1.0)


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
def reward(margin, cost):
    """Return how far a margin in EUR rewards a provider: clip(margin/(0.2*C), 0, 1)."""
    if cost > 0.0:
        return clip(margin / (GOOD_MARGIN * cost), 0.0, 1.0)
    return 1.0 if margin > 0.0 else 0.0


@compiled
def content(rewarded, effort):
    """Return the provider's satisfaction y' = clip(margin/(0.2*C), 0, 1) * (0.5 + 0.5*e_b), in [0, 1]."""
    return rewarded * (1.0 - CONDUCT_WEIGHT + CONDUCT_WEIGHT * effort)
