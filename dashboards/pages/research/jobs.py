"""Experiments on the server: a folder each, named by a secret; one at work at a time, the others in a queue.

All there is to know stands in the folders, so that it does not matter which server's worker is asked, or whether
the one that began an experiment still lives.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from dashboards.pages.research.turn import STOP
from scenarios.catalogue import ScenarioError
from scenarios.sweeps.folder import LOCK, MANIFEST, is_locked, write_whole
from scenarios.sweeps.running import status

PLACE = "VALUENET_JOBS"  # the variable that names the folder
TOKEN = r"[0-9a-f]{32}"
NAME = "valuenet-sweep"
DESIGN, SWEEP = f"{NAME}.toml", NAME
WAITING, SAID, QUEUE = "waiting", "said.txt", "queue.lock"
AT_ONCE = 1  # experiments at work
MOST_WAITING, MOST_KEPT = 20, 60
DAYS_KEPT = 7
DAY = 86_400
WORKERS = max(1, (os.cpu_count() or 2) - 1)  # one processor is left to the pages
WORKER_GIGABYTES, MOST_HOURS = 2, 1
PATIENCE = 20.0  # seconds a process may take to begin
LOOK = 0.05  # seconds between looks whether it has
COMMAND = f"valuenet sweep {DESIGN} --out {SWEEP}"
_SENTENCE = "valuenet: "  # how the command line begins what a person shall know


class QueueFull(Exception):
    """As many experiments wait as may."""


class Look(NamedTuple):
    """How far an experiment is.

    Attributes
    ----------
    state : str
        'gone', 'waiting', 'starting', 'running', 'stopping', 'stopped', 'refused' or 'finished'.
    ahead : int
        Experiments that come before it, while it waits.
    done, runs, failed : int
    left : tuple of float or None
        Seconds, and their 95 % interval.
    said : str
        Why it was refused or ended, in the command line's words.
    """

    state: str
    ahead: int = 0
    done: int = 0
    runs: int = 0
    failed: int = 0
    left: tuple[float, float, float] | None = None
    said: str = ""

    @property
    def busy(self) -> bool:
        """Whether something is still to come of itself."""
        return self.state in ("waiting", "starting", "running", "stopping")


def place() -> Path:
    """Return the folder of all experiments; only its owner may look into it.

    Raises
    ------
    OSError
        If somebody else's folder is there.
    """
    owner = os.getuid() if hasattr(os, "getuid") else None
    usual = Path(tempfile.gettempdir()) / (f"valuenet-jobs-{owner}" if owner is not None else "valuenet-jobs")
    folder = Path(os.environ.get(PLACE) or usual)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner is not None and folder.stat().st_uid != owner:
        raise PermissionError(f"{folder}: the folder belongs to somebody else; name another one in {PLACE}")
    return folder


def folder_of(token: str) -> Path | None:
    """Return the folder of an experiment, None where there is none (any more)."""
    folder = place() / token if re.fullmatch(TOKEN, token) else None
    return folder if folder is not None and (folder / DESIGN).is_file() else None


def submit(design: str) -> str:
    """Put an experiment at the end of the queue and return its secret.

    Raises
    ------
    QueueFull
        If the queue is as long as it may be.
    """
    with _queue():
        remove_old()
        if len(_waiting()) >= MOST_WAITING:
            raise QueueFull
        token = secrets.token_hex(16)
        folder = place() / token
        folder.mkdir(mode=0o700)
        (folder / LOCK).touch()
        write_whole(folder / DESIGN, design.encode())
        (folder / WAITING).touch()
    advance()
    return token


def go_on(token: str) -> None:
    """Put an experiment that has stopped at the end of the queue again."""
    folder = folder_of(token)
    with _queue():
        if folder is not None and not (folder / WAITING).exists() and not is_locked(folder):
            (folder / WAITING).touch()
    advance()


def stop(token: str) -> None:
    """Take an experiment out of the queue, or ask it to stop; what it has done is kept."""
    folder = folder_of(token)
    if folder is None:
        return
    with _queue():
        if (folder / WAITING).exists():
            (folder / WAITING).unlink()
        elif is_locked(folder):
            (folder / STOP).touch()


def look(token: str) -> Look:
    """Return how far an experiment is; where the server has a place free, the queue moves on."""
    folder = folder_of(token)
    if folder is None:
        return Look("gone")
    if (folder / WAITING).exists():
        advance()
    if (folder / WAITING).exists():
        return Look("waiting", _at_work() + sum(_since(one) < _since(folder) for one in _waiting()))
    busy = is_locked(folder)
    if not (folder / SWEEP / MANIFEST).exists():
        return Look(_begun(folder)) if busy else Look("refused", said=_said(folder))
    try:
        return _look(folder, busy)
    except ScenarioError as error:
        return Look("refused", said=str(error))


def _look(folder: Path, busy: bool) -> Look:
    told = status(folder / SWEEP)
    state, left = told["state"], told["left"]
    if busy and (state == "stopped" or (folder / STOP).exists()):
        state = _begun(folder)
    between = (left["seconds"], left["low"], left["high"]) if left else None
    said = "" if state != "stopped" or (folder / STOP).exists() else _said(folder)
    return Look(state, 0, told["done"], told["runs"], told["failed"] or 0, between, said)


def _begun(folder: Path) -> str:
    return "stopping" if (folder / STOP).exists() else "starting"


def _said(folder: Path) -> str:
    """Return the last sentence the command line had for a person, '' where it had none."""
    try:
        lines = (folder / SAID).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[-1].removeprefix(_SENTENCE) if lines and lines[-1].startswith(_SENTENCE) else ""


def advance() -> None:
    """Begin with the experiment that has waited longest, where a place is free."""
    with _queue():
        for folder in sorted(_waiting(), key=_since)[: max(AT_ONCE - _at_work(), 0)]:
            _start(folder)


def _queue() -> FileLock:
    return FileLock(str(place() / QUEUE))


def _all() -> list[Path]:
    return [folder for folder in place().iterdir() if re.fullmatch(TOKEN, folder.name)]


def _waiting() -> list[Path]:
    return [folder for folder in _all() if (folder / WAITING).exists()]


def _since(folder: Path) -> tuple[float, str]:
    """Return since when an experiment waits."""
    try:
        return (folder / WAITING).stat().st_mtime, folder.name
    except OSError:
        return 0.0, folder.name


def _at_work() -> int:
    return sum(is_locked(folder) for folder in _all())


def _start(folder: Path) -> None:
    """Begin or go on in a process of its own; it waits no more once it holds the lock of its folder, or has ended."""
    (folder / STOP).unlink(missing_ok=True)
    begun = (folder / SWEEP / MANIFEST).exists()
    doing = ["resume", SWEEP, "--retry-failed"] if begun else ["sweep", DESIGN, "--out", SWEEP]
    sizes = ["--workers", str(WORKERS), "--memory-limit", str(WORKER_GIGABYTES), "--max-hours", str(MOST_HOURS)]
    with (folder / SAID).open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "dashboards.pages.research.turn", *doing, *sizes],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
    threading.Thread(target=_attend, args=(child,), daemon=True).start()
    last = time.monotonic() + PATIENCE
    while child.poll() is None and not is_locked(folder) and time.monotonic() < last:
        time.sleep(LOOK)
    (folder / WAITING).unlink(missing_ok=True)


def _attend(child: subprocess.Popen) -> None:
    """Let the next one begin when this one has ended."""
    child.wait()
    advance()


def remove_old() -> None:
    """Remove experiments nobody works on: those older than `DAYS_KEPT`, and the oldest where there are too many."""
    idle = sorted((_age(folder), folder) for folder in _all() if not is_locked(folder))
    many = len(_all()) - MOST_KEPT + 1  # there is one to come
    for n, (age, folder) in enumerate(reversed(idle)):
        if age > DAYS_KEPT * DAY or (n < many and not (folder / WAITING).exists()):
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Return how many seconds ago something happened in a job's folder."""
    files = [folder, folder / SAID, folder / SWEEP, folder / SWEEP / MANIFEST]
    return time.time() - max((file.stat().st_mtime for file in files if file.exists()), default=0.0)
