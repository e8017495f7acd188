"""What a buyer and a provider are to each other: trust, goodwill, and how a slot is filled and emptied.

Trust and goodwill are Beta reputations (Josang & Ismail 2002): (pos + 1) / (pos + neg + 2).
"""

from sim import draws
from sim.compiled import apart, compiled, inlined
from sim.draws import NUMBERS, draw, pick
from sim.maths import exp, log
from sim.records import BY_PLATFORM, FIXED, NOBODY, OWN

RATING_WORTH = 8.0  # encounters of own evidence that a public rating counts for at most
FIRST_ASPIRATION = 1.0
LOWEST_CAPABILITY = 0.7  # of a provider at first
NEUTRAL = 0.5


@compiled
def beta_mean(pos, neg):
    """Return the expected share of good encounters after `pos` good and `neg` bad ones."""
    return (pos + 1.0) / (pos + neg + 2.0)


@compiled
def goodwill(tie):
    """Return the provider's goodwill toward the buyer, in [0, 1]."""
    return beta_mean(tie.gpos, tie.gneg)


@compiled
def trust(pos, neg, rated):
    """Return the trust of a buyer on the platform, in [0, 1]: the public rating joins its own evidence."""
    weight = min(1.0, RATING_WORTH / max(rated.rating_pos + rated.rating_neg, 1e-9))
    return beta_mean(pos + weight * rated.rating_pos, neg + weight * rated.rating_neg)


@compiled
def rating(provider):
    """Return a provider's public rating, in [0, 1]."""
    return beta_mean(provider.rating_pos, provider.rating_neg)


@compiled
def buyer_effort(market, trust):
    """Return the buyer's effort e_b = 1 - reciprocity + reciprocity * trust, in [0, 1]."""
    return 1.0 - market.reciprocity + market.reciprocity * trust


@compiled
def cooperation(market, trust, goodwill):
    """Return what trust and goodwill leave of co-creation, in [0, 1].

    Co-creation c = e_p**alpha * e_b**(1 - alpha) is the provider's effort part, the same for all its
    buyers, times (1 - reciprocity*(1 - goodwill))**alpha * e_b**(1 - alpha), which is this tie's own.
    Trust and goodwill are above 0, and so are both factors.
    """
    willing = 1.0 - market.reciprocity * (1.0 - goodwill)
    return exp(market.alpha * log(willing) + (1.0 - market.alpha) * log(buyer_effort(market, trust)))


@inlined
def trust_on(world, tie):
    """Return the buyer's trust on a tie as of now, in [0, 1]."""
    if tie.origin == BY_PLATFORM:
        return trust(tie.pos, tie.neg, world.actors[tie.provider])
    return beta_mean(tie.pos, tie.neg)


@inlined
def appraise(world, tie):
    """Bring the tie's trust and cooperation, which change only with its evidence, up to date."""
    tie.trust = trust_on(world, tie)
    tie.cooperation = cooperation(world.market[0], tie.trust, goodwill(tie))


@inlined
def misfit_squared(world, i, provider):
    """Return |theta_i - x_j|**2, the squared Euclidean distance of need and offering."""
    total = 0.0
    for d in range(world.needs.shape[1]):
        gap = world.needs[i, d] - world.offerings[provider, d]
        total += gap * gap
    return total


@inlined
def slot_of(world, i, provider):
    """Return the slot in which buyer i has `provider`, or NOBODY."""
    for s in range(world.ties.shape[1]):
        if world.ties[i, s].provider == provider:
            return s
    return NOBODY


@inlined
def buys_from(world, i):
    """Return the tier buyer i buys from: customers from the sellers, a firm from the tier above its own."""
    return 0 if i < world.market[0].customers else world.actors[i].tier + 1


@inlined
def buyers_of(world, t):
    """Return the rows of those who buy from tier t."""
    if t == 0:
        return range(world.market[0].customers)
    below = world.tiers[t - 1]
    return range(below.row, below.row + below.firms)


@inlined
def own_slots(world, i):
    """Return the number of slots buyer i fills by itself; the platform fills the rest of a customer's."""
    if i < world.market[0].customers:
        return world.ties.shape[1] - world.market[0].platform_slots
    return world.tiers[buys_from(world, i)].slots


@inlined
def is_fixed(world, i):
    """Whether buyer i is served by a department: then it has one tie, and does not choose."""
    return i >= world.market[0].customers and world.tiers[buys_from(world, i)].internal == 1


@inlined
def offered_to(world, i):
    """Return (limited, first, count): where the list of the providers buyer i can find begins, and how long it is.

    The list is in `reach` where the market network limits whom a customer can find, else in `providers`.
    """
    if len(world.reach_start) > 0 and i < world.market[0].customers:
        return True, world.reach_start[i], world.reach_start[i + 1] - world.reach_start[i]
    tier = world.tiers[buys_from(world, i)]
    return False, tier.place, tier.providers


@inlined
def somebody(world, i, luck):
    """Return the provider that `luck`, in (0, 1), picks of those buyer i can meet and does not know yet, or NOBODY."""
    limited, first, count = offered_to(world, i)
    if count == 0:
        return NOBODY
    picked = pick(luck, count)
    for step in range(min(count, world.ties.shape[1] + 2)):  # at most all its slots and itself are known
        place = first + (picked + step) % count
        provider = world.reach[place] if limited else world.providers[place]
        if provider != i and slot_of(world, i, provider) == NOBODY:
            return provider
    return NOBODY


