"""Stalls: sellers bring a stock, serve queues and ask prices; who is late or refuses tries once more in the afternoon.

Kirman & Vriend 2001, "Evolving market structure: an ACE model of price dispersion and loyalty", Journal of Economic
Dynamics and Control 25. A period is a day of two sessions. A seller learns how much to bring, how to treat the loyal in
the queue (the next is served with a chance in proportion to (1 + L)**b) and what to ask, by session, loyalty and stock
per head in the queue. A buyer learns which prices to accept, by session, and how it fared with whom (`pos`). How all
of them learn: `sim.variants.learning`. The loyalty L of a buyer to a seller is what the seller's goodwill tells:
L = (L + 0.25*[visited today])/1.25. Prices are whole steps from 0 to 20, fifteen of which are a delivery's worth.

Rewards, all as shares of what would be most: for a stock the profit, for a treatment the revenue of what was brought,
for a price the mean revenue per proposal, for accepting value less price, for refusing in the morning the afternoon's
gain, if any, for going to a seller the gain there, 0 at least. Supplies to firms follow the standard rule.
"""

import math

import numpy as np

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import log
from sim.notes import notes_of
from sim.records import NOBODY, record
from sim.relations import appraise, goodwill
from sim.rules.choose import MOST_SLOTS, by_provider
from sim.rules.deliver import deliver as deliver_supplies
from sim.rules.deliver import receive
from sim.rules.offer import desk
from sim.state import World
from sim.variants.choose.experience import fared
from sim.variants.evidence import as_evidence
from sim.variants.learning import NEVER, most_promising, moved, strongest

STEPS, WORTH = 21, 15  # prices there are; steps in the worth of a perfect delivery
STOCKS, PER_HEAD = 31, 10  # stocks there are; steps in a seller's equal share of the customers
TREATMENTS, EVEN, STRIDE = 11, 5, 5.0  # b = -25, -20 .. 25
LOW, HIGH = 0.2, 0.8  # loyalty below and above which a seller takes a buyer for a stranger, for a regular
SHORT, AMPLE = 0.75, 1.25  # stock per head in the queue
MOODS = 9  # classes of loyalty times classes of stock per head
HABIT, LEAST = 0.25, 1e-9
SESSIONS, MORNING, AFTERNOON = 2, 0, 1
AWAY, LATE, REFUSED, BOUGHT = 0, 1, 2, 3  # what came of a visit
# Columns of the notes: the morning of a buyer, then the strengths of buyers and of sellers.
WENT_TO, CAME_OF_IT = 0, 1  # row of the seller, or NOBODY; what came of the visit
ANSWERS = 2  # by session and price: accepting, refusing
STOCK = ANSWERS + SESSIONS * STEPS * 2
TREAT = STOCK + STOCKS
ASK = TREAT + TREATMENTS  # by session and mood; STEPS each
COLUMNS = ASK + SESSIONS * MOODS * STEPS
QUEUE, ANSWER, PROPOSE, RETURN, PLACES = 0, 1, 2, 32, 64  # places of a buyer's draws in a session

VISIT = record(("slot", "i8"), ("outcome", "i8"), ("price", "i8"))  # of a buyer in one session; price in steps
STALL = record(
    ("left", "i8"),  # units
    ("queue", "i8"),  # buyers waiting
    ("stock", "i8"),  # number of the stock brought
    ("treatment", "i8"),  # number
    ("revenue", "f8"),  # EUR
)
PROPOSALS = record(("made", "i8"), ("revenue", "i8"))  # with one strength of asking, today; in steps


def notes(world: World) -> int:
    """Return how many columns it keeps."""
    return COLUMNS


