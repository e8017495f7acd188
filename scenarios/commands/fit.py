"""`valuenet fit`: which values of a market's quantities give patterns like those observed."""

from argparse import Namespace

from scenarios.commands.console import console, interruptible, print_json, progress, say_saved, table
from scenarios.commands.rules import prepare_rules
from scenarios.fitting.answers import QUANTITY_COLUMNS, TARGET_COLUMNS, effort, quantity_rows, save_fit, target_rows
from scenarios.fitting.findings import answer, record
from scenarios.fitting.posterior import Fit, fit, usual_runs
from scenarios.fitting.targets import prepare
from scenarios.store import check_folder


def command(args: Namespace) -> int:
    """Fit, print what the quantities may be and which targets are met, write the files asked for."""
    if args.out:
        check_folder(args.out)
    problem = prepare(args.calibration, args.seed)
    side_by_side = min(args.workers, problem.calibration.effort.replications)
    prepare_rules([problem.at(problem.middle)], usual_runs(problem), side_by_side)
    with progress("fitting") as tick:
        found = interruptible(lambda: fit(problem, args.seed, args.workers, tick))
    saved = save_fit(found, args.out, args.command_line) if args.out else []
    if args.json:
        print_json(record(found) | {"files": [str(file) for file in saved]})
    else:
        _print(found)
    say_saved(saved)
    return 0


def _print(found: Fit) -> None:
    screen = console()
    screen.print(f"{found.problem.title}\n")
    screen.print(table(QUANTITY_COLUMNS, quantity_rows(found), right=(1, 2, 3, 4, 5)))
    screen.print(table(TARGET_COLUMNS, target_rows(found), right=(1, 3, 4, 5, 6, 8)))
    for paragraph in (answer(found), effort(found)):
        screen.print(paragraph)
