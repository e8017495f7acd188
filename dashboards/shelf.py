"""Results that sessions share: what was made, by what it was made from."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from dashboards.limits import QUEUE, Refused

T = TypeVar("T")
MOMENT = 0.05  # s between two looks of who waits
LONGEST = 3.0  # s that one kind of work gives way to another


def _patient() -> None:
    """Wait for as long as it takes."""


class Shelf:
    """What was made last, with room for so many: shared by all sessions of a server process.

    One thing is made at a time; who asks for the same meanwhile waits and finds it here. So many may wait; who
    comes then is refused. What fails or is stopped leaves nothing behind.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._turn = threading.Lock()
        self._waiting = 0
        self._care = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def look(self, key: Hashable) -> Any:
        """Return what is kept under `key`, or None."""
        with self._care:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def calm(self, wait: Callable[[], object]) -> None:
        """Wait until nothing is being made here: for work of which people wait less than of this shelf's.

        In a class something always is: after `LONGEST` seconds it goes on all the same.
        """
        last = time.monotonic() + LONGEST
        while self._turn.locked() and time.monotonic() < last:
            wait()
            time.sleep(MOMENT)

    def get(self, key: Hashable, make: Callable[[], T], wait: Callable[[], object] = _patient) -> T:
        """Return what is kept under `key`, or make it and keep it in place of the oldest.

        While something else is being made, `wait` is called again and again; what it raises ends the waiting.

        Raises
        ------
        Refused
            If too many wait already.
        """
        found = self.look(key)
        if found is None:
            found = self._wait(key, wait)
        if found is not None:
            return found  # type: ignore[no-any-return]
        try:
            found = self.look(key)
            if found is None:
                found = make()
                self._keep(key, found)
            return found  # type: ignore[no-any-return]
        finally:
            self._turn.release()

    def _wait(self, key: Hashable, wait: Callable[[], object]) -> Any:
        """Wait for what is kept under `key`, or for the turn to make it: then there is nothing yet."""
        with self._care:
            if self._waiting >= QUEUE:
                raise Refused("queue")
            self._waiting += 1
        try:
            while not self._turn.acquire(timeout=MOMENT):
                wait()
                found = self.look(key)
                if found is not None:
                    return found
            return None
        finally:
            with self._care:
                self._waiting -= 1

    def _keep(self, key: Hashable, made: object) -> None:
        with self._care:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
