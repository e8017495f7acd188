"""`valuenet export`: a sweep for spreadsheets."""

from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import print_json, say_saved
from scenarios.sweeps.export import export
from scenarios.sweeps.results import open_sweep


def command(args: Namespace) -> int:
    """Write the files and name them."""
    folder = Path(args.folder)
    files = export(open_sweep(folder), args.to, args.out or folder)
    if args.json:
        print_json({"valuenet": "export", "folder": str(folder), "files": [str(file) for file in files]})
    say_saved(files)
    return 0
