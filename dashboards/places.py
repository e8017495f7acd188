"""The places in the class: who has one, counted over all workers of the server.

The count is kept in a small database in the server's own folder, which every worker opens. A page takes
a place when it opens and gives it back when its connection ends; the places of a worker that died are
free again when it has not been heard of for a while.
"""

import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from dashboards.limits import PAGES, STUDENTS

FOLDER = "VALUENET_PLACES"  # names of environment variables, set by `valuenet app`
MOST = "VALUENET_STUDENTS"
HEARD = 3.0  # seconds between the signs of life of a worker
LOST = 20.0  # seconds without one after which its places are free
TABLE = "CREATE TABLE IF NOT EXISTS places (page TEXT PRIMARY KEY, visitor TEXT, worker INTEGER, heard REAL)"
HERE: Counter[str] = Counter()  # connections of this worker, by page
CARE = threading.Lock()


class Answer(NamedTuple):
    """Whether there is a place, or which limit is in the way and how many there are."""

    limit: str  # "" where there is a place
    taken: int


def most() -> int:
    """Return how many pages may be open at once."""
    return int(os.environ.get(MOST) or STUDENTS)


def take(page: str, visitor: str) -> Answer:
    """Take a place for a page, unless it has one already; counted and taken in one step."""
    if FOLDER not in os.environ:
        return Answer("", 0)  # not served for a class
    now = time.time()
    with _opened() as places:
        places.execute("DELETE FROM places WHERE heard < ?", (now - LOST,))
        rows = places.execute("SELECT page, visitor FROM places").fetchall()
        limit = _in_the_way(rows, page, visitor)
        if not limit:
            row = (page, visitor, os.getpid(), now)
            places.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", row)
        return Answer(limit, len(rows))


def _in_the_way(rows: list[tuple[str, str]], page: str, visitor: str) -> str:
    if any(there == page for there, _ in rows):
        return ""
    if sum(whose == visitor for _, whose in rows) >= PAGES:
        return "pages"
    return "students" if len(rows) >= most() else ""


def came(page: str) -> None:
    """Note that a page is connected with this worker."""
    with CARE:
        HERE[page] += 1


def left(page: str) -> None:
    """Note that a connection of a page has ended; with the last one it gives its place back."""
    with CARE:
        HERE[page] -= 1
        if HERE[page] > 0:
            return
        del HERE[page]
    if FOLDER in os.environ:
        with _opened() as places:
            places.execute("DELETE FROM places WHERE page = ?", (page,))


def live() -> None:
    """Say that this worker is alive, and free what pages took that had gone before they got it."""
    if FOLDER not in os.environ:
        return
    with CARE:
        here = list(HERE)
    with _opened() as places:
        taken = [page for (page,) in places.execute("SELECT page FROM places WHERE worker = ?", (os.getpid(),))]
        places.executemany("DELETE FROM places WHERE page = ?", [(page,) for page in taken if page not in here])
        places.execute("UPDATE places SET heard = ? WHERE worker = ?", (time.time(), os.getpid()))


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    """Open the count for one step that no other worker can come between."""
    places = sqlite3.connect(os.path.join(os.environ[FOLDER], "places"), timeout=10, isolation_level=None)
    try:
        places.execute("PRAGMA synchronous = OFF")
        places.execute("BEGIN IMMEDIATE")
        places.execute(TABLE)
        yield places
        places.execute("COMMIT")
    finally:
        places.close()
