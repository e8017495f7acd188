"""Who can meet whom and who talks to whom: generated from draws, or imported.

Every network is kept as two arrays (compressed rows): the neighbours of row i are
`neighbours[start[i]:start[i + 1]]`, in ascending order, each once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.draws import FRIEND, REACH, draw, pick

CUSTOMER, PEER, FIRM, PARTNER, PLATFORM, DEPARTMENT, COURIER = 0, 1, 2, 3, 4, 5, 6
KINDS = ("customer", "peer", "firm", "partner", "platform", "department", "courier")

Rows = tuple[NDArray[np.int64], NDArray[np.int32]]


@dataclass(frozen=True)
class Network:
    """An imported market: participants in the order of their rows, and what they think of each other.

    Attributes
    ----------
    names : tuple of str
        Name of each participant; rows are peers first, then customers, then firms.
    kinds : ndarray of int8, shape (participants,)
        `CUSTOMER`, `PEER` or `FIRM`.
    strategies : tuple of str
        Name of the strategy a provider follows; empty where the scenario decides.
    buyers, providers : ndarray of int32, shape (relationships,)
        Rows of the two ends, in the order of the file (time, where the file has it).
    trust : ndarray of float64, shape (relationships,)
        Buyer's trust in the provider, in [0, 1]; NaN where there is no evidence.
    """

    names: tuple[str, ...]
    kinds: NDArray[np.int8]
    strategies: tuple[str, ...]
    buyers: NDArray[np.int32]
    providers: NDArray[np.int32]
    trust: NDArray[np.float64]

    def count(self, kind: int) -> int:
        """Return the number of participants of `kind`."""
        return int(np.count_nonzero(self.kinds == kind))

    @property
    def buying(self) -> int:
        """Rows that buy: peers and customers."""
        return self.count(PEER) + self.count(CUSTOMER)


def rows_of(ends: NDArray, others: NDArray, rows: int) -> Rows:
    """Group `others` by `ends` into compressed rows, ascending, without repetitions."""
    width = int(others.max()) + 1 if len(others) else 1
    code = np.unique(ends.astype(np.int64) * width + others)
    start = np.searchsorted(code, np.arange(rows + 1, dtype=np.int64) * width)
    return start.astype(np.int64), (code % width).astype(np.int32)


def friendships(kind: str, key: np.uint64, people: int, degree: int, rewiring: float) -> Rows:
    """Return a generated social network among `people` customers; mean degree about `degree`."""
    half = min(degree // 2, (people - 1) // 2)
    if kind == "none" or half == 0:
        return rows_of(np.empty(0, np.int64), np.empty(0, np.int64), people)
    a = np.repeat(np.arange(people), half)
    b = np.empty(people * half, np.int64)
    _BUILDERS[kind](key, b, people, half, rewiring)
    kept = a != b
    a, b = a[kept], b[kept]
    return rows_of(np.concatenate((a, b)), np.concatenate((b, a)), people)


@compiled
def _anybody(key, ends, people, half, rewiring):
    """Erdos & Renyi 1959: each friendship goes anywhere."""
    for e in range(len(ends)):
        ends[e] = pick(draw(key, FRIEND, 0, e, 0)[1], people)


@compiled
def _neighbours_mostly(key, ends, people, half, rewiring):
    """Watts & Strogatz 1998: the next `half` people on a ring, a share `rewiring` goes anywhere."""
    for e in range(len(ends)):
        ends[e] = (e // half + e % half + 1) % people
        anywhere, who, _, _ = draw(key, FRIEND, 0, e, 0)
        if anywhere < rewiring:
            ends[e] = pick(who, people)


@compiled
def _the_popular(key, ends, people, half, rewiring):
    """Barabasi & Albert 1999: newcomers befriend people in proportion to the friends these have."""
    for e in range(len(ends)):
        newcomer = e // half
        before = newcomer * half
        if before == 0:
            ends[e] = (e + 1) % people
        else:
            end = pick(draw(key, FRIEND, 0, e, 0)[1], 2 * before)
            ends[e] = ends[end // 2] if end % 2 else (end // 2) // half


_BUILDERS = {"random": _anybody, "small-world": _neighbours_mostly, "scale-free": _the_popular}


def reach(kind: str, key: np.uint64, buyers: int, providers: int, degree: int, rewiring: float) -> Rows:
    """Return which providers (0 .. providers-1) each buyer can find by itself; no rows when all can."""
    if kind == "none" or providers == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int32)
    degree = min(degree, providers)
    found = np.empty(buyers * degree, np.int64)
    _REACHES[kind](key, found, buyers, providers, degree, rewiring)
    return rows_of(np.repeat(np.arange(buyers), degree), found, buyers)


@compiled
def _any_provider(key, found, buyers, providers, degree, rewiring):
    for e in range(len(found)):
        found[e] = pick(draw(key, REACH, 0, e, 0)[1], providers)


@compiled
def _close_providers(key, found, buyers, providers, degree, rewiring):
    """Buyers and providers on one ring: the nearest providers, a share `rewiring` is anywhere."""
    for e in range(len(found)):
        place = (e // degree) * providers // buyers
        found[e] = (place + e % degree) % providers
        anywhere, which, _, _ = draw(key, REACH, 0, e, 0)
        if anywhere < rewiring:
            found[e] = pick(which, providers)


@compiled
def _popular_providers(key, found, buyers, providers, degree, rewiring):
    """Buyer after buyer finds providers in proportion to 1 + the buyers these have."""
    for e in range(len(found)):
        place = pick(draw(key, REACH, 0, e, 0)[1], providers + e)
        found[e] = place if place < providers else found[place - providers]


_REACHES = {"random": _any_provider, "small-world": _close_providers, "scale-free": _popular_providers}
