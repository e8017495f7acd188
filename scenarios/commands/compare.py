"""`valuenet compare`: several scenarios over the same draws."""

from argparse import Namespace
from collections.abc import Sequence

from rich.table import Table

from scenarios.answers import save_comparison
from scenarios.commands.console import console, interruptible, number, print_json, progress, say_saved, table
from scenarios.commands.options import scenarios_of
from scenarios.commands.rules import prepare_rules
from scenarios.comparison import Comparison, compare
from scenarios.evidence import Against
from scenarios.reasons import explain
from scenarios.statistics import estimate
from scenarios.store import SCHEMA, check_folder
from sim.final import units

SHOWN = (
    "value_total",
    "value_customers",
    "value_providers",
    "value_platform",
    "value_without_money",
    "gini_gains",
    "encounters",
    "trust",
    "goodwill",
    "nps",
    "retention",
    "fit",
    "skill",
    "incidents",
)


def command(args: Namespace) -> int:
    """Compare the scenarios, print who gains by how much and why, write the files asked for."""
    if args.out:
        check_folder(args.out)
    scenarios = scenarios_of(args, args.names)
    prepare_rules(scenarios, args.replications, args.workers)
    with progress("comparing") as tick:
        found = interruptible(
            lambda: compare(scenarios, args.replications, args.seed, args.workers, tick, args.precision)
        )
    saved = save_comparison(found, args.out, args.command_line) if args.out else []
    if args.json:
        content = {"valuenet": "compare", "schema": SCHEMA} | found.to_dict()
        print_json(content | {"files": [str(file) for file in saved]})
    else:
        _print(found)
    say_saved(saved)
    return 0


def _print(found: Comparison) -> None:
    screen = console()
    screen.print(
        f"{found.replications} replications, seeds {found.seed} to {found.seed + found.replications - 1}; "
        "every scenario has the same people, needs and luck.\n"
    )
    if found.precision:
        screen.print(found.precision.say() + "\n")
    against = found.against()
    screen.print(_differences(found, against))
    screen.print(f"* a difference at 5 % over all {against[0].family} differences (Holm's correction)\n")
    screen.print(_verdicts(found))
    told = [one.say(found.labels) for one in against]
    for paragraph in (found.answer(), explain(found.why(), found.outcomes, found.labels), *told, *found.notes()):
        screen.print(paragraph)
    screen.print("All measures: --json, or --out DIR for files and a report.")


def _differences(found: Comparison, against: Sequence[Against]) -> Table:
    """Means of the baseline, and how much more or less the others have."""
    baseline, *others = [scenario.name for scenario in found.scenarios]
    told = units()
    rows = []
    for name in SHOWN:
        mean = estimate(found.outcomes[0].results[name]).mean
        rows.append((name, number(mean), *(_change(one, name) for one in against), told[name][0]))
    columns = ("measure", baseline, *(f"{name} minus {baseline} (95 % interval)" for name in others), "unit")
    return table(columns, rows, right=range(1, len(columns) - 1))


def _change(against: Against, measure: str) -> str:
    """Write a difference with its interval, and a star where it is one in spite of all the others looked at."""
    change = against.differences[measure]
    if change.pairs < 2:
        return "-  "
    star = " *" if against.evidence[measure].sure else "  "
    return f"{change.difference:+.3f} ({change.low:+.3f} to {change.high:+.3f}){star}"


def _verdicts(found: Comparison) -> Table:
    baseline, *others = [scenario.name for scenario in found.scenarios]
    verdicts = found.verdicts()
    roles = list(dict.fromkeys(role for one in verdicts for role in one.words))
    rows = [
        (name, *(one.words.get(role, "-") for role in roles), "yes" if one.win_win else "no")
        for name, one in zip(others, verdicts, strict=True)
    ]
    return table((f"against {baseline}", *roles, "win-win"), rows)
