"""`valuenet cancel`: ask a sweep to stop; what it has is kept."""

from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import print_json, say
from scenarios.sweeps.running import cancel, status


def command(args: Namespace) -> int:
    """Leave the request in the folder: whoever works on the sweep sees it within a second."""
    asked = cancel(Path(args.folder))
    if args.json:
        print_json({"valuenet": "cancel", "folder": args.folder, "asked": asked})
    else:
        finished = status(args.folder)["state"] == "finished"
        go_on = "it is finished" if finished else f"`valuenet resume {args.folder}` goes on"
        say(f"asked to stop; {go_on}" if asked else f"nobody works on it; {go_on}")
    return 0