@inlined
def partner_rows(world):
    """Return the rows of the partners: before the couriers."""
    end = courier_rows(world).start
    return range(end - world.market[0].partners, end)


@inlined
def courier_rows(world):
    """Return the rows of the couriers: the last before the platform."""
    return range(len(world.actors) - 1 - world.market[0].couriers, len(world.actors) - 1)


@inlined
def alliance(world, firm, s):
    """Return the alliance of the firm in row `firm` with its s-th partner."""
    return world.alliances[firm - world.market[0].customers, s]


@compiled
def list_sales(world):
    """List the buyers each provider served this period, in the order of their rows (a counting sort).

    `sales[sales_start[n]:sales_start[n + 1]]` are the buyers of the n-th of `providers`.
    """
    start, sales = world.sales_start, world.sales
    start[:] = 0
    for encounter in world.encounters:
        if encounter.slot != NOBODY:
            start[place_of(world, encounter.provider)] += 1
    for n in range(1, len(start)):
        start[n] += start[n - 1]  # where the n-th provider's buyers end
    for i in range(len(world.encounters) - 1, -1, -1):
        if world.encounters[i].slot != NOBODY:
            n = place_of(world, world.encounters[i].provider)
            start[n] -= 1  # in the end: where they begin
            sales[start[n]] = i


@inlined
def place_of(world, row):
    """Return the place of the provider in `row` among `providers`: firms that sell, peers, then tier by tier."""
    market = world.market[0]
    if row < market.customers:
        return market.firms + row
    number = row - market.customers
    return number if number < market.firms else number + market.peers


@inlined
def sales_of(world, n):
    """Return where in `world.sales` the buyers stand whom the n-th provider served this period."""
    return range(world.sales_start[n], world.sales_start[n + 1])


@compiled
def empty(tie):
    """Clear a slot: relational capital cannot be copied or moved."""
    tie.provider, tie.origin, tie.tenure = NOBODY, OWN, 0
    tie.pos, tie.neg, tie.gpos, tie.gneg = 0.0, 0.0, 0.0, 0.0
    tie.skill, tie.insight, tie.known = 0.0, 0.0, 0.0
    tie.trust, tie.cooperation = 0.0, 0.0
    tie.value, tie.expected, tie.price = 0.0, 0.0, 0.0


@inlined
def fill(world, tie, provider, origin):
    """Put another provider into a slot and appraise it."""
    seat(world, tie, provider, origin)
    appraise(world, tie)


@inlined
def seat(world, tie, provider, origin):
    """Put another provider into a slot; it brings what it learned with its other buyers (spillover)."""
    empty(tie)
    tie.provider, tie.origin = provider, origin
    actor = world.actors[provider]
    tie.skill = world.strategies[actor.strategy].spillover * actor.mean_skill


@compiled
def first_capability(luck):
    """Return the capability a provider starts with: uniform in [0.7, 1]."""
    return LOWEST_CAPABILITY + (1.0 - LOWEST_CAPABILITY) * luck


@inlined
def place_at_random(points, row, key, purpose, period):
    """Draw row `row` of `points`, shape (rows, dimensions), uniform in [0, 1]."""
    for d in range(points.shape[1]):
        points[row, d] = draw(key, purpose, period, row, d // NUMBERS)[d % NUMBERS]


@inlined
def arrive(world, i):
    """Let a new buyer take row i: new needs, values and consent, random providers, no evidence."""
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    person = world.actors[i]
    person.values, person.privacy, _, _ = draw(key, draws.PERSON, period, i, 0)
    if i < market.customers:
        person.consents = 1 if person.privacy < market.consent * person.data_trust else 0
    place_at_random(world.needs, i, key, draws.NEED, period)
    start_over(world, i)


@apart
def start_over(world, i):
    """Let buyer i begin without experience, with random providers in its own slots."""
    key, period, person = world.clock[0].key, world.clock[0].period, world.actors[i]
    person.aspiration, person.recommends = FIRST_ASPIRATION, NEUTRAL
    person.current, person.bought, person.arrived = NOBODY, 0, period
    for s in range(world.ties.shape[1]):
        empty(world.ties[i, s])
    if is_fixed(world, i):
        fill(world, world.ties[i, 0], department_of(world, i), FIXED)
        return
    for s in range(own_slots(world, i)):
        provider = somebody(world, i, draw(key, draws.ARRIVAL, period, i, s)[0])
        if provider != NOBODY:
            fill(world, world.ties[i, s], provider, OWN)


@compiled
def is_open(actor):
    """Whether a provider provides: it takes part, and no shock keeps it from it."""
    return actor.takes_part == 1 and actor.closed == 0


@inlined
def department_of(world, i):
    """Return the department that serves buyer i: the one of its own firm in the tier above."""
    t = buys_from(world, i)
    return world.tiers[t].row + i - world.tiers[t - 1].row


@apart
def end_relations(world, gone):
    """Empty the slot of every buyer who has the provider in row `gone`."""
    for i in range(len(world.ties)):
        slot = slot_of(world, i, gone)
        if slot != NOBODY:
            empty(world.ties[i, slot])
            if world.actors[i].current == slot:
                world.actors[i].current = NOBODY
