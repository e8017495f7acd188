"""Claims tried, as a page: a summary, and for each claim what was asked, varied and found."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scenarios.claim_checks import Check
from scenarios.claim_decisions import BATCH, Finding, Status
from scenarios.claim_runs import PointResult
from scenarios.claim_verdicts import HOLDS_WHERE, Answer, Call
from scenarios.claim_words import asserted, contrast, mean, measured, named, precise, reference, span, words, written
from scenarios.claims import Claim, Variant
from scenarios.formats import number
from scenarios.sentences import toml_text
from scenarios.statistics import Estimate
from sim.version import MODEL_VERSION


def page(answers: Sequence[Answer], language: str = "en", pictures: str = "", command: str = "valuenet claims") -> str:
    """Return the answers as Markdown.

    Parameters
    ----------
    pictures : str
        Folder of the pictures (C01.svg ...), seen from the page; '' for the page's own.
    command : str
        The command that made it.
    """
    return (
        "\n".join(
            [
                *_head(answers, language, command),
                *_summary(answers, language),
                *(line for one in answers for line in _claim(one, language, pictures)),
            ]
        )
        + "\n"
    )


def _head(answers: Sequence[Answer], language: str, command: str) -> Iterator[str]:
    told = words(language)
    yield from (f"# {told['title']}", "")
    yield told["made"].format(command, MODEL_VERSION, answers[0].seed)
    yield from (told["looks"].format(BATCH), "")


def _summary(answers: Sequence[Answer], language: str) -> Iterator[str]:
    yield from _table(columns(language), [row(answer, language) for answer in answers])
    yield ""


def columns(language: str) -> list[str]:
    """Return the heads of the summary's columns."""
    told = words(language)
    return [told[key] for key in ("claim", "says", "verdict", "place", "effect", "replications")]


def row(answer: Answer, language: str) -> list[str]:
    """Return a claim's row of the summary."""
    told = answer.claim.told(language)
    effect = f"{measured(answer.claim.checks[0].measured, language)}: {_mean(answer.main, language)}"
    return [
        answer.claim.id,
        told.claim,
        answer.title(language),
        answer.where(language),
        effect,
        str(answer.replications),
    ]


def _claim(answer: Answer, language: str, pictures: str) -> Iterator[str]:
    claim, told, heads = answer.claim, answer.claim.told(language), words(language)
    yield from (f"## {claim.id}. {told.claim}", "", f"**{verdict(answer, language)}.**", "")
    yield f"- {heads['source']}: {reference(claim, language)}"
    yield f"- {heads['expected']}: {told.expected}"
    yield f"- {heads['boundary']}: {told.boundary}"
    yield f"- {heads['varied']}: {'; '.join(varied(answer, language))}"
    for table in (findings_table(answer, language), *edge_tables(answer, language)):
        yield from ("", *table)
    file = f"{pictures}/{claim.id}.svg" if pictures else f"{claim.id}.svg"
    yield from ("", f"![{claim.id}: {told.claim}]({file})", "")
    if told.explained:
        yield from (f"{heads['why']}: {told.explained}", "")


def verdict(answer: Answer, language: str, call: Call = str) -> str:
    """Return the verdict and where it holds, as a sentence begins; `call` says what a quantity is called."""
    said = answer.title(language)
    where = answer.where(language, call)
    joint = " " if answer.verdict == HOLDS_WHERE else "; "
    return f"{said[0].upper()}{said[1:]}{joint if where else ''}{where}"


def varied(answer: Answer, language: str) -> Iterator[str]:
    """Say what the base is and what each variant and condition sets."""
    claim, told = answer.claim, words(language)
    yield f"{told['start']}: {_settings(claim.base, told)}"
    for kind, table in (("condition", claim.conditions), ("variant", claim.variants)):
        for name, settings in table.items():
            yield f"{told[kind]} *{named(claim, name, language)}*: {_settings(settings, told)}"
    for boundary in claim.boundaries:
        values = told["list"].join(written(value, language) for value in boundary.values)
        yield f"`{boundary.quantity}`: {values}"


def _settings(variant: Variant | Mapping[str, Any], told: Mapping[str, str]) -> str:
    if isinstance(variant, str):
        return variant
    said = [f"`{key} = {toml_text(value)}`" for key, value in variant.items() if key != "scenario"]
    return ", ".join([*([variant["scenario"]] if "scenario" in variant else []), *said]) or told["start"]


def findings_table(answer: Answer, language: str) -> list[str]:
    """Return what came out at the base: a row for each contrast."""
    told = words(language)
    heads = [told[key] for key in ("check", "mean", "interval", "size")] + [""]
    return _table(heads, finding_rows(answer, language))


def finding_rows(answer: Answer, language: str) -> list[list[str]]:
    """Return (contrast with its limit, mean, interval, effect size, whether true) of every contrast at the base."""
    base, told = answer.points[0], words(language)
    return [
        [
            statement(answer.claim, check, one, language),
            precise(one.mean, language),
            span(one.low, one.high, language),
            number(one.effect_size).replace(".", told["decimal"]),
            told[one.status.word],
        ]
        for check, result in zip(answer.claim.checks, base.checks, strict=True)
        for one in result.findings
    ]


def statement(claim: Claim, check: Check, finding: Finding, language: str) -> str:
    """Return what a contrast asserts."""
    what = f"{measured(check.measured, language)}: {contrast(claim, finding.label, language)}"
    return asserted(what, finding.aim, finding.limit, language)


def edge_tables(answer: Answer, language: str) -> Iterator[list[str]]:
    """Yield for each boundary a table of what came out at its values: the main contrast of every check."""
    for quantity, rows in edge_rows(answer, language):
        yield _table([f"`{quantity}`", *check_heads(answer.claim, language), ""], rows)


def check_heads(claim: Claim, language: str) -> list[str]:
    """Return what each check measures, numbered."""
    return [f"{n}. {measured(check.measured, language)}" for n, check in enumerate(claim.checks, 1)]


def edge_rows(answer: Answer, language: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield (quantity, rows): value, main contrast of every check, whether all are true."""
    for edge in answer.edges:
        results = {result.point.value: result for result in answer.points if result.point.quantity == edge.quantity}
        rows = [_edge_row(value, results.get(value, answer.points[0]), language) for value in edge.values]
        yield edge.quantity, rows


def _edge_row(value: Any, result: PointResult, language: str) -> list[str]:
    told = words(language)
    marks = ["" if check.status == Status.TRUE else f" {told[check.status.word]}" for check in result.checks]
    said = [f"{_mean(check.main, language)}{mark}" for check, mark in zip(result.checks, marks, strict=True)]
    return [written(value, language), *said, told[result.status.word]]


def _mean(finding: Finding, language: str) -> str:
    return mean(Estimate(finding.mean, finding.low, finding.high, finding.n), language)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
