"""Counter-based random numbers: a draw is a pure function of (key, rule, period, actor, slot).

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). The
four counter words are the four coordinates and the key is the world's seed, so worlds are independent,
no rule can shift another rule's draws, and scenarios share their luck (common random numbers).
"""

import numpy as np

from sim.compiled import compiled
from sim.maths import normal_quantile

# One number per purpose. A new purpose gets a new number: old draws stay as they are.
NEED, OFFERING, CAPABILITY, VALUES, CONSENT, CAPACITY, FIRST_SLOT = 1, 2, 3, 4, 5, 6, 7
FRIEND, REACH = 10, 11
DRIFT, TREND, TURNOVER, NEWCOMER_SLOT = 20, 21, 22, 23
SEARCH, FOUND, TALK, TALK_TO, CANDIDATE, GIVEN_UP = 30, 31, 32, 33, 34, 35
WANTS, CHOICE = 40, 41
INCIDENT, REPAIR, VALUE_NOISE, LEAVES = 50, 51, 52, 53
SHARE_NOISE = 60
COMPARES, MODEL_ACTOR, ADOPTS, MUTATES, NEW_STRATEGY, ENTRANT = 70, 71, 72, 73, 74, 75

LOW = np.uint64(0xFFFFFFFF)
HALF_WORD = np.uint64(32)
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
ROUNDS = 10
UPPER_52_BITS = np.uint64(12)
TO_UNIT = 2.0**-52


@compiled
def philox(key, word0, word1, word2, word3):
    """Return the four 32-bit words, each in a uint64, of Philox4x32-10 for a 64-bit key and 4 counter words."""
    k0, k1 = key & LOW, key >> HALF_WORD
    for _ in range(ROUNDS):
        p0, p1 = MULTIPLIER_0 * word0, MULTIPLIER_1 * word2
        word0, word1, word2, word3 = (p1 >> HALF_WORD) ^ word1 ^ k0, p1 & LOW, (p0 >> HALF_WORD) ^ word3 ^ k1, p0 & LOW
        k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    return word0, word1, word2, word3


@compiled
def uniform(key, rule, period, actor, slot):
    """Return a draw from the open interval (0, 1), a multiple of 2**-53."""
    high, low, _, _ = philox(key, np.uint64(period), np.uint64(actor), np.uint64(slot), np.uint64(rule))
    return (np.float64(((high << HALF_WORD) | low) >> UPPER_52_BITS) + 0.5) * TO_UNIT


@compiled
def normal(key, rule, period, actor, slot):
    """Return a standard normal draw."""
    return normal_quantile(uniform(key, rule, period, actor, slot))


@compiled
def below(key, rule, period, actor, slot, n):
    """Return an integer draw from 0 .. n-1."""
    return np.int64(uniform(key, rule, period, actor, slot) * n)
