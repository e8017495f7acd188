"""`valuenet list`: the scenarios, or the claims, there are."""

from argparse import Namespace
from typing import Any

from scenarios.catalogue import claims_library, library, regimes_of
from scenarios.commands.console import console, print_json, table


def command(args: Namespace) -> int:
    """Print every scenario of the library with its title and description, or every claim."""
    if args.claims:
        return _claims(args)
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


def _claims(args: Namespace) -> int:
    found = claims_library(args.language)
    if args.json:
        records = [{"id": name, "source": source, "claim": claim} for name, source, claim in found]
        print_json({"valuenet": "list", "claims": records})
    else:
        console().print(table(("claim", "source", "what is said"), found))
    return 0


def _regimes(name: str) -> list[str]:
    return [regime for regime in regimes_of(name) if regime != name]


def _listed(regimes: list[str]) -> str:
    return f" Regimes: {', '.join(regimes)}." if regimes else ""
