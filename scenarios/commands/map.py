"""`valuenet map`: which scenario creates the most value where."""

from argparse import Namespace
from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
from rich.table import Table

from scenarios.answers import save_map
from scenarios.catalogue import ScenarioError, parse_settings, short
from scenarios.commands.console import console, interruptible, print_json, progress, say_saved, table
from scenarios.commands.options import scenarios_of
from scenarios.commands.rules import prepare_rules
from scenarios.exploring import range_of_runs
from scenarios.layers import keys_of
from scenarios.maps import StrategyMap, strategy_map
from scenarios.reasons import roles_in
from scenarios.scenario import Scenario
from scenarios.store import SCHEMA, check_folder
from scenarios.variation import axis, find, vary

LETTER = 9  # columns of the screen for one of the map


def command(args: Namespace) -> int:
    """Compute the map, print it as a grid of letters, write the files asked for."""
    if args.out:
        check_folder(args.out)
    _refuse_settings_of_the_axes(args)
    scenarios = scenarios_of(args, args.names)
    _refuse_unknown_role(args, scenarios)
    if len(scenarios) > len(ascii_uppercase):
        raise ScenarioError(f"map: {len(scenarios)} scenarios are too many, at most {len(ascii_uppercase)}")
    least, most = range_of_runs(args.size, args.replications)
    prepare_rules(_corners(args, scenarios), least, args.workers, most)
    with progress("mapping") as tick:
        found = interruptible(
            lambda: strategy_map(
                scenarios,
                args.x,
                args.y,
                args.size,
                replications=args.replications,
                seed=args.seed,
                workers=args.workers,
                progress=tick,
            )
        )
    shown = found.for_role(args.role) if args.role else found
    saved = save_map(found, args.out, args.command_line) if args.out else []
    if args.json:
        content = {"valuenet": "map", "schema": SCHEMA} | shown.to_dict()
        print_json(content | {"files": [str(file) for file in saved]})
    else:
        _print(shown)
    say_saved(saved)
    return 0


def _corners(args: Namespace, scenarios: list[Scenario]) -> list[Scenario]:
    """Return the scenarios where both quantities are largest, which takes longest."""
    (x, xs), (y, ys) = axis(args.x, args.size), axis(args.y, args.size)
    return [vary(vary(scenario, x, xs[-1]), y, ys[-1]) for scenario in scenarios]


def _refuse_settings_of_the_axes(args: Namespace) -> None:
    axes = {".".join(find(text.partition("=")[0])[:2]): text.partition("=")[0] for text in (args.x, args.y)}
    for key, value in parse_settings(args.set).items():
        if (name := ".".join(keys_of(key, value))) in axes:
            raise ScenarioError(f"--set {key}: {axes[name]} is an axis of the map; choose other axes with --x and --y")


def _refuse_unknown_role(args: Namespace, scenarios: list[Scenario]) -> None:
    there = roles_in([scenario.market for scenario in scenarios])
    if args.role is not None and args.role not in there:
        raise ScenarioError(
            f"--role: {short(args.role)} is not a role in these scenarios; there are {', '.join(there)}"
        )


def _print(found: StrategyMap) -> None:
    screen = console()
    screen.print(
        f"The scenario with the most {'value for ' + found.role if found.role else 'total value'}, "
        f"{'up to ' if len(found.looks) > 1 else ''}{found.replications} replications a cell; "
        "a small letter where the lead is not sure (95 % interval).\n"
    )
    rows, columns = (_shown(len(values), screen.width) for values in (found.ys, found.xs))
    screen.print(_grid(found, rows, columns))
    if len(rows) * len(columns) < found.mesh.rows * found.mesh.columns:
        screen.print(f"{len(rows)} of {len(found.ys)} rows and {len(columns)} of {len(found.xs)} columns are shown.")
    screen.print(found.effort() + "\n")
    named = [scenario.name for scenario in found.scenarios]
    regions = [
        (
            ascii_uppercase[r.scenario],
            named[r.scenario],
            *(f"{share:.0%}" for share in (r.share, r.contested, r.measured)),
            str(r.pieces),
        )
        for r in found.regions()
    ]
    heads = ("", "scenario", "best in", "of that not sure", "of that measured", "pieces")
    screen.print(table(heads, regions, right=(2, 3, 4, 5)))

    roles = [*found.roles, "everybody"]
    gains = [
        (named[s], *(f"{row[role]:.0%}" if role in row else "-" for role in roles))
        for s, row in enumerate(found.gains(), 1)
    ]
    screen.print(f"\nWho surely gains against {named[0]}, in which share of the cells:")
    screen.print(table(("scenario", *roles), gains, right=range(1, len(roles) + 1)))


def _shown(cells: int, width: int) -> list[int]:
    """Return which rows or columns are printed: all that fit the screen's width, or as many evenly spread."""
    return np.linspace(0, cells - 1, min(cells, max(2, width // LETTER - 2))).round().astype(int).tolist()


def _grid(found: StrategyMap, rows: Sequence[int], columns: Sequence[int]) -> Table:
    """One letter for each cell of some rows and columns, the largest y on top."""
    winners, contested = found.winners(), found.contested()
    letters = [
        (f"{found.ys[row]:.3g}", *(_letter(winners[row, column], not contested[row, column]) for column in columns))
        for row in reversed(rows)
    ]
    return table((f"{found.y} \\ {found.x}", *(f"{found.xs[column]:.3g}" for column in columns)), letters)


def _letter(scenario: int, sure: bool) -> str:
    letter = ascii_uppercase[scenario]
    return letter if sure else letter.lower()
