"""meet: buyers find other providers by search, by a friend's word, or on the platform."""

import numpy as np

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import NUMBERS, draw, pick
from sim.maths import exp
from sim.relations import (
    NEUTRAL,
    appraise,
    cooperation,
    empty,
    fill,
    misfit_squared,
    own_slots,
    rating,
    seat,
    slot_of,
    somebody,
    trust,
)
from sim.state import BY_PLATFORM, NOBODY, OWN, REFERRAL

CONVINCED = 0.6  # trust above which a friend recommends its provider
WORD_OF_A_FRIEND = 2.0  # encounters that a fully trusting friend's word counts for
KNOWN_FROM_A_FRIEND = 0.5


@compiled
def meet(world):
    """Let every buyer look round; the current provider's slot is never touched.

    First all search and hear (this reads friends' current ties, which nobody changes here), then the
    platform refills its slots, so that the order of buyers does not matter.
    """
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    for i in range(len(world.ties)):
        searches, finds, talks, friend = draw(key, draws.MEET, period, i, 0)
        if searches < market.search:
            _take_up(world, i, somebody(world, i, finds))
        if talks < market.talk:
            _hear(world, i, friend)
    if market.platform_slots > 0 and market.peers > 0:
        _recommend_to_all(world)


@inlined
def _take_up(world, i, provider):
    """Put a provider found by search into the weakest own slot."""
    slot = _weakest(world, i)
    if provider != NOBODY and slot != NOBODY:
        fill(world, world.ties[i, slot], provider, OWN)


@inlined
def _weakest(world, i):
    """Return the own slot of lowest trust, an empty one first, chance deciding between equals; NOBODY without any.

    Chance goes with the provider, not with the slot or the row: which of them comes first makes no difference.
    """
    key, period = world.clock[0].key, world.clock[0].period
    weakest, least, luckless = NOBODY, 0.0, 0.0
    for s in range(own_slots(world)):
        if s != world.actors[i].current:
            tie = world.ties[i, s]
            luck = draw(key, draws.GIVEN_UP, period, i, tie.provider + 1)[0]
            if weakest == NOBODY or tie.trust < least or (tie.trust == least and luck < luckless):
                weakest, least, luckless = s, tie.trust, luck
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
    slot = _weakest(world, i)
    if (
        word.trust > CONVINCED
        and slot != NOBODY
        and word.provider != i
        and (slot_of(world, i, word.provider) == NOBODY)
    ):
        tie = world.ties[i, slot]
        seat(world, tie, word.provider, REFERRAL)
        tie.pos, tie.known = WORD_OF_A_FRIEND * word.trust, KNOWN_FROM_A_FRIEND
        appraise(world, tie)


@inlined
def _recommend_to_all(world):
    """Let the platform refill the platform slots of every buyer."""
    for peer in range(world.market[0].peers):
        _show(world, peer)
    slots = int(world.market[0].platform_slots)
    best, score = np.empty(slots, np.int64), np.empty(slots)
    for i in range(len(world.ties)):
        _find_best(world, i, best, score)
        _refill(world, i, best)


@inlined
def _show(world, peer):
    """Work out a peer's rating, and how a buyer without evidence of its own would trust it on the platform."""
    market, terms = world.market[0], world.terms[peer]
    terms.rating = rating(world.actors[peer])
    terms.trust = trust(0.0, 0.0, world.actors[peer])
    terms.cooperation = cooperation(market, terms.trust, NEUTRAL)


@inlined
def _find_best(world, i, best, score):
    """Rank `breadth` random peers for buyer i by rating * fit, or by rating alone without consent."""
    key, period, market = world.clock[0].key, world.clock[0].period, world.market[0]
    best[:] = NOBODY
    score[:] = -1.0
    consents = world.actors[i].consents
    four = draw(key, draws.CANDIDATE, period, i, 0)
    for c in range(market.breadth):
        if c > 0 and c % NUMBERS == 0:
            four = draw(key, draws.CANDIDATE, period, i, c // NUMBERS)
        peer = pick(four[c % NUMBERS], market.peers)
        points = world.terms[peer].rating
        if peer != i and points >= market.curation and not _is_kept(world, i, peer):
            if consents:
                points *= exp(-market.specificity * misfit_squared(world, i, peer))
            _rank(best, score, peer, points)


@inlined
def _is_kept(world, i, peer):
    """Whether buyer i has this peer in a slot the platform does not refill."""
    current = world.actors[i].current
    if current != NOBODY and world.ties[i, current].provider == peer:
        return True
    for s in range(own_slots(world)):
        if world.ties[i, s].provider == peer:
            return True
    return False


@inlined
def _rank(best, score, peer, points):
    """Insert a candidate into the ranking, once; of equals the one drawn first goes first."""
    if points <= score[-1]:
        return
    for place in range(len(best)):
        if best[place] == peer:
            return
    for place in range(len(best)):
        if points > score[place]:
            peer, best[place] = best[place], peer
            points, score[place] = score[place], points


@inlined
def _refill(world, i, best):
    """Show the best candidates; who is shown again keeps its tie, the rest of the slots are emptied."""
    known = world.market[0].precision if world.actors[i].consents else 0.0
    for s in range(own_slots(world), world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY and s != world.actors[i].current and not _strike(best, tie.provider):
            empty(tie)
    place = 0
    for s in range(own_slots(world), world.ties.shape[1]):
        tie = world.ties[i, s]
        while tie.provider == NOBODY and place < len(best):
            if best[place] != NOBODY:
                seat(world, tie, best[place], BY_PLATFORM)
            place += 1
        if tie.provider != NOBODY:
            tie.known = max(tie.known, known)
            _look_up(world, tie)


@inlined
def _look_up(world, tie):
    """Bring a platform tie up to date with the public rating, which changes every period."""
    terms = world.terms[tie.provider]
    if tie.tenure > 0:
        appraise(world, tie)
    else:
        tie.trust, tie.cooperation = terms.trust, terms.cooperation


@inlined
def _strike(best, provider):
    """Strike the provider off the ranking, as it already has a slot; return whether it was there."""
    for place in range(len(best)):
        if best[place] == provider:
            best[place] = NOBODY
            return True
    return False
