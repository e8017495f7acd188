"""meet: buyers find other providers by search, by a friend's word, or on the platform."""

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.compiled import apart, compiled, inlined
from sim.draws import NUMBERS, draw, pick
from sim.maths import exp
from sim.records import BY_PLATFORM, NOBODY, OWN, REFERRAL, SHOWN
from sim.relations import (
    NEUTRAL,
    appraise,
    buys_from,
    cooperation,
    empty,
    fill,
    is_fixed,
    is_open,
    misfit_squared,
    own_slots,
    rating,
    seat,
    slot_of,
    somebody,
    trust,
    trust_on,
)
from sim.state import World

CONVINCED = 0.6  # trust above which a friend recommends its provider
WORD_OF_A_FRIEND = 2.0  # encounters that a fully trusting friend's word counts for
KNOWN_FROM_A_FRIEND = 0.5
NOTICED = 0.2  # chance per period that full advertising reaches one buyer
NOT_SHOWN = -1.0  # rating of a peer that the platform shows nobody


def meet(world: World) -> None:
    """Let every buyer look round; the current provider's slot is never touched."""
    _meet(world, *shop_window(world))


@compiled
def _meet(world, seen, best):
    """First all search and hear, which reads friends' current ties, then the platform refills its slots.

    Nobody changes what another reads, so the order of buyers does not matter.
    """
    for i in range(len(world.ties)):
        look_round(world, i)
    refill(world, seen, best)


@inlined
def refill(world, seen, best):
    """Let the platform, where there is one, rate its peers and refill its slots of every customer."""
    if len(best) > 0:
        for peer in range(world.market[0].peers):
            show(world, peer)
        for i in range(world.market[0].customers):
            be_shown(world, i, seen, best)


@inlined
def look_round(world, i):
    """Let buyer i search, hear from a friend, and be reached by advertising."""
    if is_fixed(world, i):
        return
    searches, finds, talks, friend = draw(world.clock[0].key, draws.MEET, world.clock[0].period, i, 0)
    if searches < world.market[0].search:
        take_up(world, i, somebody(world, i, finds))
    if talks < world.market[0].talk and i < world.market[0].customers:
        _hear(world, i, friend)
    if world.market[0].advertised:
        _notice(world, i)


@apart
def take_up(world, i, provider):
    """Put a provider that buyer i has found into the weakest own slot."""
    slot = _weakest(world, i)
    if provider != NOBODY and slot != NOBODY:
        fill(world, world.ties[i, slot], provider, OWN)


@inlined
def _notice(world, i):
    """Let a random provider reach buyer i with probability 0.2*advertising."""
    reached, which, _, _ = draw(world.clock[0].key, draws.ADVERTISING, world.clock[0].period, i, 0)
    tier = world.tiers[buys_from(world, i)]
    if tier.providers > 0:
        provider = world.providers[tier.place + pick(which, tier.providers)]
        strategy = world.strategies[world.actors[provider].strategy]
        if reached < NOTICED * strategy.advertising and provider != i and slot_of(world, i, provider) == NOBODY:
            take_up(world, i, provider)


@inlined
def _weakest(world, i):
    """Return the own slot of lowest trust, an empty one first, chance deciding between equals; NOBODY without any.

    Chance goes with the provider, not with the slot or the row: which of them comes first makes no difference.
    """
    key, period = world.clock[0].key, world.clock[0].period
    weakest, least, luckless = NOBODY, 2.0, 2.0
    for s in range(own_slots(world, i)):
        if s != world.actors[i].current:
            least = min(least, world.ties[i, s].trust)
    for s in range(own_slots(world, i)):
        if s != world.actors[i].current and world.ties[i, s].trust == least:
            luck = draw(key, draws.GIVEN_UP, period, i, world.ties[i, s].provider + 1)[0]
            if luck < luckless:
                weakest, luckless = s, luck
    return weakest


@inlined
def _hear(world, i, luck):
    """Ask the friend that `luck` picks; one that trusts its current provider above 0.6 passes it on.

    Evidence is 2 * the friend's trust, and half of the fit is known from the start.
    """
    first, count = world.friends_start[i], world.friends_start[i + 1] - world.friends_start[i]
    if count == 0:
        return
    friend = world.friends[first + pick(luck, count)]
    current = world.actors[friend].current
    if current == NOBODY:
        return
    word = world.ties[friend, current]
    confidence, slot = trust_on(world, word), _weakest(world, i)
    if confidence > CONVINCED and slot != NOBODY and word.provider != i and slot_of(world, i, word.provider) == NOBODY:
        tie = world.ties[i, slot]
        seat(world, tie, word.provider, REFERRAL)
        tie.pos, tie.known = WORD_OF_A_FRIEND * confidence, KNOWN_FROM_A_FRIEND
        appraise(world, tie)


