"""Ratings with a sign, in order of time, from a CSV: who rated whom, from -10 to 10, when.

With a header `buyer,provider,rating,time`, `rater,rated,rating,time` or `source,target,rating,time`, or with none.
"""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import ScenarioError
from scenarios.edge_lists import table
from scenarios.networks import TABLES, contents
from scenarios.relationships import NetworkError, number_of, shown, text_of

PEOPLE = (("buyer", "provider"), ("rater", "rated"), ("source", "target"))  # who rated, who was rated
MORE = ("rating", "time")
BEST = 10.0
LATEST = 1e12  # seconds
FEWEST = 100
FIFTHS = 5


class SignedRatings(NamedTuple):
    """Ratings in order of time; all arrays have shape (ratings,)."""

    raters: NDArray  # int64, numbers of people
    rated: NDArray  # int64, of the same people
    values: NDArray  # float64 in [-10, 10], not 0

    @property
    def good(self) -> NDArray:
        """Which ratings are above 0."""
        return self.values > 0

    def fifth(self, which: int) -> slice:
        """Return where the ratings of a fifth of them stand, 0 the earliest."""
        n = len(self.values)
        return slice(n * which // FIFTHS, n * (which + 1) // FIFTHS)


def read_signed_ratings(path: Path) -> SignedRatings:
    """Read the ratings of a .csv or .csv.gz file of at most 50 MB uncompressed.

    Raises
    ------
    ScenarioError
        If the file cannot be used: one sentence with file, line, value and what is allowed.
    """
    try:
        return _read(path)
    except NetworkError as error:
        raise ScenarioError(str(error)) from None


def _read(path: Path) -> SignedRatings:
    if not path.name.lower().endswith(TABLES):
        raise NetworkError(f"{path.name}: not a file of ratings by its name; it must end in {' or '.join(TABLES)}")
    numbers: dict[str, int] = {}
    rows = []
    data = contents(path)
    names, header = _columns(data)
    for line, row in table(path.name, data, (*names, *MORE), (), may_be_empty=(), header=header):
        place = f"{path.name}, line {line}"
        ends = [numbers.setdefault(text_of(row[name], name, place), len(numbers)) for name in names]
        if ends[0] == ends[1]:
            raise NetworkError(f"{place}: {shown(row[names[0]])} rates itself; a rating has two people")
        rows.append((*ends, _signed(row["rating"], place), number_of(row["time"], "time", 0.0, LATEST, place)))
    if len(rows) < FEWEST:
        raise NetworkError(f"{path.name}: too few ratings to learn from ({len(rows)}); it needs at least {FEWEST}")
    raters, rated, values, times = np.array(rows, np.float64).T
    order = np.argsort(times, kind="stable")
    found = SignedRatings(raters[order].astype(np.int64), rated[order].astype(np.int64), values[order])
    _refuse_one_sign(path.name, found)
    return found


def _columns(data: bytes) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Return what raters and rated are called, and the header where the first line is a rating already."""
    first = data[:1000].splitlines()[:1]
    cells = [cell.strip(' \ufeff"') for cell in re.split("[,;]", first[0].decode(errors="replace"))] if first else []
    names = next((names for names in PEOPLE if set(names) & set(cells)), PEOPLE[0])
    begins_at_once = len(cells) == len((*names, *MORE)) and re.fullmatch(r"[+-]?\d+([.,]\d+)?", cells[2], re.ASCII)
    return names, (*names, *MORE) if begins_at_once else ()


def _signed(text: str, place: str) -> float:
    value = number_of(text, "rating", -BEST, BEST, place)
    if value == 0.0:
        raise NetworkError(f"{place}: rating is {shown(text)}, which has no sign; it must be above or below 0")
    return value


def _refuse_one_sign(file: str, ratings: SignedRatings) -> None:
    for which, name in ((FIFTHS - 2, "fourth"), (FIFTHS - 1, "last")):
        good = ratings.good[ratings.fifth(which)]
        if good.all() or not good.any():
            side = "above" if good.all() else "below"
            raise NetworkError(
                f"{file}: the ratings of the {name} fifth are all {side} 0; it needs some of either sign, to tell apart"
            )
