"""What `sweep` and `resume` share: the end, what a script gets."""

from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import print_json, progress, say
from scenarios.commands.table import DONE, FAILED, STOPPED
from scenarios.size import duration
from scenarios.sweeps.coordinator import Settings, Stopped, conduct
from scenarios.sweeps.estimate import Estimate
from scenarios.sweeps.plan import Plan
from scenarios.sweeps.running import starter, status

LEAST_LIMIT, SLOWER = 600.0, 20  # seconds; times what a run is expected to take


def settings_of(args: Namespace, found: Estimate) -> Settings:
    """Return the size and the time limit of a batch."""
    limit = args.time_limit or max(LEAST_LIMIT, SLOWER * found.seconds * args.workers / max(found.runs, 1))
    return Settings(args.batch, float(limit))


def conducted(args: Namespace, plan: Plan, folder: Path, settings: Settings) -> int:
    """Run what is missing of a plan under a progress bar; return the exit code."""
    memory = round(args.memory_limit * 1e9) if args.memory_limit else None
    start = starter(args.executor, args.workers, memory)
    try:
        with progress(plan.design.title or "sweeping") as tick:
            state = conduct(plan, folder, start, settings, lambda now: tick(now.done, now.runs, remaining(now.left)))
    except Stopped:
        done = status(folder)
        say(f"stopped with {done['done']:,} of {done['runs']:,} runs kept; `valuenet resume {folder}` goes on")
        return _told(args, folder, STOPPED)
    say(
        f"all {state.runs:,} runs are done and in {folder}/runs" + (", their series in series" * bool(plan.kept.series))
    )
    if state.failed:
        say(f"{state.failed:,} of them failed: {folder}/errors.csv says which and why")
    return _told(args, folder, FAILED if state.failed else DONE)


def _told(args: Namespace, folder: Path, code: int) -> int:
    if args.json:
        print_json({"valuenet": args.command, "folder": str(folder), **status(folder)})
    return code


def remaining(left: tuple[float, float, float] | None) -> str:
    """Return the time that is left in words, with its interval where that tells something."""
    if left is None:
        return ""
    middle, low, high = left
    between = f" ({duration(low)} to {duration(high)})" if high - low > 0.2 * middle and middle > 60 else ""
    return f"{duration(middle)} left{between}"
