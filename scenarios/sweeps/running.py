"""Sweeps from Python: begin, go on, look, stop."""

import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from scenarios.sweeps import folder as disk
from scenarios.sweeps.coordinator import Settings, Watch, conduct
from scenarios.sweeps.design import Design
from scenarios.sweeps.executors import Engine, engine, given
from scenarios.sweeps.folder import CANCEL, PROGRESS, is_locked, read_json, read_manifest, write_whole
from scenarios.sweeps.pace import State
from scenarios.sweeps.plan import Plan, plan_of, read_plan, write_plan

FRESH = 30.0  # seconds for which a report of progress holds


def sweep(
    design: Design,
    folder: Path | str,
    workers: int = 2,
    executor: Executor | str = "processes",
    settings: Settings | None = None,
    watch: Watch = lambda state: None,
) -> State:
    """Run a design into a new folder. In a script, call it under `if __name__ == "__main__":`, as processes need it.

    Parameters
    ----------
    design : Design
        From `read_design`.
    folder : Path
        New or empty.
    workers : int
        Processes, or batches at a time that an executor of one's own gets.
    executor : Executor or str
        'processes', 'dask://HOST:PORT', or any `concurrent.futures.Executor`.
    settings : Settings, optional
        Size and time limit of a batch.
    watch : callable
        Called about once a second with a `State`.

    Returns
    -------
    State
        How many runs there are and how many of them failed.

    Raises
    ------
    ScenarioError
        If the folder is not empty, or something is kept that there is not.
    OSError
        If results cannot be written; `resume` goes on.
    Stopped
        If somebody asked for it; `resume` goes on.
    """
    plan = plan_of(design)
    write_plan(plan, Path(folder))
    return _conduct(plan, Path(folder), workers, executor, settings, watch)


def resume(
    folder: Path | str,
    workers: int = 2,
    executor: Executor | str = "processes",
    settings: Settings | None = None,
    watch: Watch = lambda state: None,
) -> State:
    """Go on with a sweep where it stopped; otherwise as `sweep`.

    Raises
    ------
    ScenarioError
        If its scenarios, its points, the model version or the schema are not those it began with.
    """
    return _conduct(read_plan(Path(folder)), Path(folder), workers, executor, settings, watch)


def _conduct(
    plan: Plan, folder: Path, workers: int, executor: Executor | str, settings: Settings | None, watch: Watch
) -> State:
    return conduct(plan, folder, starter(executor, workers), settings or Settings(), watch)


def starter(executor: Executor | str, workers: int, memory: int | None = None) -> Callable[[], Engine]:
    """Return what starts the workers, once the folder is ours."""
    if isinstance(executor, str):
        return lambda: engine(executor, workers, memory)
    return lambda: given(executor, workers)


def cancel(folder: Path | str) -> bool:
    """Ask whoever works on a sweep to stop; return whether anybody does."""
    read_manifest(Path(folder))
    if not is_locked(Path(folder)):
        return False
    write_whole(Path(folder) / CANCEL, b"")
    return True


def status(folder: Path | str) -> dict[str, Any]:
    """Return how far a sweep is, from what its folder holds, as JSON holds it.

    Raises
    ------
    ScenarioError
        If the folder holds no sweep.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    block, runs = int(manifest["shard"]), int(manifest["runs"])
    full = {shard.number for shard in disk.shards(place)}
    done = sum(min(block, runs - number * block) for number in full)
    done += sum(part.last - part.first for part in disk.parts(place) if part.first // block not in full)
    told, working = read_json(place / PROGRESS), is_locked(place)
    fresh = working and time.time() - float(told.get("at", 0)) < FRESH
    return {
        "title": manifest["title"],
        "state": "finished" if manifest["finished"] and done == runs else "running" if working else "stopped",
        "done": done,
        "runs": runs,
        "failed": manifest["failed"] if manifest["finished"] else told.get("failed"),
        "left": told.get("left") if fresh else None,
        "model_version": manifest["model_version"],
        "results": manifest["results"],
    }
