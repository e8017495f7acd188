"""`valuenet list`: the scenarios there are."""

from argparse import Namespace
from typing import Any

from scenarios.catalogue import library, regimes_of
from scenarios.commands.console import console, print_json, table


def command(args: Namespace) -> int:
    """Print every scenario of the library with its title and description."""
    found: list[dict[str, Any]] = [
        {"name": name, "title": title, "description": description, "regimes": _regimes(name)}
        for name, title, description in library(args.language)
    ]
    if args.json:
        print_json({"valuenet": "list", "scenarios": found})
    else:
        rows = [(one["name"], one["title"], f"{one['description']}{_listed(one['regimes'])}") for one in found]
        console().print(table(("scenario", "title", "what it is"), rows))
    return 0


def _regimes(name: str) -> list[str]:
    return [regime for regime in regimes_of(name) if regime != name]


def _listed(regimes: list[str]) -> str:
    return f" Regimes: {', '.join(regimes)}." if regimes else ""