def deliver(world: World, t: int = 0) -> None:
    """Let the encounters of the buyers of tier t happen."""
    if t > 0:
        deliver_supplies(world, t)
        return
    kept, room, customers = notes_of(world, "deliver"), desk(world), int(world.market["customers"][0])
    stalls, visits = np.zeros(len(world.actors), STALL), np.zeros((customers, SESSIONS), VISIT)
    proposals, places = np.zeros((len(world.actors), SESSIONS * MOODS * STEPS), PROPOSALS), np.zeros(customers)
    _open(world, kept, stalls)
    for session in range(SESSIONS):
        _line_up(world, session, visits, stalls, room, places)
        _trade(world, kept, session, np.argsort(places, kind="stable"), visits, stalls, proposals)
    _close(world, kept, visits, stalls, proposals)


@compiled
def _open(world, kept, stalls):
    """Let every seller bring its stock."""
    key, period = world.clock[0].key, world.clock[0].period
    for n in range(world.tiers[0].providers):
        j = world.providers[n]
        stalls[j].stock = strongest(kept[j], STOCK, STOCKS, key, draws.STALL, period, j, 0)
        stalls[j].treatment = strongest(kept[j], TREAT, TREATMENTS, key, draws.STALL, period, j, STOCKS)
        stalls[j].left = world.actors[j].capacity = units(world, stalls[j].stock)


@inlined
def units(world, stock):
    """Return how many units stock number `stock` is."""
    return math.ceil(stock * world.market[0].customers / (PER_HEAD * world.tiers[0].providers))


@inlined
def step(world):
    """Return the EUR of a step of the price."""
    return max(world.tiers[0].worth / WORTH, 0.01)


@compiled
def _line_up(world, session, visits, stalls, room, places):
    """Let buyers go to a seller, in the afternoon those who went in vain in the morning; set their order.

    The smallest -log(u)/(1 + L)**b is served first, which is the same as drawing one after the other.
    """
    key, period = world.clock[0].key, world.clock[0].period
    for i in range(len(visits)):
        slot = world.encounters[i].slot if session == MORNING else _try_again(world, i, visits[i], stalls, room)
        visits[i, session].slot, visits[i, session].outcome = slot, AWAY
        if slot != NOBODY:
            tie = world.ties[i, slot]
            stall = stalls[tie.provider]
            stall.queue += 1
            luck = draw(key, draws.VISIT, period, i, session * PLACES + QUEUE)[0]
            places[i] = log(-log(luck)) - STRIDE * (stall.treatment - EVEN) * log(1.0 + goodwill(tie))


@inlined
def _try_again(world, i, visited, stalls, room):
    """Return the slot of the seller buyer i goes to in the afternoon, of those with something left; or NOBODY."""
    if visited[MORNING].slot == NOBODY or visited[MORNING].outcome == BOUGHT:
        return NOBODY
    count = by_provider(world, i, room)
    for c in range(count):
        tie = world.ties[i, room[c].key % MOST_SLOTS]
        room[c].weight = fared(tie) if stalls[tie.provider].left > 0 else NEVER
    clock = world.clock[0]
    c = most_promising(room, count, clock.key, draws.VISIT, clock.period, i, PLACES + RETURN)
    return room[c].key % MOST_SLOTS if c >= 0 else NOBODY


@compiled
def _trade(world, kept, session, order, visits, stalls, proposals):
    """Let every seller serve its queue."""
    for i in order:
        visit = visits[i, session]
        if visit.slot != NOBODY:
            j = world.ties[i, visit.slot].provider
            visit.outcome = LATE
            if stalls[j].left > 0:
                _haggle(world, kept, session, i, visit, stalls[j], proposals[j])
            stalls[j].queue -= 1


