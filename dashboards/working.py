"""Work in the background of a page: made anew when its key changes, with progress, stop and again."""

import json
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import solara
import solara.lab

from dashboards.limits import QUEUE, Refused, refusal
from dashboards.widgets.vue import Status
from dashboards.words import Words
from sim.compiled import is_warm

T = TypeVar("T")
MOMENT = 0.2  # s between two reports of progress


class Stopped(Exception):
    """The visitor has stopped this work or asked for something else."""


@dataclass(frozen=True)
class Progress:
    """How far a work is: steps done, of how many; `waiting` while others are served first."""

    done: int = 0
    of: int = 0
    waiting: bool = False


class Tick:
    """What a work calls as it goes on; it raises `Stopped` once nobody wants the work any more.

    `tick()` counts one step, `tick(of=30)` says how many there will be, `tick(done, of)` sets both;
    `tick.wait` is for a `Shelf` that is busy.
    """

    def __init__(self, wanted: Callable[[], bool], report: Callable[[Progress], None]) -> None:
        self._wanted, self._report = wanted, report
        self._now = Progress()
        self._said = 0.0

    def __call__(self, done: int | None = None, of: int | None = None) -> None:
        """Count a step, or say how far the work is."""
        steps = (self._now.done + (of is None)) if done is None else done
        self._go(Progress(steps, self._now.of if of is None else of))

    def wait(self) -> None:
        """Say that others are served first."""
        self._go(Progress(self._now.done, self._now.of, waiting=True))

    def _go(self, now: Progress) -> None:
        if not self._wanted():
            raise Stopped
        self._now = now
        if time.monotonic() - self._said > MOMENT:
            self._said = time.monotonic()
            self._report(now)


@dataclass(frozen=True, eq=False)
class Work(Generic[T]):
    """A work as it stands.

    Attributes
    ----------
    latest : T or None
        What it gave last, perhaps for an earlier key.
    current : bool
        Whether `latest` belongs to the key asked for now.
    task, progress
        Solara's task, and how far it is.
    """

    latest: T | None
    current: bool
    task: solara.lab.Task
    progress: solara.Reactive

    @property
    def pending(self) -> bool:
        """Whether it is going on."""
        return bool(self.task.pending)

    @property
    def done(self) -> int:
        """Steps done."""
        return self.progress.value.done  # type: ignore[no-any-return]

    @property
    def of(self) -> int:
        """Steps in all; 0 if that is not known."""
        return self.progress.value.of  # type: ignore[no-any-return]

    @property
    def error(self) -> Exception | None:
        """What went wrong, if anything did."""
        return self.task.exception if self.task.error else None

    @property
    def stopped(self) -> bool:
        """Whether the visitor has stopped it."""
        return bool(self.task.cancelled)

    def stop(self) -> None:
        """Stop it."""
        self.task.cancel()

    def again(self) -> None:
        """Start it again."""
        self.task.retry()


def use_work(key: Hashable | None, make: Callable[[Tick], Iterator[T]]) -> Work[T]:
    """Run the generator `make(tick)` in the background whenever `key` changes, and return how it stands; a hook.

    A new key stops what was made for the one before; with `key` None nothing is made. All that `make` needs
    must be in `key`.
    """
    progress = solara.use_reactive(Progress())
    latest: Any = solara.use_ref((None, None))

    def run() -> Iterator[T]:
        if key is None:
            return
        progress.value = Progress()
        tick = Tick(task.is_current, lambda now: progress.set(now))
        try:
            for made in make(tick):
                if not task.is_current():  # another key was asked for, and perhaps answered, meanwhile
                    return
                latest.current = (key, made)
                yield made
        except Stopped:
            return

    task: solara.lab.Task = solara.lab.use_task(run, dependencies=[key], raise_error=False)
    _ = task.latest  # whoever asks is drawn anew when something comes
    of, made = latest.current
    return Work(made, made is not None and of == key, task, progress)


@solara.component
def Doing(work: Work, said: Words, answer: str = "", old: bool = False) -> None:
    """Show the answer, faded where it is `old`, and what the computer is doing: alone drawn anew at every step."""
    told = said["common"]["status"]
    state = {"stop": told["stop"], "again": told["again"], "answer": answer, "old": old or not work.current}
    Status(
        said=json.dumps(state | doing(work, said)), event_stop=lambda _: work.stop(), event_again=lambda _: work.again()
    )


def doing(work: Work, said: Words) -> dict[str, Any]:
    """Return what the computer is doing, in words and in steps."""
    told = said["common"]["status"]
    ended = {"computing": False, "done": 0, "of": 0, "idle": False, "doing": ""}
    if work.pending:
        return {"computing": True, "done": work.done, "of": work.of, "idle": False, "doing": _busy(work, told)}
    if isinstance(work.error, Refused):
        return ended | {"idle": True, "doing": refusal("queue", QUEUE, said)}
    if work.error is not None or work.stopped:
        return ended | {"idle": True, "doing": told["failed" if work.error else "stopped"]}
    return ended


def _busy(work: Work, told: Words) -> str:
    if work.progress.value.waiting:
        return str(told["waiting"])
    if not is_warm():
        return str(told["first"])
    return str(told["computing"].format(done=work.done, of=work.of) if work.of else told["busy"])
