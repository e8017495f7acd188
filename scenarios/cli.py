"""`valuenet`: the command line (`docs/cli.md`).

Options are declared here; each command is a file of `scenarios/commands`, loaded only when it is asked for,
so that help and lists come at once.
"""

import argparse
import importlib
import os
import shlex
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from scenarios.catalogue import LANGUAGES, ScenarioError
from sim.version import MODEL_VERSION

DONE, FAILED, MISTAKE, STOPPED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the whole usage."""
        raise ScenarioError(f"{message}; see {self.prog} --help")


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        try:
            number = int(text[:40])
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{text} is out of range: {low} to {high}")
        return number

    return read


OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"metavar": "NAME", "help": "a scenario of the library, or a .toml file; NAME:REGIME picks a regime"},
    "names": {"metavar": "NAME", "nargs": "+", "help": "scenarios, the baseline first; or one that has regimes"},
    "names?": {
        "metavar": "NAME",
        "nargs": "*",
        "default": ["transactional", "partnership", "platform"],
        "help": "scenarios to map (default: the three regimes)",
    },
    "--set": {
        "metavar": "A.B=VALUE",
        "action": "append",
        "default": [],
        "help": "set a quantity, such as exchange.complexity=0.3; may be given several times",
    },
    "--seed": {"metavar": "N", "type": whole(0, 2**64 - 1), "default": 1, "help": "first seed (default 1)"},
    "--periods": {"metavar": "N", "type": whole(1, 100_000), "help": "length of a run in periods"},
    "--network": {"metavar": "FILE", "help": "run on this network: .csv, .csv.gz, .graphml, .gexf or a shipped name"},
    "--out": {"metavar": "DIR", "type": Path, "help": "folder for the results: new, empty, or with earlier results"},
    "--replications": {"metavar": "N", "type": whole(2, 100_000), "help": "runs of each (default %(default)s)"},
    "--workers": {
        "metavar": "N",
        "type": whole(1, 256),
        "default": os.cpu_count() or 1,
        "help": "runs at a time; results do not depend on it (default: one per processor)",
    },
    "--x": {"metavar": "QUANTITY", "default": "complexity", "help": "quantity from left to right (default complexity)"},
    "--y": {"metavar": "QUANTITY", "default": "turnover", "help": "quantity from bottom to top (default turnover)"},
    "--role": {
        "metavar": "ROLE",
        "help": "print what is best for customers, providers, partners ... (default: for all)",
    },
    "--size": {
        "metavar": "N",
        "type": whole(2, 1025),
        "default": 8,
        "help": "cells along each axis (default 8); from 18 on measured near borders only",
    },
    "--toml": {"action": "store_true", "help": "print the scenario as a TOML file to start one's own from"},
    "--claims": {"action": "store_true", "help": "list the claims of management writers that can be tried"},
    "--language": {
        "metavar": "LANGUAGE",
        "choices": LANGUAGES,
        "default": "en",
        "help": "language of what scenarios and claims say for people: en (default), fi or sv",
    },
    "--host": {"metavar": "NAME", "default": "localhost", "help": "localhost (default): for this computer only"},
    "--port": {"metavar": "N", "type": whole(1, 65535), "default": 8765, "help": "port (default 8765)"},
    "claims": {"metavar": "ID", "nargs": "*", "help": "claims to try, such as C01, or .toml files (default: all)"},
    "--json": {"action": "store_true", "help": "print JSON, and nothing else, on stdout"},
}
COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": ("list the scenarios there are, or the claims", "valuenet list --language fi", "--claims --language"),
    "show": (
        "show a scenario as it takes effect: every quantity with its unit, range and meaning",
        "valuenet show platform --set fee=0.3",
        "name --set --periods --network --toml --language",
    ),
    "run": (
        "run a scenario once",
        "valuenet run partnership --set exchange.complexity=0.8 --seed 7 --out results",
        "name --set --seed --periods --network --out",
    ),
    "compare": (
        "compare scenarios on the same people, needs and luck",
        "valuenet compare transactional partnership platform --replications 30 --out results",
        "names --replications --seed --set --periods --network --workers --out",
    ),
    "map": (
        "map which scenario creates the most value where",
        "valuenet map --x specificity --y turnover --size 8",
        "names? --x --y --size --role --replications --seed --set --periods --network --workers --out",
    ),
    "claims": (
        "try what management writers claim: holds, holds where, or fails",
        "valuenet claims C01 --out results",
        "claims --replications --seed --language --workers --out",
    ),
    "app": ("open the dashboard for the browser", "valuenet app", "--host --port"),
}
DEFAULTS = {"compare": {"replications": 30}, "map": {"replications": 10}, "claims": {"replications": 60}}


class Version(argparse.Action):
    """`--version`: the version of the program and of the model."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print both and end."""
        print(f"valuenet {version('valuenet')}, model {MODEL_VERSION}")
        parser.exit()


def parser() -> Parser:
    """Build the parser of all commands."""
    top = Parser(
        prog="valuenet",
        description="Simulate value networks: suppliers, partners, platforms, customers.",
        epilog="example: valuenet compare transactional partnership platform",
        allow_abbrev=False,
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version of valuenet and of the model")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (summary, example, options) in COMMANDS.items():
        one = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        for option in (*options.split(), "--json"):
            one.add_argument(option.rstrip("?"), **OPTIONS[option])
        one.set_defaults(**DEFAULTS.get(name, {}))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command and return the exit code: 0 done, 1 could not be done, 2 a mistake of the user, 130 stopped."""
    try:
        args = parser().parse_args(argv)
        args.command_line = shlex.join(["valuenet", *(sys.argv[1:] if argv is None else argv)])
        return importlib.import_module(f"scenarios.commands.{args.command}").command(args)
    except ScenarioError as error:
        return _say(str(error), MISTAKE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has stopped reading
        return FAILED
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}" if error.filename else str(error), FAILED)
    except MemoryError:
        return _say("there is not enough memory for this; take a smaller market", FAILED)
    except KeyboardInterrupt:
        return _stop()


def _say(sentence: str, code: int) -> int:
    readable = "".join(c if c.isprintable() else "?" for c in sentence)
    print(f"valuenet: {readable}", file=sys.stderr)
    return code


def _stop() -> int:
    """Leave at once: compiled rules in another thread cannot be interrupted, and nothing is left to clean up."""
    _say("stopped; nothing half-written", STOPPED)
    if threading.active_count() > 1:
        sys.stdout.flush()
        os._exit(STOPPED)
    return STOPPED


if __name__ == "__main__":
    sys.exit(main())
