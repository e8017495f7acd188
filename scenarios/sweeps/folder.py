"""A sweep's folder: its manifest, its lock, its files, each written whole or not at all (`docs/sweeps.md`).

A file of results carries the start of its SHA-256 in its name: name and content appear together, by one renaming,
and damage shows without any other file.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from scenarios.catalogue import ScenarioError, refuse_unprintable

MANIFEST, POINTS, LOG, LOCK, CANCEL, PROGRESS, ERRORS = (
    "manifest.json",
    "points.parquet",
    "log.txt",
    "lock",
    "cancel",
    "progress.json",
    "errors.csv",
)
PARTS, RUNS, SERIES, DAMAGED = "parts", "runs", "series", "damaged"
CHECK = "sha256"  # of all else in the manifest
HASHED = 16  # hexadecimal digits of a name
PATIENCE = 1.0  # seconds: whoever asks whether a sweep is at work holds its lock for a moment
UNFINISHED = {"finished": None, "failed": None, "results": None}  # what the manifest says until the end
TEMPORARY = ".writing-"
_PART = re.compile(r"(\d+)-(\d+)-([0-9a-f]{16})\.parquet")
_SHARD = re.compile(r"(\d+)-([0-9a-f]{16})\.parquet")


class Part(NamedTuple):
    """A batch of runs on disk: runs first .. last - 1."""

    first: int
    last: int
    digest: str
    path: Path


class Shard(NamedTuple):
    """A full block of runs on disk."""

    number: int
    digest: str
    path: Path


def digest_of(data: bytes) -> str:
    """Return the start of the SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()[:HASHED]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that, whatever happens, it is there whole or not at all, and survives a loss of power."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as error:
        with suppress(OSError):  # a folder that may only be read now
            temporary.unlink(missing_ok=True)
        raise OSError(f"{path}: cannot be written ({error.strerror or error})") from None


def write_through(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` make a file under another name first, so that it is there whole or not at all."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _sync(folder: Path) -> None:
    """Make a renaming last, where a folder can be synchronised."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON."""
    write_whole(path, (json.dumps(content, indent=2, allow_nan=False) + "\n").encode())


def write_part(folder: Path, first: int, last: int, data: bytes) -> Part:
    """Keep a batch of runs."""
    path = folder / PARTS / f"{first:09d}-{last:09d}-{digest_of(data)}.parquet"
    write_whole(path, data)
    return Part(first, last, digest_of(data), path)


def write_shard(folder: Path, kind: str, number: int, data: bytes) -> Shard:
    """Keep a block of runs, or of their series."""
    path = folder / kind / f"{number:06d}-{digest_of(data)}.parquet"
    write_whole(path, data)
    return Shard(number, digest_of(data), path)


def parts(folder: Path) -> list[Part]:
    """Return the batches there are, in order."""
    found = [(_PART.fullmatch(path.name), path) for path in (folder / PARTS).glob("*.parquet")]
    return sorted(Part(int(m[1]), int(m[2]), m[3], path) for m, path in found if m)


def shards(folder: Path, kind: str = RUNS) -> list[Shard]:
    """Return the blocks there are, in order."""
    found = [(_SHARD.fullmatch(path.name), path) for path in (folder / kind).glob("*.parquet")]
    return sorted(Shard(int(m[1]), m[2], path) for m, path in found if m)


def content(file: Part | Shard) -> bytes | None:
    """Return the bytes of a file of results; None where they are not what was written."""
    data = file.path.read_bytes()
    return data if digest_of(data) == file.digest else None


def set_aside(folder: Path, file: Part | Shard) -> None:
    """Move a damaged file out of the way; it is kept for whoever wants to know."""
    (folder / DAMAGED).mkdir(exist_ok=True)
    os.replace(file.path, folder / DAMAGED / file.path.name)


def remove(files: list[Path]) -> None:
    """Remove files that are no longer needed."""
    for file in files:
        file.unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Make what belongs into a sweep's folder and is missing; remove what a killed process was writing."""
    for place in (folder, *(folder / name for name in (PARTS, RUNS, SERIES))):
        place.mkdir(parents=True, exist_ok=True)
        remove(list(place.glob(f"{TEMPORARY}*")))


def new_folder(folder: Path) -> None:
    """Make the folder of a new sweep."""
    refuse_used(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LOCK).touch()


def refuse_used(folder: Path) -> None:
    """Raise ScenarioError if there is something in a folder that a new sweep shall have."""
    refuse_unprintable(str(folder), "--out ")
    if (folder / MANIFEST).is_file():
        raise ScenarioError(f"{folder}: there is a sweep already; `valuenet resume {folder}` goes on with it")
    if folder.exists() and not (folder.is_dir() and (_begun(folder) or not any(folder.iterdir()))):
        raise ScenarioError(f"{folder}: this is not a new or empty folder; name another one")


def _begun(folder: Path) -> bool:
    """Whether a sweep was to begin here and was killed before its manifest was written: nothing is lost with it."""
    return (folder / LOCK).is_file()


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a sweep, with the digest of all it says."""
    write_json(folder / MANIFEST, manifest | {CHECK: _check(manifest)})


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a sweep.

    Raises
    ------
    ScenarioError
        If the folder holds no sweep, or its manifest is not what was written.
    """
    if not (folder / MANIFEST).exists():
        raise ScenarioError(f"{folder}: there is no sweep in this folder")
    manifest = read_json(folder / MANIFEST)
    if manifest.get(CHECK) != _check(manifest):
        raise ScenarioError(f"{folder / MANIFEST}: the file is damaged, or no sweep's; its results are in {RUNS}")
    return manifest


def _check(manifest: dict[str, Any]) -> str:
    content = {key: value for key, value in manifest.items() if key != CHECK}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """Return a table of JSON; an empty one where there is none."""
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def refuse_at_work(folder: Path) -> None:
    """Raise ScenarioError if somebody works on a sweep."""
    if is_locked(folder):
        raise _at_work(folder)


def _at_work(folder: Path) -> ScenarioError:
    return ScenarioError(f"{folder}: another process works on this sweep; `valuenet status {folder}`")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a sweep alone; the lock of a coordinator that died is free again.

    Raises
    ------
    ScenarioError
        If another coordinator holds it.
    """
    lock = FileLock(str(folder / LOCK), timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise _at_work(folder) from None
    except NotImplementedError as error:
        raise OSError(
            f"{folder}: this file system cannot lock a file ({error}); name a folder on another one"
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_locked(folder: Path) -> bool:
    """Whether somebody works on a sweep."""
    if not (folder / LOCK).is_file():
        return False
    try:
        with FileLock(str(folder / LOCK), timeout=0):
            return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return False  # a folder that may only be read, or where nothing can be locked


def log(folder: Path, text: str) -> None:
    """Add a line to the sweep's log."""
    try:
        with (folder / LOG).open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
    except OSError as error:
        raise OSError(f"{folder / LOG}: cannot be written ({error.strerror or error})") from None
