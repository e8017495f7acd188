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
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from scenarios.catalogue import ScenarioError
from scenarios.commands.table import COMMANDS, DEFAULTS, EXTRAS, FAILED, MISTAKE, OPTIONS, STOPPED
from sim.version import MODEL_VERSION


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the whole usage."""
        raise ScenarioError(f"{message}; see {self.prog} --help")


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
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        return _say(f'{package} is not installed: pip install "valuenet[{EXTRAS[package]}]"', FAILED)
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
