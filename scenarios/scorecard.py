"""The scorecard of published results: as rows, as a record, as a page, on disk."""

import math
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scenarios.catalogue import short
from scenarios.replication import Answer, Check, Found
from scenarios.statistics import without_nan
from scenarios.store import SCHEMA, Writer, columns_of, save, text_writer, write_csv
from sim.rulebook import STANDARD
from sim.version import MODEL_VERSION

SCORES = ("id", "result", "source", "checks passed", "verdict")
CHECKS = ("what", "expected", "accepted", "here", "how", "verdict")
SIGNIFICANT = 5  # digits shown
PLAIN = 1e6  # from here on numbers are shown as powers of ten
YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
INITIALS = re.compile(r",(?:[ -]?[A-Z]\.)+")


def score_rows(answers: Sequence[Answer]) -> list[tuple[str, ...]]:
    """Return a row of words for each replication, in the order of `SCORES`."""
    return [
        (
            one.replication.id,
            one.title,
            cited(one.replication.paper),
            "{} of {}".format(*met([one])),
            verdict(one.passed),
        )
        for one in answers
    ]


def cited(paper: str) -> str:
    """Return authors and year of a full reference."""
    year = YEAR.search(paper)
    return INITIALS.sub("", paper[: year.end()]).replace("(", "") if year else short(paper)


def check_rows(answer: Answer) -> list[tuple[str, ...]]:
    """Return a row of words for each check of a replication, in the order of `CHECKS`."""
    return [
        (
            f"{one.check.says}{_unit(one.check)}",
            shown(one.check.expected),
            accepted(one.check),
            here(one),
            one.check.how,
            verdict(one.passed) if one.counts else "-",
        )
        for one in answer.found
    ]


def verdict(passed: bool) -> str:
    """Return the word for what was found."""
    return "pass" if passed else "FAIL"


def shown(value: float | None) -> str:
    """Return a number with as many digits as matter; a dash where there is none."""
    if value is None or math.isnan(value):
        return "-"
    whole = 10**SIGNIFICANT <= abs(value) < PLAIN
    return f"{value:.0f}" if whole else f"{value:.{SIGNIFICANT}g}"


def here(found: Found) -> str:
    """Return our number in words, with its 95 % interval where there is one."""
    if math.isnan(found.low):
        return shown(found.ours)
    return f"{shown(found.ours)} ({shown(found.low)} to {shown(found.high)})"


def accepted(check: Check) -> str:
    """Return in words what passes."""
    low, high = check.accepted()
    if check.how == "reported":
        return "-"
    if check.expected is not None and not (check.tolerance or check.relative):
        return "exactly"
    if math.isinf(low) or math.isinf(high):
        return f"at most {shown(high)}" if math.isinf(low) else f"at least {shown(low)}"
    if shown(low) == shown(high):
        return f"{shown((low + high) / 2)} ± {(high - low) / 2:.1g}"
    return f"{shown(low)} to {shown(high)}"


def _unit(check: Check) -> str:
    return "" if check.unit == "1" else f" ({check.unit})"


def missed(answers: Sequence[Answer]) -> list[str]:
    """Return a sentence for each check that failed."""
    return [
        f"{answer.replication.id} misses: {one.check.says}{_unit(one.check)} is {here(one)} here; "
        f"accepted is {_in_a_sentence(one.check)}"
        for answer in answers
        for one in answer.found
        if not one.passed
    ]


def _in_a_sentence(check: Check) -> str:
    words = accepted(check)
    return f"exactly {shown(check.expected)}" if words == "exactly" else words


def met(answers: Sequence[Answer]) -> tuple[int, int]:
    """Return how many checks were passed, and of how many; numbers that are only reported are none."""
    checks = [found for answer in answers for found in answer.found if found.counts]
    return sum(one.passed for one in checks), len(checks)


