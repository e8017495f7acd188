"""`@compiled`: a plain Python loop, turned into machine code by Numba and kept for the next start.

Numba notices a changed file only for the function in that file, not for the functions it calls. So the
cache folder carries a fingerprint of all of `sim/`: edited or upgraded rules can never meet old code.
(Nothing calls `sim/variants/`, so an edited variant has only the variants compiled again.)
With `NUMBA_DISABLE_JIT=1` the same functions run as ordinary Python.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numba

SOURCES = Path(__file__).parent
VARIANTS = SOURCES / "variants"


def cache_folder() -> Path:
    """Return where this version's machine code is kept (`NUMBA_CACHE_DIR` overrides the place)."""
    return _cache_root() / f"valuenet-{_fingerprint(file for file in _files() if VARIANTS not in file.parents)}"


def _files() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _cache_root() -> Path:
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(chosen)
    beside = SOURCES / "__pycache__"
    if os.access(SOURCES, os.W_OK):
        return beside
    return Path.home() / ".cache" / "valuenet"


CACHE = cache_folder()
CACHE_OF_VARIANTS = CACHE / f"variants-{_fingerprint(_files())}"
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
    before, of_variants = numba.config.CACHE_DIR, function.__module__.startswith(f"{__package__}.variants.")
    numba.config.CACHE_DIR = str(CACHE_OF_VARIANTS if of_variants else CACHE)
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
