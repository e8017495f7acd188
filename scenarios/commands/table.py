"""The command line as data: every option, every command, what is given by default, exit codes (`docs/cli.md`)."""

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.catalogue import LANGUAGES

DONE, FAILED, MISTAKE, STOPPED = 0, 1, 2, 130  # exit codes


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


def positive(text: str) -> float:
    """Read a number above 0."""
    try:
        number = float(text[:40])
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is out of range: above 0")
    return number


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
    "--precision": {
        "metavar": "EUR",
        "type": positive,
        "help": "stop when total value's differences are known to within this much; --replications is then the most",
    },
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
    "--replications?": {
        "action": "store_true",
        "dest": "replications",
        "help": "list the published results that are tried",
    },
    "--language": {
        "metavar": "LANGUAGE",
        "choices": LANGUAGES,
        "default": "en",
        "help": "language of what scenarios and claims say for people: en (default), fi or sv",
    },
    "design": {"metavar": "FILE", "help": "a design, a .toml file; or the folder of a sweep, to run it anew"},
    "folder": {"metavar": "DIR", "help": "the folder of a sweep"},
    "--executor": {
        "metavar": "WHERE",
        "default": "processes",
        "help": "who does the work: processes of this machine (default), or a Dask cluster, dask://HOST:PORT",
    },
    "--batch": {"metavar": "N", "type": whole(1, 10_000), "help": "runs a worker gets at a time (default: 2 seconds)"},
    "--time-limit": {
        "metavar": "SECONDS",
        "type": whole(1, 10**7),
        "help": "a batch that takes longer is ended, and a run of it that does so three times is set aside",
    },
    "--memory-limit": {"metavar": "GB", "type": positive, "help": "memory that one worker may take, such as 1.5"},
    "--max-hours": {
        "metavar": "H",
        "type": whole(1, 10**5),
        "default": 24,
        "help": "refuse what would take longer (default 24)",
    },
    "--estimate": {"action": "store_true", "help": "only say what it would take: time, disk, memory"},
    "--retry-failed": {"action": "store_true", "help": "run those that failed again"},
    "--verify": {"action": "store_true", "help": "read every file and say which are damaged"},
    "--to": {"choices": ("csv", "xlsx"), "default": "csv", "help": "csv (default), or xlsx, one workbook"},
    "--axis": {
        "metavar": "QUANTITY",
        "action": "append",
        "default": [],
        "help": "quantity to vary, such as turnover=0.01:0.3; two or more times (default: those all regimes share)",
    },
    "--measure": {"metavar": "NAME", "default": "value_total", "help": "measure to explain (default value_total)"},
    "--trajectories": {"metavar": "N", "type": whole(4, 1000), "default": 20, "help": "of the screening (default 20)"},
    "--points": {
        "metavar": "N",
        "type": whole(4, 16384),
        "default": 256,
        "help": "base points for shares of variance, a power of two (default 256)",
    },
    "--strongest": {
        "metavar": "N",
        "type": whole(0, 1000),
        "default": 5,
        "help": "so many get shares of variance (default 5; 0: only the screening)",
    },
    "--host": {
        "metavar": "NAME",
        "default": "localhost",
        "help": "localhost (default): for this computer only; 0.0.0.0: for a class, in all its networks",
    },
    "--port": {"metavar": "N", "type": whole(1, 65535), "default": 8765, "help": "port (default 8765)"},
    "--workers?": {
        "metavar": "N",
        "type": whole(1, 16),
        "default": min(2, os.cpu_count() or 1),
        "help": "processes that serve the class together (default 2, or 1 on one processor)",
    },
    "--students": {
        "metavar": "N",
        "type": whole(1, 1000),
        "default": 100,
        "help": "pages that may be open at once; who comes later waits for a place (default 100)",
    },
    "claims": {"metavar": "ID", "nargs": "*", "help": "claims to try, such as C01, or .toml files (default: all)"},
    "replications": {
        "metavar": "ID",
        "nargs": "*",
        "help": "published results to try, such as R01 or its name (default: all)",
    },
    "--data": {"metavar": "FILE", "type": Path, "help": "ratings in place of the shipped ones, for bitcoin-otc"},
    "calibration": {
        "metavar": "NAME",
        "help": "a calibration that is shipped, or a .toml file; NAME:VARIANT picks one",
    },
    "entry": {"metavar": "STRATEGY", "help": "a strategy of the library, or a .toml file"},
    "--market": {"metavar": "MARKET", "help": "simple, lasting or platform (default: all three)"},
    "--json": {"action": "store_true", "help": "print JSON, and nothing else, on stdout"},
}
COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": (
        "list the scenarios there are, the claims, or the published results",
        "valuenet list --language fi",
        "--claims --replications? --language",
    ),
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
        "names --replications --precision --seed --set --periods --network --workers --out",
    ),
    "map": (
        "map which scenario creates the most value where",
        "valuenet map --x specificity --y turnover --size 8",
        "names? --x --y --size --role --replications --seed --set --periods --network --workers --out",
    ),
    "sensitivity": (
        "find which quantities a measure follows from, and which do not matter",
        "valuenet sensitivity partnership --axis complexity --axis turnover=0.01:0.3 --axis specificity --out results",
        "name --axis --measure --trajectories --points --strongest --replications --seed "
        "--set --periods --network --workers --out",
    ),
    "claims": (
        "try what management writers claim: holds, holds where, or fails",
        "valuenet claims C01 --out results",
        "claims --replications --seed --language --workers --out",
    ),
    "replicate": (
        "reproduce published results on this engine: theirs, ours, pass or fail",
        "valuenet replicate R01 --out results",
        "replications --data --seed --out",
    ),
    "sweep": (
        "run a design of many runs; what is done survives whatever happens",
        "valuenet sweep fees.toml --out fees",
        "design --workers --executor --batch --time-limit --memory-limit --max-hours --estimate --out",
    ),
    "resume": (
        "go on with a sweep where it stopped",
        "valuenet resume fees",
        "folder --workers --executor --batch --time-limit --memory-limit --max-hours --retry-failed",
    ),
    "status": ("say how far a sweep is", "valuenet status fees", "folder --verify"),
    "cancel": ("ask a sweep to stop; what is done is kept", "valuenet cancel fees", "folder"),
    "summary": (
        "say what a sweep answers: every point with its interval, against the first scenario",
        "valuenet summary fees --measure trust",
        "folder --measure",
    ),
    "export": ("write a sweep for spreadsheets", "valuenet export fees --to xlsx", "folder --to --out"),
    "fit": (
        "fit quantities of a market to what was observed",
        "valuenet fit bitcoin-otc:platform --out fit",
        "calibration --seed --workers --out",
    ),
    "play": (
        "play a strategy of yours against a thousand others",
        "valuenet play my-strategy.toml --market lasting",
        "entry --market",
    ),
    "app": ("open the dashboard for the browser", "valuenet app --host 0.0.0.0", "--host --port --workers? --students"),
}
DEFAULTS = {
    "compare": {"replications": 30},
    "map": {"replications": 10},
    "claims": {"replications": 60},
    "sensitivity": {"replications": 3},
}
EXTRAS = {"SALib": "sensitivity", "pyabc": "fit"}  # packages that not everybody has, and the extra that brings them
