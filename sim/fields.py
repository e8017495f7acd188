"""How an attribute of a view finds its place in the arrays of a world."""

from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.money import CENTS
from sim.records import NOBODY
from sim.relations import beta_mean

SHARE = (0.0, 1.0)
EUROS = (-1e9, 1e9)
ENCOUNTERS = (0, 2_000_000)


def nearest(name: str, known: list[str]) -> str:
    """Return a question after the known name most like `name`, or an empty text."""
    like = get_close_matches(name, known, 1)
    return f"; did you mean {like[0]}?" if like else ""


def within(value: Any, low: float, high: float) -> bool:
    """Whether a value is a number from low to high; NaN is not."""
    return isinstance(value, int | float | np.integer | np.floating) and bool(low <= value <= high)


class Field:
    """An attribute kept in a column of the world: `world.<array>[<field>]`, at the place of the view.

    Parameters
    ----------
    array : str
        Name of the world's array.
    field : str, optional
        Name of its field, if it differs from the attribute's.
    limits : (float, float), optional
        What it may be set to; without limits it can only be read.
    """

    def __init__(self, array: str, field: str = "", limits: tuple[float, float] | None = None) -> None:
        self.array, self.field, self.limits = array, field, limits

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.field = name, self.field or name

    def column(self, model: Any, places: Any) -> NDArray:
        """Return the attribute of the views at `places`."""
        return getattr(model.world, self.array)[self.field][places]

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        return self if view is None else self.column(view.model, view.place).tolist()

    def __set__(self, view: Any, value: Any) -> None:
        if self.limits is None:
            raise AttributeError(f"{self.name}: the market's rules set it, it can only be read")
        column = getattr(view.model.world, self.array)[self.field]
        low, high = self.limits
        whole = column.dtype.kind == "i"
        if not within(value, low, high) or (whole and value != int(value)):
            number = "a whole number" if whole else "a number"
            raise ValueError(f"{self.name}: {value!r} is not {number} from {low:g} to {high:g}")
        column[view.place] = value


class Euros(Field):
    """An amount the world keeps in cents."""

    def column(self, model: Any, places: Any) -> NDArray:
        """Return EUR."""
        return super().column(model, places) / CENTS


class Words(Field):
    """A code the world keeps as a number, as the word for it."""

    def __init__(self, array: str, words: tuple[str, ...]) -> None:
        super().__init__(array)
        self.words = np.array(words)

    def column(self, model: Any, places: Any) -> NDArray:
        """Return the words."""
        return self.words[super().column(model, places)]


class StrategyName(Field):
    """The strategy a provider follows, by its name in the market; it may be set to another of them."""

    def column(self, model: Any, places: Any) -> NDArray:
        """Return the names."""
        return np.array(list(model.market.strategies))[super().column(model, places)]

    def __set__(self, view: Any, value: Any) -> None:
        names = list(view.model.market.strategies)
        if value not in names:
            raise ValueError(
                f"{self.name}: {value!r} is not a strategy of this market, there are "
                f"{', '.join(names)}{nearest(str(value), names)}"
            )
        view.model.world.actors["strategy"][view.place] = names.index(value)


class Point(Field):
    """A place in the space of needs and offerings, each coordinate in [0, 1]; a list of floats."""

    def column(self, model: Any, places: Any) -> NDArray:
        """Return coordinates, one row per view."""
        return getattr(model.world, self.array)[places]

    def __set__(self, view: Any, value: Any) -> None:
        mine = self.column(view.model, view.place)
        try:
            new = np.asarray(value, dtype=float)
        except (TypeError, ValueError):  # words, or lists of different lengths
            new = np.zeros(0)
        if new.shape != mine.shape or not np.all((new >= 0) & (new <= 1)):
            raise ValueError(f"{self.name}: {value!r} is not {len(mine)} numbers from 0 to 1")
        mine[:] = new


class Needs(Point):
    """The needs of a buyer; NaN for a firm that only sells."""

    def column(self, model: Any, places: Any) -> NDArray:
        """Return coordinates, one row per view."""
        needs = model.world.needs
        if isinstance(places, int) and places < len(needs):
            return needs[places]  # itself: it can be set
        places = np.asarray(places)
        there = places < len(needs)
        return np.where(there[..., None], needs[np.where(there, places, 0)], np.nan)


class OfCurrentTie(Field):
    """A field of the tie with the provider a buyer was served by last; NaN before the first encounter."""

    def column(self, model: Any, places: Any) -> NDArray:
        """Return NaN where there is no current tie."""
        current = model.world.actors["current"][places]
        rows = np.where(current == NOBODY, 0, places)  # a firm that only sells has none
        return np.where(current == NOBODY, np.nan, model.world.ties[self.field][rows, current])


class Reputation(Field):
    """The expected share of good encounters after so many good and bad ones, in [0, 1]."""

    def __init__(self, array: str, good: str, bad: str) -> None:
        super().__init__(array)
        self.good, self.bad = good, bad

    def column(self, model: Any, places: Any) -> NDArray:
        """Return (good + 1) / (good + bad + 2)."""
        evidence = getattr(model.world, self.array)
        return np.vectorize(beta_mean, [float])(evidence[self.good][places], evidence[self.bad][places])