def summary(answers: Sequence[Answer]) -> str:
    """Return how many results were reproduced, in one sentence."""
    passed, (checks, of) = sum(answer.passed for answer in answers), met(answers)
    return (
        f"{passed} of {len(answers)} results reproduced, {checks} of {of} checks passed "
        f"(model version {MODEL_VERSION}, first seed {answers[0].seed})."
    )


def record(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the answers for JSON."""
    return {
        "valuenet": "replicate",
        "schema": SCHEMA,
        "model_version": MODEL_VERSION,
        "seed": answers[0].seed,
        "replications": [
            {
                "id": one.replication.id,
                "name": one.name,
                "title": one.title,
                "paper": one.replication.paper,
                "departs": one.replication.departs,
                "data": one.replication.data,
                "passed": one.passed,
                "checks": [_record(found) for found in one.found],
            }
            for one in answers
        ],
    }


def _record(found: Found) -> dict[str, Any]:
    low, high = found.check.accepted()
    limits = {"low": low if math.isfinite(low) else None, "high": high if math.isfinite(high) else None}
    ours = without_nan({"here": found.ours, "here_low": found.low, "here_high": found.high})
    return (
        found.check.model_dump(include={"measure", "says", "how", "unit", "expected"})
        | limits
        | ours
        | {"passed": found.passed}
    )


def save_scorecard(answers: Sequence[Answer], folder: Path, command: str = "") -> list[Path]:
    """Write scorecard.md, scorecard.csv (a row per check) and results.json.

    Raises
    ------
    ScenarioError
        If the folder holds anything but earlier results.
    OSError
        If a file cannot be written; those already there stay as they were.
    """
    table = columns_of(_flat(answers))
    files: dict[str, Writer] = {
        "scorecard.md": text_writer(page(answers, command)),
        "scorecard.csv": partial(write_csv, columns=table),
    }
    return save(folder, files, record(answers))


def _flat(answers: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    for one in answers:
        for found in one.found:
            yield {"id": one.replication.id, "name": one.name} | _record(found)


def page(answers: Sequence[Answer], command: str = "") -> str:
    """Return the scorecard as a page of Markdown: the summary, the table, then every result in full."""
    made = f" Made by `{command}`." if command else ""
    lines = ["# Published results on this engine", "", f"{summary(answers)}{made}", "", *overview(answers)]
    for answer in answers:
        lines += ["", *section(answer)]
    return "\n".join(lines) + "\n"


def overview(answers: Sequence[Answer]) -> list[str]:
    """Return the table of all results, and what was missed, as lines of Markdown."""
    lines = markdown(SCORES, score_rows(answers))
    return [*lines, "", *(f"- {one}" for one in missed(answers))] if missed(answers) else lines


def section(answer: Answer, level: int = 2) -> list[str]:
    """Return what was published, what runs here, and what came out, as lines of Markdown."""
    told = answer.replication
    lines = [f"{'#' * level} {told.id}. {answer.title}", "", told.paper, ""]
    lines += [*(f"- `{one}`" for one in told.equations), "", f"What runs: {told.engine}", "", rules_of(answer), ""]
    lines += [f"Departures: {told.departs}", ""] if told.departs else []
    again = f"`valuenet replicate {told.id}` (market: `scenarios/replications/{answer.name}.toml`)"
    return [*lines, *markdown(CHECKS, check_rows(answer)), "", again]


def rules_of(answer: Answer) -> str:
    """Return in a sentence which rules act in the market of a replication."""
    other = [f"{field.removesuffix('_rule')} = {rule}" for field, rule in answer.rules.items() if rule != STANDARD]
    standard = [field.removesuffix("_rule") for field, rule in answer.rules.items() if rule == STANDARD]
    return f"Rules: {', '.join(other) or 'none but the standard ones'}; standard: {', '.join(standard) or 'none'}."


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines of Markdown; what failed is bold."""
    cells = [["**FAIL**" if cell == verdict(False) else cell.replace("|", "\\|") for cell in row] for row in rows]
    return [_line(heads), _line(["---"] * len(heads)), *map(_line, cells)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
