"""`valuenet status`: how far a sweep is."""

from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import print_json, say
from scenarios.commands.sweeping import remaining
from scenarios.sweeps.results import open_sweep
from scenarios.sweeps.running import status


def command(args: Namespace) -> int:
    """Print it; with --verify read every file and say which are damaged, exit code 1 where any is."""
    folder = Path(args.folder)
    told = status(folder)
    damaged = open_sweep(folder).damaged() if args.verify else []
    if args.json:
        print_json({"valuenet": "status", "folder": str(folder), **told, "damaged": damaged if args.verify else None})
    else:
        left = told["left"]
        time = remaining((left["seconds"], left["low"], left["high"])) if left else ""
        failed = f"{told['failed']:,} failed" if told["failed"] else ""
        done = f"{told['done']:,} of {told['runs']:,} runs done ({told['done'] / told['runs']:.0%})"
        harm = f"{len(damaged):,} files damaged" if damaged else ""
        print(", ".join(word for word in (told["state"], done, failed, time, harm) if word))
        for name in damaged:
            say(f"{folder / name}: damaged; `valuenet resume {folder}` runs again what was in it")
        if args.verify and not damaged:
            say("every file is as it was written")
    return 1 if damaged else 0
