"""Counter-based random numbers: a draw is a pure function of (key, rule, period, actor, place).

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). The
four counter words are the four coordinates and the key is the world's seed, so worlds are independent,
no rule can shift another rule's draws, and scenarios share their luck (common random numbers).
One call gives four numbers; which rule uses which of them for what is the table in `docs/odd.md`.
"""

import numpy as np

from sim.compiled import compiled

# One number per purpose. A new purpose gets a new number: old draws stay as they are.
PERSON, NEED, OFFERING, ARRIVAL = 1, 2, 3, 4
FRIEND, REACH = 10, 11
TREND, CHANGE, SHOCK, SEASON = 20, 21, 22, 23
MEET, GIVEN_UP, CANDIDATE, ADVERTISING = 30, 31, 32, 33
CHOOSE, DOUBT, BID = 40, 41, 42
DELIVER, COURIER, QUEUE, STALL, VISIT, MEETINGS = 50, 51, 52, 53, 54, 55
TRUST, SEEN = 60, 65
ADAPT, ENTRANT, JOIN, DISPOSITION = 70, 71, 72, 73
RESAMPLE = 95

LOW = np.uint64(0xFFFFFFFF)
HALF_WORD = np.uint64(32)
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
ROUNDS = 10
TO_UNIT = 2.0**-32
NUMBERS = 4  # that one call gives


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
def draw(key, rule, period, actor, place):
    """Return four independent draws from the open interval (0, 1), odd multiples of 2**-33."""
    a, b, c, d = philox(key, np.uint64(period), np.uint64(actor), np.uint64(place), np.uint64(rule))
    return unit(a), unit(b), unit(c), unit(d)


@compiled
def unit(word):
    """Return a 32-bit word as a number in the open interval (0, 1)."""
    return (np.float64(word) + 0.5) * TO_UNIT


@compiled
def pick(luck, n):
    """Return an integer from 0 .. n-1 for a draw from (0, 1)."""
    return np.int64(luck * n)
