"""What a user waits for, and what a market takes: part of `make bench`."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scenarios.scenario import load
from sim.create import create

Rows = list[tuple[object, ...]]


def starts() -> Rows:
    """Measure what a user waits for, in fresh processes."""
    with tempfile.TemporaryDirectory() as cache:
        cold = started("run", "transactional", "--seed", "1", cache=cache)
        warm = min(started("run", "transactional", "--seed", "1", cache=cache) for _ in range(3))
    return [
        ("valuenet list", f"{min(started('list') for _ in range(3)):.2f}"),
        ("valuenet run, first time: the rules are compiled", f"{cold:.1f}"),
        ("valuenet run, second time", f"{warm:.2f}"),
    ]


def started(*arguments: str, cache: str = "") -> float:
    """Return the seconds a command takes."""
    settings = {**os.environ, **({"NUMBA_CACHE_DIR": cache} if cache else {})}
    start = time.perf_counter()
    subprocess.run([shutil.which("valuenet", path=str(Path(sys.executable).parent)) or "valuenet", *arguments],
                   env=settings, capture_output=True, check=True)  # fmt: skip
    return time.perf_counter() - start


def memory() -> Rows:
    """Measure what a market takes: its arrays, and the whole process with a million customers."""
    code = (
        "import re; from tests.bench import market, run; run(market('partnership', 1_000_000, 3), 1); "
        "print(re.search('VmHWM: *([0-9]+)', open('/proc/self/status').read().replace(chr(9), ' '))[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    per_customer = (
        sum(array.nbytes for array in create(load("partnership", {"customers": 2_000, "firms": 240}).market, 1)) / 2_000
    )
    return [
        ("arrays, bytes per customer (6 slots, 0.12 firms)", f"{per_customer:.0f}"),
        ("process with 1,000,000 customers, GB at most", f"{int(done.stdout) * 1024 / 1e9:.2f}"),
    ]
