"""A small sweep for tests: two regimes, three points, four replications, two series."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scenarios import read_design, sweep
from scenarios.sweeps.folder import read_manifest, write_manifest

DESIGN = """
title = "Two regimes"
scenarios = ["transactional", "partnership"]
replications = 4
seed = 5
[settings]
customers = 20
firms = 4
periods = 6
[factors]
turnover = [0.01, 0.1, 0.2]
[keep]
series = ["trust", "value_total of partnership"]
"""
RUNS = 24


def written(folder: Path) -> Path:
    """Write the design and return its file."""
    path = folder / "two.toml"
    path.write_text(DESIGN)
    return path


def swept(asked: Path, folder: Path) -> Path:
    """Run a design in one thread and return the folder."""
    sweep(read_design(asked), folder, executor=ThreadPoolExecutor(1))
    return folder


def edit(folder: Path, **changes: object) -> None:
    """Change a manifest, as nobody should: its digest is right."""
    write_manifest(folder, read_manifest(folder) | changes)
