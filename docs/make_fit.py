"""Fit the Bitcoin OTC market and write `docs/fitting.md` with its pictures: `python docs/make_fit.py` (some minutes)."""

import os
import time
from pathlib import Path

from scenarios.fitting.answers import (
    QUANTITY_COLUMNS,
    TARGET_COLUMNS,
    answer,
    effort,
    quantity_rows,
    table,
    target_rows,
)
from scenarios.fitting.findings import number, targets_of
from scenarios.fitting.patterns import PATTERNS
from scenarios.fitting.pictures import quantities_picture, targets_picture
from scenarios.fitting.posterior import Fit, fit
from scenarios.fitting.targets import prepare

HERE = Path(__file__).parent
NAME = "bitcoin-otc"
VARIANTS = ("transactional", "partnership", "platform")
TEXT = HERE / "fitting-text.md"  # what does not depend on figures; {words in braces} are filled in


def main() -> None:
    """Fit every variant alike and write the page."""
    start, workers = time.perf_counter(), os.cpu_count() or 1
    fits = [fit(prepare(f"{NAME}:{variant}"), seed=1, workers=workers) for variant in VARIANTS]
    minutes = (time.perf_counter() - start) / 60
    for name, picture in (("quantities", quantities_picture), ("targets", targets_picture)):
        (HERE / f"fitting-{name}.svg").write_text(picture(fits, VARIANTS), encoding="utf-8")
    filled = {
        "patterns": "\n".join(table(("pattern", "unit", "meaning"), _patterns())),
        "observed": "\n".join(table(("target", "second year", "third year"), _observed(fits[0]))),
        "summary": "\n".join(table(("strategy of all traders", "nearest", "allowed", "what came out"), _summary(fits))),
        "details": "\n".join(line for one, name in zip(fits, VARIANTS, strict=True) for line in _details(one, name)),
        "runs": str(sum(one.runs for one in fits)),
        "minutes": f"{minutes:.0f}",
    }
    text = TEXT.read_text(encoding="utf-8")
    for word, said in filled.items():
        text = text.replace(f"{{{word}}}", said)
    (HERE / "fitting.md").write_text(text, encoding="utf-8")


def _patterns() -> list[tuple[str, ...]]:
    return [(f"`{name}`", one.unit, one.meaning) for name, one in PATTERNS.items()]


def _observed(one: Fit) -> list[tuple[str, ...]]:
    found = {(target.name, target.window): target for target in one.problem.aims}
    rows = []
    for name in dict.fromkeys(target.name for target in one.problem.aims):
        years = [found.get((name, year)) for year in ("second year", "third year")]
        rows.append((f"`{name}`", *(f"{aim.observed:.3f} ± {aim.error:.3f}" if aim else "-" for aim in years)))
    return rows


def _summary(fits: list[Fit]) -> list[tuple[str, ...]]:
    return [
        (name, number(one.posterior.distances.min(), 1), number(one.posterior.allowed, 1), answer(one))
        for one, name in zip(fits, VARIANTS, strict=True)
    ]


def _details(one: Fit, name: str) -> list[str]:
    met = sum(found.met for found in targets_of(one))
    lines = [f"### {name}: {met} of {len(one.problem.aims)} targets met", "", effort(one), ""]
    lines += [*table(QUANTITY_COLUMNS, quantity_rows(one)), ""]
    return [*lines, *table(TARGET_COLUMNS, target_rows(one)), ""]


if __name__ == "__main__":
    main()
