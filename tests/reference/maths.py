"""The little mathematics that the decisions share."""

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist

import numpy as np

from sim.draws import NUMBERS, draw

STANDARD = NormalDist()
NEARLY = 1e-6  # cents; in binary 29 % of 100 is 28.999999999999996


def normal(luck: float) -> float:
    """Return the standard normal draw that belongs to a draw from (0, 1)."""
    return STANDARD.inv_cdf(luck)


def logistic(x: float) -> float:
    """Return 1/(1 + e^-x), for any x without overflow."""
    if x < 0:
        return math.exp(x) / (1 + math.exp(x))
    return 1 / (1 + math.exp(-x))


def clip(x: float) -> float:
    """Return x, or the nearest of 0 and 1."""
    return min(max(x, 0.0), 1.0)


def reflect(x: float) -> float:
    """Return x reflected into [0, 1] by mirrors at 0 and at 1."""
    folded = abs(x) % 2
    return 2 - folded if folded > 1 else folded


def cents(euros: float) -> int:
    """Return an amount in whole cents, half a cent upward."""
    return math.floor(euros * 100 + 0.5)


def part_of(amount: int, share: float) -> int:
    """Return a share of an amount in cents, rounded down: what a split leaves over stays with the payer."""
    return math.floor(amount * share + NEARLY)


def expectation(pos: float, neg: float) -> float:
    """Return what evidence lets expect, in [0, 1] (Beta reputation, Josang & Ismail 2002)."""
    return (pos + 1) / (pos + neg + 2)


def mean(numbers: Iterable[float]) -> float:
    """Return the mean, 0 of nothing."""
    numbers = list(numbers)
    return sum(numbers) / len(numbers) if numbers else 0.0


def share_of(number: int, share: float) -> int:
    """Return how many a share of a number is, rounded, but at least one if it is anything."""
    return max(math.floor(share * number + 0.5), 1 if share > 0 else 0)


def evenly(things: Sequence, count: int, luck: float) -> list:
    """Return so many of a list at most, evenly spread over it from a random beginning."""
    n = len(things)
    k = min(count, n)
    return [things[math.floor((m + luck) * n / k)] for m in range(k)]


def draws(key: np.uint64, purpose: int, period: int, actor: int, count: int) -> list[float]:
    """Return `count` draws of one actor for one purpose, four to a place."""
    places = range((count + NUMBERS - 1) // NUMBERS)
    return [luck for place in places for luck in draw(key, purpose, period, actor, place)][:count]