def shop_window(world: World) -> tuple[NDArray, NDArray]:
    """Return room for the peers the platform looks at for one buyer, and shows; none without platform or peers."""
    market = world.market[0]
    return np.zeros(market.breadth, SHOWN), np.zeros(market.platform_slots if market.peers > 0 else 0, SHOWN)


@inlined
def be_shown(world, i, seen, best):
    """Let the platform refill its slots of buyer i, if it is a member."""
    if not world.actors[i].member:
        _stay_away(world, i)
        return
    _find_best(world, i, seen, best)
    if world.actors[i].current >= own_slots(world, i):
        best[-1].peer = NOBODY  # the current provider keeps one of the slots
    _refill(world, i, best)


@inlined
def _stay_away(world, i):
    """Empty the platform's slots of buyer i."""
    for s in range(own_slots(world, i), world.ties.shape[1]):
        empty(world.ties[i, s])
    if world.actors[i].current >= own_slots(world, i):
        world.actors[i].current = NOBODY


@inlined
def show(world, peer):
    """Work out a peer's rating, and how a buyer on the platform without evidence of its own would trust it."""
    market, terms = world.market[0], world.terms[peer]
    terms.rating = rating(world.actors[peer]) if is_open(world.actors[peer]) else NOT_SHOWN
    terms.trust = trust(0.0, 0.0, world.actors[peer])
    terms.cooperation = cooperation(market, terms.trust, NEUTRAL)


@inlined
def _find_best(world, i, seen, best):
    """Rank `breadth` random peers for buyer i by rating * fit, or by rating alone without consent."""
    _look_through(world, i, seen)
    for place in range(len(best)):
        best[place].peer, best[place].score = NOBODY, NOT_SHOWN
    for c in range(len(seen)):
        if seen[c].score > best[-1].score and not _is_kept(world, i, seen[c].peer):
            _rank(best, seen[c].peer, seen[c].score)


@inlined
def _look_through(world, i, seen):
    """Score the peers drawn for buyer i; who may not be shown scores below all others."""
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    consents = world.actors[i].consents
    four = draw(key, draws.CANDIDATE, period, i, 0)
    for c in range(len(seen)):
        if c > 0 and c % NUMBERS == 0:
            four = draw(key, draws.CANDIDATE, period, i, c // NUMBERS)
        peer = pick(four[c % NUMBERS], market.peers)
        points = world.terms[peer].rating
        fit = exp(-market.specificity * misfit_squared(world, i, peer)) if consents else 1.0
        shown = peer != i and points >= market.curation
        seen[c].peer, seen[c].score = peer, points * fit if shown else NOT_SHOWN


@inlined
def _is_kept(world, i, peer):
    """Whether buyer i has this peer in a slot the platform does not refill."""
    current = world.actors[i].current
    if current != NOBODY and world.ties[i, current].provider == peer:
        return True
    for s in range(own_slots(world, i)):
        if world.ties[i, s].provider == peer:
            return True
    return False


@inlined
def _rank(best, peer, score):
    """Insert a candidate into the ranking, once; of equals the one drawn first goes first."""
    for shown in best:
        if shown.peer == peer:
            return
    place = len(best) - 1
    while place > 0 and score > best[place - 1].score:
        best[place] = best[place - 1]
        place -= 1
    best[place].peer, best[place].score = peer, score


@inlined
def _refill(world, i, best):
    """Show the best candidates; who is shown again keeps its tie, the rest of the slots are emptied."""
    known = world.market[0].precision if world.actors[i].consents else 0.0
    for s in range(own_slots(world, i), world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY and s != world.actors[i].current and not _strike(best, tie.provider):
            tie.provider = NOBODY
    place = 0
    for s in range(own_slots(world, i), world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider == NOBODY:
            while place < len(best) and best[place].peer == NOBODY:
                place += 1
            if place < len(best):
                seat(world, tie, best[place].peer, BY_PLATFORM)
                place += 1
            else:
                empty(tie)
        if tie.provider != NOBODY:
            tie.known = max(tie.known, known)
            _look_up(world, tie)


@inlined
def _look_up(world, tie):
    """Bring a platform tie up to date with the public rating, which changes every period."""
    terms = world.terms[tie.provider]
    if tie.tenure > 0 or tie.neg > 0.0:  # a breach is evidence without an encounter
        appraise(world, tie)
    else:
        tie.trust, tie.cooperation = terms.trust, terms.cooperation


@inlined
def _strike(best, provider):
    """Strike the provider off the ranking, as it already has a slot; return whether it was there."""
    for place in range(len(best)):
        if best[place].peer == provider:
            best[place].peer = NOBODY
            return True
    return False
