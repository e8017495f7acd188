"""`@compiled`: a plain Python loop, turned into machine code by Numba and kept for the next start.

Numba notices a changed file only for the function in that file, not for the functions it calls. So the
cache folder carries a fingerprint of all of `sim/`: edited or upgraded rules can never meet old code.
With `NUMBA_DISABLE_JIT=1` the same functions run as ordinary Python.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba

SOURCES = Path(__file__).parent


def cache_folder() -> Path:
    """Return where this version's machine code is kept (`NUMBA_CACHE_DIR` overrides the place)."""
    digest = hashlib.sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        digest.update(file.read_bytes())
    return _cache_root() / f"valuenet-{digest.hexdigest()[:16]}"


def _cache_root() -> Path:
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(chosen)
    beside = SOURCES / "__pycache__"
    if os.access(SOURCES, os.W_OK):
        return beside
    return Path.home() / ".cache" / "valuenet"


CACHE = cache_folder()
F = TypeVar("F", bound=Callable)


def is_warm() -> bool:
    """Whether this version's rules have been compiled on this machine before."""
    return numba.config.DISABLE_JIT or any(CACHE.rglob("period.run_periods-*.nbc"))


def forget_old_code() -> None:
    """Remove the machine code of earlier versions of `sim/`, but never from a place the user chose."""
    for folder in () if os.environ.get("NUMBA_CACHE_DIR") else CACHE.parent.glob("valuenet-" + "[0-9a-f]" * 16):
        if folder != CACHE:
            shutil.rmtree(folder, ignore_errors=True)


def compiled(function: F) -> F:
    """Compile `function` at its first call; the result is cached on disk and releases the GIL.

    It cannot make arrays: whoever calls it brings the room it needs. So nothing counts references to the
    world's arrays, which doubles the speed of the rules that only touch a few fields.
    """
    return _kept(function, forceinline=True, _nrt=False)


def staged(function: F) -> F:
    """Compile a function that stays one of its own inside its callers: large ones, where building in gains nothing."""
    return _kept(function, _nrt=False)


def inlined(function: F) -> F:
    """Compile `function` into the compiled functions that call it; Python cannot call it.

    A world is handed over as 22 arrays. Built into the caller, a helper costs nothing of that,
    and needs no entry point for Python: a run is four times faster and compiles in half the time.
    """
    return _kept(function, forceinline=True, no_cpython_wrapper=True, _nrt=False)


def apart(function: F) -> F:
    """Compile a function that stays one of its own and that only compiled functions call: what seldom happens.

    Built into each of its callers it would be compiled several times over.
    """
    return _kept(function, no_cpython_wrapper=True, _nrt=False)


def _kept(function: F, **options: bool) -> F:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE)
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
