"""Patterns of ratings: one pure function each, of the ratings of a window of periods.

Each takes a weight for every rating, all 1 where a pattern is measured; a bootstrap draws people with replacement
and gives each rating the times its rater was drawn. No pattern depends on how people are numbered.
A new pattern is one new function here; files find it by its name.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.fitting.ratings import MOST_PEOPLE, Ratings

Read = Callable[[Ratings, "Window", NDArray], float]


class Window(NamedTuple):
    """Periods `first` to `last`, both inside; `spell` periods are a stretch within which somebody is active or not."""

    first: int
    last: int
    spell: int

    def spells(self, count: int = 1) -> range:
        """Return the first periods of the whole spells that are followed by enough others to make `count` of them."""
        return range(self.first, self.last - count * self.spell + 2, self.spell)


class Pattern(NamedTuple):
    """One pattern: its unit, its meaning, how it is read from ratings of a window with weights."""

    unit: str
    meaning: str
    read: Read


PATTERNS: dict[str, Pattern] = {}


def pattern(unit: str) -> Callable[[Read], Read]:
    """Declare a function of (ratings, window, weights) as a pattern."""

    def declare(read: Read) -> Read:
        meaning = (read.__doc__ or "").split("\n")[0].strip().rstrip(".")
        PATTERNS[read.__name__] = Pattern(unit, meaning, read)
        return read

    return declare


def observe(name: str, ratings: Ratings, window: Window) -> float:
    """Return a pattern of the ratings from the first to the last period of a window; NaN where there are none."""
    return float(PATTERNS[name].read(ratings, window, np.ones(len(ratings.raters))))


def bootstrapped(name: str, ratings: Ratings, window: Window, draws: int, seed: int) -> NDArray:
    """Return a pattern of `draws` samples of the raters with replacement, shape (draws,) (Efron & Tibshirani 1993).

    A rater keeps all its ratings, so that what one person does at many times counts as one piece of evidence.
    """
    people, rater = np.unique(ratings.raters, return_inverse=True)
    chance, read = np.random.default_rng(seed), PATTERNS[name].read
    even = np.full(len(people), 1 / max(len(people), 1))
    return np.array([read(ratings, window, chance.multinomial(len(people), even)[rater] * 1.0) for _ in range(draws)])


@pattern("share")
def negative(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Share of the ratings that are below 0."""
    inside = _inside(ratings, window)
    return _mean(ratings.values[inside] < 0, weights[inside])


@pattern("share")
def negative_raters(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Share of those who rate who give at least one rating below 0."""
    inside = _inside(ratings, window)
    raters, weight = _people(ratings.raters[inside], weights[inside])
    unhappy = np.unique(ratings.raters[inside & (ratings.values < 0)])
    return _mean(np.isin(raters, unhappy), weight)


@pattern("share")
def rating_again(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Share of those who rate in a spell who rate somebody else in the next spell."""
    again, weight = [np.zeros(0, bool)], [np.zeros(0)]
    for first in window.spells(2):
        before, after = (_within(ratings, start, start + window.spell - 1) for start in (first, first + window.spell))
        raters, one = _people(ratings.raters[before], weights[before])
        again.append(np.isin(raters, ratings.raters[after]))
        weight.append(one)
    return _mean(np.concatenate(again), np.concatenate(weight))


@pattern("share")
def newcomers(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Share of those who rate in the window who had not rated before it."""
    inside = _inside(ratings, window)
    raters, weight = _people(ratings.raters[inside], weights[inside])
    return _mean(~np.isin(raters, ratings.raters[ratings.periods < window.first]), weight)


@pattern("ratings")
def ratings_per_rater(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Mean number of people whom somebody who rates in a spell rates in it."""
    given = raters = 0.0
    for first in window.spells():
        inside = _within(ratings, first, first + window.spell - 1)
        given += weights[inside].sum()
        raters += _people(ratings.raters[inside], weights[inside])[1].sum()
    return given / raters if raters > 0 else np.nan


@pattern("share")
def gini_received(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Gini coefficient of the ratings received, among those who receive any: 0 is equality."""
    inside = _inside(ratings, window)
    _, person = np.unique(ratings.rated[inside], return_inverse=True)
    received = np.bincount(person, weights[inside])
    return _gini(received[received > 0], np.ones(np.count_nonzero(received)))


@pattern("share")
def gini_given(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Gini coefficient of the ratings given, among those who give any: 0 is equality."""
    inside = _inside(ratings, window)
    _, person, number = np.unique(ratings.raters[inside], return_inverse=True, return_counts=True)
    times = np.bincount(person, weights[inside]) / number
    return _gini(number.astype(float), times)


@pattern("share")
def reciprocity(ratings: Ratings, window: Window, weights: NDArray) -> float:
    """Share of the ratings of the window that are answered: the person rated has rated back within the window."""
    inside = _inside(ratings, window)
    there = ratings.raters[inside] * MOST_PEOPLE + ratings.rated[inside]
    back = ratings.rated[inside] * MOST_PEOPLE + ratings.raters[inside]
    return _mean(np.isin(back, there), weights[inside])


def _inside(ratings: Ratings, window: Window) -> NDArray:
    return _within(ratings, window.first, window.last)


def _within(ratings: Ratings, first: int, last: int) -> NDArray:
    return (ratings.periods >= first) & (ratings.periods <= last)


def _people(raters: NDArray, weights: NDArray) -> tuple[NDArray, NDArray]:
    """Return each rater once with its weight, which all its ratings share."""
    people, first = np.unique(raters, return_index=True)
    return people, weights[first]


def _mean(which: NDArray, weights: NDArray) -> float:
    total = weights.sum()
    return float((which * weights).sum() / total) if total > 0 else np.nan


def _gini(amounts: NDArray, weights: NDArray) -> float:
    """Return the Gini coefficient of amounts that count `weights` times each; NaN of nobody.

    G = sum over pairs of w_a * w_b * |x_a - x_b| / (2 * W * sum of w * x).
    """
    order = np.argsort(amounts, kind="stable")
    amount, weight = amounts[order], weights[order]
    people, total = weight.sum(), (weight * amount).sum()
    if total <= 0:
        return np.nan
    rank = 2 * np.cumsum(weight) - weight - people  # people below less people above
    return float((rank * weight * amount).sum() / (people * total))
