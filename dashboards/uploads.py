"""Files that visitors bring, kept on the server under the SHA-256 of what they hold, for all of its workers.

A file's own name is never part of a path: a scenario is kept as KEY/scenario.toml, a network as KEY/network.csv (or
.graphml, .gexf), with KEY/network.participants.csv beside it where somebody brought one. What was not used for the
longest time makes room.
"""

import getpass
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dashboards.limits import UPLOAD
from dashboards.places import FOLDER

MOST_KEPT = 200
SCENARIO, PARTICIPANTS = "scenario.toml", "network.participants.csv"
ENDINGS = {  # the longest first
    ".participants.csv": PARTICIPANTS,
    ".toml": SCENARIO,
    ".csv": "network.csv",
    ".graphml": "network.graphml",
    ".gexf": "network.gexf",
}
KEY = r"[0-9a-f]{64}"


class Refused(ValueError):
    """Why a file is not kept: `ending`, `large`, or `alone` (a list of participants without its network)."""


def bring(name: str, content: bytes, beside: str = "") -> str:
    """Keep a file and return its key; a list of participants joins the network of the key `beside`.

    Raises
    ------
    Refused
        If it is of no known kind, too large, or a list of participants without an edge list to stand beside.
    """
    kept = next((kept for ending, kept in ENDINGS.items() if name.lower().endswith(ending)), None)
    if kept is None:
        raise Refused("ending")
    if len(content) > UPLOAD:
        raise Refused("large")
    network = _network_of(beside) if kept == PARTICIPANTS else None
    if kept == PARTICIPANTS and network is None:
        raise Refused("alone")
    return keep({kept: content} | ({network.name: network.read_bytes()} if network else {}))


def _network_of(key: str) -> Path | None:
    path = path_of(key)
    return path if path is not None and path.suffix == ".csv" else None


def keep(files: Mapping[str, bytes]) -> str:
    """Keep files of known names together, whole or not at all, and return their key."""
    key = key_of(files)
    place = folder() / key
    if not place.is_dir():
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=folder()))
        for name, content in files.items():
            (partial / name).write_bytes(content)
        try:
            partial.rename(place)
        except OSError:  # another worker was first
            shutil.rmtree(partial, ignore_errors=True)
    _make_room(place)
    return key


def key_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of files: of one, of its content; of several, of their names and hashes."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    return hashlib.sha256(repr(hashes).encode()).hexdigest()


def path_of(key: str) -> Path | None:
    """Return the scenario or network kept under a key; None where there is none (any more)."""
    if not re.fullmatch(KEY, key):
        return None
    place = folder() / key
    found = next((place / name for name in ENDINGS.values() if name != PARTICIPANTS and (place / name).is_file()), None)
    if found is not None:
        os.utime(place)  # it is used: others make room first
    return found


def folder() -> Path:
    """Return the folder of all files, made where there is none: inside the server's own, which ends with it.

    A page that is not served for a class keeps them among the temporary files of whoever runs it.

    Raises
    ------
    OSError
        If somebody else's folder stands in its place.
    """
    parent = os.environ.get(FOLDER) or f"{tempfile.gettempdir()}/valuenet-{getpass.getuser()}"
    place = Path(parent) / "uploads"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid") and place.stat().st_uid != os.getuid():
        raise OSError(f"{place}: belongs to somebody else")
    return place


def _make_room(newest: Path) -> None:
    """Remove what was not used for the longest time, until few enough are left."""
    os.utime(newest)
    kept = sorted(folder().iterdir(), key=_last_used)
    for place in kept[: max(len(kept) - MOST_KEPT, 0)]:
        shutil.rmtree(place, ignore_errors=True)


def _last_used(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:  # another worker has just removed it
        return 0.0
