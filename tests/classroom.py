"""A class of simulated students at the dashboard: `python -m tests.classroom --students 60 --minutes 5`.

A student is a websocket that speaks Solara's language as a browser does: it opens a page, reads, and changes
controls now and then. Each has seeds of its own, and looks in all it is shown for whether it is its own.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from tests.wire import ROOT, Page

SPAN = 1000  # seeds of one student
AT_ONCE = 10  # students who run while the others read
THINKS = 5.0  # seconds between two clicks of one who runs
READS = 30.0  # seconds after which others' turn to run comes


@dataclass
class Seen:
    """What the class met."""

    clicks: list[float] = field(default_factory=list)  # seconds to the new pictures
    answers: list[float] = field(default_factory=list)  # seconds to the table
    opened: list[float] = field(default_factory=list)
    films: dict[int, int] = field(default_factory=dict)  # by seed
    errors: list[str] = field(default_factory=list)


class Student(Page):
    """One who compares markets; all it sees must come of its own seeds."""

    def __init__(self, address: str, number: int, seen: Seen) -> None:
        super().__init__(address)
        self.number, self.seen, self.clicked, self.luck = number, seen, 0, random.Random(number)

    @property
    def seed(self) -> int:
        return self.number * SPAN + self.clicked

    async def come(self) -> None:
        start = time.perf_counter()
        lang = ("en", "fi", "sv")[self.number % 3]
        await self.open(f"?lang={lang}&seed={self.seed}&complexity={self.number % 20 / 20}")
        await self.until(lambda: self.having("film", "stage"))
        self.seen.opened.append(time.perf_counter() - start)
        await self.until(lambda: self._told() == self.seed)
        self.look()

    async def click(self) -> None:
        """Change a control and wait for the pictures, then for the table of the new market."""
        before, self.clicked = self.film(), self.clicked + 1
        (controls, _), *_ = self.having("form")
        chosen = {"seed": self.seed, "turnover": self.luck.randrange(61) / 200, "fee": self.luck.randrange(51) / 100}
        start = time.perf_counter()
        await self.event(controls, "choose", chosen)
        await self.until(lambda: self.film() != before)
        self.seen.clicks.append(time.perf_counter() - start)
        await self.until(lambda: self._told() == self.seed)
        self.seen.answers.append(time.perf_counter() - start)
        self.look()

    def film(self) -> int:
        return hash(bytes(self.having("film", "stage")[0][1]["film"]))

    def _told(self) -> int:
        """Return the seed that the page's command names; -1 before there is one."""
        texts = [state["said"] for _, state in self.having("said") if "--seed" in state["said"]]
        return int(re.search(r"--seed (\d+)", texts[0]).group(1)) if texts else -1

    def look(self) -> None:
        """See whether everything on the page is this student's own."""
        everything = json.dumps([state for _, state in self.having()], default=lambda _: "")
        foreign = {int(seed) for seed in re.findall(r"--seed (\d+)", everything)} - {self.seed}
        (_, state), *_ = self.having("form")
        fields = {one["name"]: one["value"] for group in json.loads(state["form"])["groups"] for one in group["fields"]}
        if foreign or fields["seed"] != self.seed or "Traceback" in everything:
            self.seen.errors.append(f"student {self.number} at seed {self.seed} sees {foreign}, {fields['seed']}")
        self.seen.films[self.seed] = self.film()


def memory(pid: int) -> float:
    """Return the memory of a server and its workers, in MB: what each has for itself."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_full_info().uss for one in family) / 1e6


def processor(pid: int) -> float:
    """Return the seconds of processor time a server and its workers have used."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


async def attend(students: list[Student], seconds: float, seen: Seen) -> None:
    """Let them all come, and so many of them run at a time; errors are kept, not raised."""
    end = time.monotonic() + seconds

    async def safely(work) -> None:
        try:
            await work
        except Exception as error:
            seen.errors.append(f"{type(error).__name__}: {error}")

    await asyncio.gather(*(safely(one.come()) for one in students))
    turns = itertools.cycle(students)

    async def running() -> None:
        while time.monotonic() < end:
            student, until = next(turns), min(end, time.monotonic() + READS)
            while time.monotonic() < until:
                await safely(student.click())
                await asyncio.sleep(THINKS * (0.5 + student.luck.random()))

    await asyncio.gather(*(running() for _ in range(min(AT_ONCE, len(students)))))


@contextmanager
def served(*options: str, port: int = 0, **environment: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Serve the dashboard as a teacher does, and stop it in the end."""
    with socket.socket() as place:
        place.bind(("localhost", 0))
        port = port or place.getsockname()[1]
    command = [sys.executable, "-m", "scenarios.cli", "app", "--port", str(port), *options]
    here = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    server = subprocess.Popen(command, env=here)
    address = f"http://localhost:{port}"
    try:
        for _ in range(600):
            try:
                assert server.poll() is None, "the server stopped"
                urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address, server
    finally:
        server.terminate()
        server.wait(20)


async def lesson(address: str, pid: int, number: int, seconds: float) -> dict[str, Any]:
    """Hold a lesson and return what it took: times in seconds, memory in MB, the share of processors' time."""
    seen = Seen()
    early = [Student(address, number + n, seen) for n in range(1, number + 1)]  # fill what is kept
    await attend(early, 0, seen)
    await asyncio.gather(*(student.close() for student in early))
    first = await settled(pid)
    seen.opened.clear()
    students = [Student(address, n, seen) for n in range(1, number + 1)]
    start, worked = time.monotonic(), processor(pid)
    await attend(students, seconds, seen)
    busy = (processor(pid) - worked) / (time.monotonic() - start)
    during = memory(pid)
    await asyncio.gather(*(leave(student) for student in students))
    strangers = len(seen.films) - len(set(seen.films.values()))
    return {
        "students": number,
        "clicks": len(seen.clicks),
        "errors": seen.errors[:5],
        "error_count": len(seen.errors),
        "same_films": strangers,
        "click_median": middle(seen.clicks, 0.5),
        "click_p95": middle(seen.clicks, 0.95),
        "answer_p95": middle(seen.answers, 0.95),
        "open_p95": middle(seen.opened, 0.95),
        "processors": round(busy, 2),
        "received_mb": round(sum(student.received for student in students) / 1e6, 1),
        "memory_before": round(first),
        "memory_during": round(during),
        "memory_after": round(await settled(pid)),
    }


def middle(times: list[float], share: float) -> float | None:
    """Return the quantile of some times."""
    return round(statistics.quantiles(times, n=100, method="inclusive")[round(100 * share) - 1], 3) if times else None


async def leave(student: Student) -> None:
    """Go: two of three close their page, the third is lost without a word."""
    if student.number % 3 or not student.socket:
        await student.close()
    else:
        student.socket.transport.abort()
        await asyncio.gather(student.reader, return_exceptions=True)


async def settled(pid: int) -> float:
    """Return the memory of a server once it has forgotten who is gone."""
    await asyncio.sleep(45)
    return memory(pid)


def main() -> None:
    """Hold a lesson from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--workers", default="2")
    args = parser.parse_args()
    options = ("--workers", args.workers, "--students", str(args.students + 10))
    with served(*options, SOLARA_KERNEL_CULL_TIMEOUT="10s") as (address, server):
        told = asyncio.run(lesson(address, server.pid, args.students, 60 * args.minutes))
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
