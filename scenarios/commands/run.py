"""`valuenet run`: one run of one scenario."""

from argparse import Namespace

from scenarios.commands.console import console, interruptible, number, print_json, progress, say_saved, table
from scenarios.commands.options import scenario_of
from scenarios.commands.rules import prepare_rules
from scenarios.runs import record, run, save_run
from scenarios.scenario import Scenario
from scenarios.store import check_folder
from sim.ensemble import Run
from sim.final import units

GROUPS = {
    "Who gains": (
        "value_total",
        "value_customers",
        "value_providers",
        "value_firms",
        "value_peers",
        "value_partners",
        "value_platform",
        "value_without_money",
        "gini_gains",
    ),
    "Exchange": ("encounters", "needs_met", "price", "unit_cost", "profit", "margin", "concentration"),
    "Relations": ("trust", "goodwill", "satisfaction", "nps", "retention", "churn", "switching_advantage"),
    "Quality": ("fit", "skill", "insight", "capability", "engagement", "incidents", "green_light"),
    "Platform": ("mediated", "left_platform"),
}
REST = "More"


def command(args: Namespace) -> int:
    """Run the scenario, print what came out, write the files asked for."""
    if args.out:
        check_folder(args.out)
    scenario = scenario_of(args, args.name)
    prepare_rules([scenario], 1, 1)
    with progress(f"running {scenario.name}"):
        done = interruptible(lambda: run(scenario, args.seed))
    saved = save_run(scenario, done, args.out) if args.out else []
    if args.json:
        print_json(record(scenario, done) | {"files": [str(file) for file in saved]})
    else:
        _print(scenario, done)
    say_saved(saved)
    return 0


def _print(scenario: Scenario, done: Run) -> None:
    screen = console()
    screen.print(f"{scenario.title} (seed {done.seed}, {len(done.totals)} periods; means over the last two thirds)")
    results, told = done.results(), units()
    for group, members in _grouped(list(results)).items():
        rows = [(name, number(results[name]), *told[name]) for name in members]
        screen.print(table((group, "value", "unit", "meaning"), rows, right=(1,)))
    if len(scenario.market.strategies) > 1:
        by = done.by_strategy()
        split = [(name, *(number(row[name]) for row in by.values()), told[name][0]) for name in next(iter(by.values()))]
        screen.print(table(("By strategy", *by, "unit"), split, right=range(1, len(by) + 1)))


def _grouped(measures: list[str]) -> dict[str, list[str]]:
    """Put measures into their groups; one that is in none comes last."""
    placed = {name for members in GROUPS.values() for name in members}
    groups = {group: [name for name in members if name in measures] for group, members in GROUPS.items()}
    groups[REST] = [name for name in measures if name not in placed]
    return {group: members for group, members in groups.items() if members}
