"""Claims tried, on disk: the results, tables, a page, a picture for each (`docs/cli.md`)."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scenarios.claim_figures import picture
from scenarios.claim_pages import page
from scenarios.claim_verdicts import Answer
from scenarios.statistics import without_nan
from scenarios.store import SCHEMA, Writer, columns_of, save, text_writer, write_csv
from sim.version import MODEL_VERSION


def record(answers: Sequence[Answer], language: str = "en") -> dict[str, Any]:
    """Return the answers for JSON."""
    return {
        "valuenet": "claims",
        "schema": SCHEMA,
        "model_version": MODEL_VERSION,
        "seed": answers[0].seed,
        "claims": [answer.to_dict(language) for answer in answers],
    }


def save_claims(answers: Sequence[Answer], folder: Path, language: str = "en", command: str = "") -> list[Path]:
    """Write claims.csv (a row per claim), contrasts.csv, claims.md, a picture for each claim, results.json.

    Raises
    ------
    ScenarioError
        If the folder holds anything but earlier results.
    OSError
        If a file cannot be written; those already there stay as they were.
    """
    text = page(answers, language, command=command or "valuenet claims")
    summary, contrasts = columns_of(_claims(answers, language)), columns_of(contrast_rows(answers))
    files: dict[str, Writer] = {
        "claims.csv": partial(write_csv, columns=summary),
        "contrasts.csv": partial(write_csv, columns=contrasts),
        "claims.md": text_writer(text),
    }
    files |= {f"{answer.claim.id}.svg": text_writer(picture(answer, language)) for answer in answers}
    return save(folder, files, record(answers, language))


def _claims(answers: Sequence[Answer], language: str) -> Iterator[dict[str, Any]]:
    for answer in answers:
        main = answer.main
        numbers = without_nan({name: getattr(main, name) for name in ("mean", "low", "high", "effect_size")})
        yield {
            "id": answer.claim.id,
            "claim": answer.claim.told(language).claim,
            "verdict": answer.verdict,
            "where": answer.where(language),
            "measure": str(answer.claim.checks[0].measured),
            "contrast": str(main.label),
            **numbers,
            "replications": answer.replications,
        }


def contrast_rows(answers: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    """Yield a row for every contrast at the base and at every value of a boundary."""
    for answer in answers:
        for point in answer.points:
            where = {"id": answer.claim.id, "quantity": point.point.quantity, "value": point.point.value}
            for n, (check, result) in enumerate(zip(answer.claim.checks, point.checks, strict=True), 1):
                for finding in result.findings:
                    yield where | {"check": n, "kind": check.kind, "measure": str(check.measured)} | finding.to_dict()
