"""`valuenet replicate`: published results on this engine, as a scorecard."""

from argparse import Namespace
from collections.abc import Callable, Sequence

from rich.table import Table

from scenarios.commands.console import console, interruptible, print_json, progress, say_saved, table
from scenarios.commands.rules import say_if_compiled
from scenarios.replication import Answer, find_replications, replicate
from scenarios.scorecard import CHECKS, SCORES, check_rows, missed, record, save_scorecard, score_rows, summary
from scenarios.store import check_folder

WIDEST = 100  # columns: sentences as long as a wide terminal are hard to read


def command(args: Namespace) -> int:
    """Try the results, print the scorecard, write the files asked for; one that fails is an answer, not an error."""
    if args.out:
        check_folder(args.out)
    asked = find_replications(args.replications)
    say_if_compiled()
    with progress("reproducing") as tick:
        answers = interruptible(lambda: _try(args, asked, tick))
    saved = save_scorecard(answers, args.out, args.command_line) if args.out else []
    if args.json:
        print_json(record(answers) | {"files": [str(file) for file in saved]})
    else:
        _print(_all(answers) if len(answers) > 1 else _one(answers[0]))
    say_saved(saved)
    return 0


def _try(args: Namespace, asked: list[str], tick: Callable[..., None]) -> list[Answer]:
    answers = []
    for answer in replicate(asked, args.seed, args.data):
        answers.append(answer)
        tick(len(answers), len(asked))
    return answers


def _all(answers: Sequence[Answer]) -> list[str | Table]:
    """Return a row for each result, what was missed, how many were met."""
    return [table(SCORES, score_rows(answers)), *missed(answers), summary(answers)]


def _one(answer: Answer) -> list[str | Table]:
    """Return one result in full: a row for each check, and why it departs from the paper, where it does."""
    told = answer.replication
    why = [f"Departures: {told.departs}", ""] if told.departs else []
    head = [f"{told.id}. {answer.title}", told.paper, ""]
    return [*head, table(CHECKS, check_rows(answer), right=(1, 3)), *why, summary([answer])]


def _print(parts: Sequence[str | Table]) -> None:
    screen = console()
    for part in parts:
        screen.print(part, width=min(screen.width, WIDEST))
