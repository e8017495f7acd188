"""`valuenet resume`: go on with a sweep where it stopped."""

from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import say
from scenarios.commands.rules import say_if_compiled
from scenarios.commands.sweeping import conducted, settings_of
from scenarios.sweeps.estimate import estimate, refuse_above
from scenarios.sweeps.executors import refuse_unknown
from scenarios.sweeps.failed import forget_failed
from scenarios.sweeps.folder import refuse_at_work
from scenarios.sweeps.plan import read_plan
from scenarios.sweeps.running import status


def command(args: Namespace) -> int:
    """Run what is missing."""
    refuse_unknown(args.executor)
    folder = Path(args.folder)
    plan = read_plan(folder)
    refuse_at_work(folder)
    told = status(folder)
    missing = plan.design.runs - told["done"] + (told["failed"] or 0) * args.retry_failed
    say_if_compiled()
    found = estimate(plan, args.workers, missing)
    refuse_above(found, folder, args.max_hours, here=args.executor == "processes")
    if args.retry_failed:
        say(f"{forget_failed(plan, folder)} runs that failed are run again")
    if missing:
        say(f"{missing:,} runs are missing: {found}. Ctrl-C stops it.")
    else:
        say("Every run is there; the files are checked, and what is damaged is run again.")
    return conducted(args, plan, folder, settings_of(args, found))
