"""`valuenet claims`: management claims as experiments."""

from argparse import Namespace

from scenarios.catalogue import ScenarioError
from scenarios.claim_answers import record, save_claims
from scenarios.claim_pages import check_heads, columns, edge_rows, finding_rows, row, varied, verdict
from scenarios.claim_runs import prepare
from scenarios.claim_verdicts import Answer, try_claims
from scenarios.claim_words import reference, words
from scenarios.claims import find_claims
from scenarios.commands.console import console, interruptible, print_json, progress, say_saved, table
from scenarios.commands.rules import prepare_rules
from scenarios.store import check_folder
from sim.create import SEEDS

USUAL = 18  # replications that most points need


def command(args: Namespace) -> int:
    """Try the claims, print the verdicts, write the files asked for; a claim that fails is an answer, not an error."""
    if args.out:
        check_folder(args.out)
    if args.seed > SEEDS - args.replications:
        raise ScenarioError(f"--seed: {args.seed} is too large for {args.replications} replications")
    claims = find_claims(args.claims)
    experiments = [prepare(claim) for claim in claims]
    markets = [scenario for one in experiments for point in one.points for scenario in point.markets.values()]
    prepare_rules(markets, min(USUAL, args.replications), args.workers)
    with progress("trying claims") as tick:
        answers = interruptible(lambda: try_claims(claims, args.seed, args.workers, args.replications, tick))
    saved = save_claims(answers, args.out, args.language, args.command_line) if args.out else []
    if args.json:
        print_json(record(answers, args.language) | {"files": [str(file) for file in saved]})
    elif len(answers) == 1:
        _print_details(answers[0], args.language)
    else:
        rows = [row(answer, args.language) for answer in answers]
        console().print(table(columns(args.language), rows, right=(5,)))
    say_saved(saved)
    return 0


def _print_details(answer: Answer, language: str) -> None:
    screen, told, heads = console(), answer.claim.told(language), words(language)
    screen.print(f"{answer.claim.id}. {told.claim}\n")
    screen.print(f"{verdict(answer, language)}.\n")
    who = reference(answer.claim, language)
    for key, text in (("source", who), ("expected", told.expected), ("boundary", told.boundary)):
        screen.print(f"{heads[key]}: {text}")
    screen.print(f"{heads['varied']}: {'; '.join(varied(answer, language))}\n")
    names = (*(heads[key] for key in ("check", "mean", "interval", "size")), heads["verdict"])
    screen.print(table(names, finding_rows(answer, language), right=(1, 2, 3)))
    for quantity, rows in edge_rows(answer, language):
        screen.print(table((quantity, *check_heads(answer.claim, language), heads["verdict"]), rows))
    screen.print(f"{heads['replications']}: {answer.replications}")
    if told.explained:
        screen.print(f"{heads['why']}: {told.explained}")
