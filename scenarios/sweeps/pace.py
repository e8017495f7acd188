"""How fast a sweep goes: the size of the next batch, and the time that is left."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TARGET = 2.0  # seconds a batch should take: handing it over costs some milliseconds
WINDOW = 200  # batches whose pace counts
FIRST = 4  # of them come from workers that are still loading; they count while there is nothing else
RECENT = 20  # of them by which the next batch is sized
TWO = 1.96  # standard errors of a 95 % interval
GROWTH = 2  # a batch is at most so many times as large as the last one
SHARES_AT_THE_END = 2  # of what is left, one worker gets at most a half of its share


@dataclass
class Pace:
    """Seconds per run in a worker, from the batches that came back.

    Attributes
    ----------
    size : int
        Runs of the next batch.
    fixed : bool
        Whether the size stays as it is.
    """

    size: int
    fixed: bool
    began: float = field(default_factory=time.monotonic)
    _taken: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def saw(self, runs: int, seconds: float) -> None:
        """Learn from a batch that took so many seconds, waiting included."""
        self._taken.append((runs, max(seconds, 1e-6)))
        if not self.fixed:
            pace, _ = ratio(list(self._taken)[-RECENT:])
            self.size = max(1, min(round(TARGET / pace), self.size * GROWTH))

    def next_size(self, left: int, workers: int) -> int:
        """Return how many runs the next batch has when so many are left."""
        return self.size if self.fixed else max(1, min(self.size, left // (SHARES_AT_THE_END * workers)))

    def left(self, runs: int, workers: int) -> tuple[float, float, float] | None:
        """Return seconds for `runs` more, with the 95 % interval of the pace; None before anything is known."""
        if not self._taken:
            return None
        pace, error = ratio(list(self._taken)[FIRST:] or list(self._taken))
        share = runs / workers
        return pace * share, max(pace - TWO * error, 0.0) * share, (pace + TWO * error) * share


def ratio(taken: list[tuple[int, float]]) -> tuple[float, float]:
    """Return seconds per run of batches (runs, seconds), and its standard error (Cochran 1977, section 6.3)."""
    runs, seconds = np.array(taken, float).T
    pace, n = seconds.sum() / runs.sum(), len(runs)
    error = np.sqrt(n / (n - 1) * ((seconds - pace * runs) ** 2).sum()) / runs.sum() if n > 1 else 0.0
    return float(pace), float(error)


@dataclass(frozen=True)
class State:
    """How far a sweep is."""

    done: int
    runs: int
    failed: int
    left: tuple[float, float, float] | None  # seconds, and their interval

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        seconds = dict(zip(("seconds", "low", "high"), self.left, strict=True)) if self.left else None
        return {"done": self.done, "runs": self.runs, "failed": self.failed, "left": seconds}