@inlined
def _haggle(world, kept, session, i, visit, stall, proposals):
    """Let the seller ask a price and buyer i take it or not."""
    key, period, tie = world.clock[0].key, world.clock[0].period, world.ties[i, visit.slot]
    first, places = (session * MOODS + _mood(goodwill(tie), stall.left / stall.queue)) * STEPS, session * PLACES
    asking = kept[tie.provider]
    visit.price = strongest(asking, ASK + first, STEPS, key, draws.VISIT, period, i, places + PROPOSE)
    proposal = proposals[first + visit.price]
    proposal.made += 1
    visit.outcome = REFUSED
    answers = ANSWERS + (session * STEPS + visit.price) * 2
    if strongest(kept[i], answers, 2, key, draws.VISIT, period, i, places + ANSWER) == 0:
        visit.outcome = BOUGHT
        stall.left -= 1
        stall.revenue += visit.price * step(world)
        proposal.revenue += visit.price


@compiled
def _mood(loyalty, per_head):
    """Return the class of what a seller sees: how loyal the buyer is, and how much there is for each in the queue."""
    regular = 0 if loyalty < LOW else (1 if loyalty < HIGH else 2)
    plenty = 0 if per_head < SHORT else (1 if per_head < AMPLE else 2)
    return 3 * regular + plenty


@compiled
def _close(world, kept, visits, stalls, proposals):
    """Let buyers and sellers learn from the day, and the encounters of those who bought be what they are."""
    for i in range(len(visits)):
        _look_back(world, kept[i], i, visits[i])
        _greet(world, i, visits[i])
        receive(world, i)
    for n in range(world.tiers[0].providers):
        j = world.providers[n]
        _take_stock(world, kept[j], j, stalls[j])
        for k in range(len(proposals[j])):
            made = proposals[j, k].made
            if made > 0:
                reward = proposals[j, k].revenue / (made * (STEPS - 1))
                kept[j, ASK + k] = moved(kept[j, ASK + k], world.market[0].memory, reward)


@inlined
def _look_back(world, kept, i, visited):
    """Let buyer i learn where to go and what to accept; what it bought is its encounter."""
    memory, later = world.market[0].memory, 0.0
    world.encounters[i].slot = NOBODY
    kept[WENT_TO], kept[CAME_OF_IT] = NOBODY, visited[MORNING].outcome
    for session in (AFTERNOON, MORNING):
        visit = visited[session]
        if visit.slot != NOBODY:
            tie, reward = world.ties[i, visit.slot], later
            if visit.outcome == BOUGHT:
                world.encounters[i].slot, tie.price = visit.slot, visit.price * step(world)
                reward = (tie.value / step(world) - visit.price) / WORTH
                later = max(reward, 0.0)
            if visit.outcome in (BOUGHT, REFUSED):
                answer = ANSWERS + (session * STEPS + visit.price) * 2 + (visit.outcome == REFUSED)
                kept[answer] = moved(kept[answer], memory, reward)
            there = max(reward, 0.0) if visit.outcome == BOUGHT else 0.0
            tie.pos = max(moved(tie.pos, memory, there), LEAST - 1.0)
            if session == MORNING:
                kept[WENT_TO] = tie.provider


@inlined
def _greet(world, i, visited):
    """Let sellers get to know buyer i, or forget it."""
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY:
            came = s == visited[MORNING].slot or s == visited[AFTERNOON].slot
            loyalty = (goodwill(tie) + (HABIT if came else 0.0)) / (1.0 + HABIT)
            tie.gpos, tie.gneg = as_evidence(max(loyalty, LEAST), 0.0)
            appraise(world, tie)


@inlined
def _take_stock(world, kept, j, stall):
    """Let seller j learn what its stock and its treatment of the loyal were worth."""
    memory, cost, top = world.market[0].memory, world.terms[j].unit_cost, (STEPS - 1) * step(world)
    brought, most = units(world, stall.stock), units(world, STOCKS - 1)
    saved = (most - brought) * cost
    kept[STOCK + stall.stock] = moved(kept[STOCK + stall.stock], memory, (stall.revenue + saved) / (most * top))
    taken = stall.revenue / (brought * top) if brought > 0 else 0.0
    kept[TREAT + stall.treatment] = moved(kept[TREAT + stall.treatment], memory, taken)
