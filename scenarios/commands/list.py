"""`valuenet list`: the scenarios, the claims, or the published results there are."""

from argparse import Namespace
from typing import Any

from scenarios.catalogue import claims_library, library, regimes_of, replications_library
from scenarios.commands.console import console, print_json, table


def command(args: Namespace) -> int:
    """Print every scenario of the library with its title and description, every claim, or every replication."""
    if args.claims:
        return _claims(args)
    if args.replications:
        return _replications(args)
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


def _replications(args: Namespace) -> int:
    found = replications_library()
    if args.json:
        keys = ("id", "name", "title", "paper")
        print_json({"valuenet": "list", "replications": [dict(zip(keys, one, strict=True)) for one in found]})
    else:
        console().print(table(("id", "name", "result", "published in"), found))
    return 0


def _regimes(name: str) -> list[str]:
    return [regime for regime in regimes_of(name) if regime != name]


def _listed(regimes: list[str]) -> str:
    return f" Regimes: {', '.join(regimes)}." if regimes else ""
