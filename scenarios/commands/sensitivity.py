"""`valuenet sensitivity`: which quantities a measure of a scenario follows from."""

import math
from argparse import Namespace
from typing import Any

from scenarios.catalogue import ScenarioError, parse_settings
from scenarios.commands.console import console, interruptible, number, print_json, progress, say_saved, table
from scenarios.commands.options import scenario_of
from scenarios.commands.rules import prepare_rules
from scenarios.driver_answers import save_sensitivity
from scenarios.driver_plans import SensitivityPlan, runs_of
from scenarios.driver_words import record
from scenarios.drivers import SensitivityAnalysis, screened, sensitivity_analysis
from scenarios.layers import keys_of
from scenarios.sensitivity import axis_of
from scenarios.store import check_folder
from scenarios.variation import find


def command(args: Namespace) -> int:
    """Analyse, print the answer with its tables, write the files asked for."""
    if args.out:
        check_folder(args.out)
    _refuse_settings_of_the_axes(args)
    scenario = scenario_of(args, args.name)
    sizes = args.trajectories, args.points, args.strongest, args.replications, args.seed
    plan = SensitivityPlan(tuple(args.axis), args.measure, *sizes)
    markets = screened(scenario, plan)
    axes = len(markets) // plan.trajectories - 1
    prepare_rules(markets, math.ceil(runs_of(plan, axes) / len(markets)), args.workers)
    with progress("analysing") as tick:
        found = interruptible(lambda: sensitivity_analysis(scenario, plan, args.workers, tick))
    saved = save_sensitivity(found, args.out, args.command_line) if args.out else []
    content = record(found)
    if args.json:
        print_json(content | {"files": [str(file) for file in saved]})
    else:
        _print(found, content)
    say_saved(saved)
    return 0


def _refuse_settings_of_the_axes(args: Namespace) -> None:
    axes = {".".join(find(axis_of(text).name)[:2]) for text in args.axis}
    for key, value in parse_settings(args.set).items():
        if (name := ".".join(keys_of(key, value))) in axes:
            raise ScenarioError(f"--set {key}: {name} is an axis; leave one of the two out")


def _print(found: SensitivityAnalysis, content: dict[str, Any]) -> None:
    screen = console()
    screen.print(f"{found.scenario.title}: {content['answer']}\n")
    heads: tuple[str, ...] = (
        "quantity",
        "from",
        "to",
        "effect mu*",
        "95 % interval",
        "mu",
        "sigma",
        "by luck",
        "converged",
        "verdict",
    )
    rows = [_effect(found, row) for row in content["screening"]["effects"]]
    screen.print(table(heads, rows, title=f"Elementary effects, {content['unit']}", right=range(1, 8)))
    if content["decomposition"]:
        heads = ("quantity", "total", "95 % interval", "first order", "95 % interval", "converged", "verdict")
        rows = [_share(row) for row in content["decomposition"]["shares"]]
        screen.print(table(heads, rows, title="Shares of variance", right=range(1, 5)))
    for remark in content["remarks"]:
        screen.print(f"- {remark}")


def _effect(found: SensitivityAnalysis, row: dict[str, Any]) -> list[str]:
    axis = next(axis for axis in found.axes if axis.name == row["quantity"])
    numbers = [number(row[key]) for key in ("mu", "sigma", "by_luck")]
    ends = [f"{axis.low:.3g}", f"{axis.high:.3g}"]
    return [axis.name, *ends, number(row["mu_star"]), _interval(row), *numbers, _yes(row["converged"]), row["verdict"]]


def _share(row: dict[str, Any]) -> list[str]:
    numbers = [text for key in ("total", "first") for text in (number(row[key]["share"]), _interval(row[key]))]
    return [row["quantity"], *numbers, _yes(row["converged"]), row["verdict"]]


def _interval(row: dict[str, Any]) -> str:
    return f"{number(row['low'])} to {number(row['high'])}"


def _yes(converged: bool) -> str:
    return "yes" if converged else "no"
