"""The picture of a claim: the levels of its variants, and every check over the boundary, with intervals."""

import textwrap
from collections.abc import Sequence
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scenarios.claim_decisions import Finding, Status
from scenarios.claim_verdicts import Answer
from scenarios.claim_words import asserted, contrast, measured, named, words, written
from scenarios.drawing import label, printable, svg

LOOKS = {  # colour and marker: told apart without colour too
    Status.TRUE: ("#0072B2", "o"),
    Status.FALSE: ("#D55E00", "X"),
    Status.UNDECIDED: ("#777777", "D"),
}
ROW, PANEL = 0.21, 0.75  # inches
MOST_LEVELS = 25

Bars = list[tuple[str, Finding, Status]]


def picture(answer: Answer, language: str = "en") -> str:
    """Draw a claim tried: SVG."""
    panels = [_bars(answer, n, language) for n in range(len(answer.claim.checks))]
    levels = _levels(answer, language)
    rows = [max(len(levels), 1), *(len(bars) for bars in panels)]
    said = f"{answer.claim.told(language).claim} {answer.title(language)} {answer.where(language)}"
    alt = f"{answer.claim.id}: {said}".strip()

    def draw(figure: Figure) -> None:
        first, *others = figure.subplots(len(rows), 1, height_ratios=[PANEL / ROW + n for n in rows], squeeze=False)[
            :, 0
        ]
        _draw_levels(first, answer, levels, language)
        for n, axes in enumerate(others):
            _draw_bars(axes, panels[n], answer.points[0].checks[n].main, _title(answer, n, language))
        figure.legend(handles=_legend(language), loc="outside upper center", ncols=3)

    return svg(f"claim-{answer.claim.id}", f"{alt}.", 0.5 + sum(PANEL + ROW * n for n in rows), draw)


def _bars(answer: Answer, n: int, language: str) -> Bars:
    """Return the rows of a check's panel: the values of the boundaries, or without any all contrasts at the base."""
    base, claim, here = answer.points[0], answer.claim, f" ({words(language)['start']})"
    if not answer.edges:
        return [(contrast(claim, one.label, language), one, one.status) for one in base.checks[n].findings]
    bars = []
    for edge in answer.edges:
        at = {point.point.value: point for point in answer.points if point.point.quantity == edge.quantity}
        for value in edge.values:
            found = at.get(value, base).checks[n]
            name = f"{edge.quantity.split('.')[-1]} = {written(value, language)}{'' if value in at else here}"
            bars.append((name, found.main, found.status))
    return bars


def _levels(answer: Answer, language: str) -> list[tuple[str, float, float]]:
    """Return (variant, mean, half of its interval) of the first check's measure at the base."""
    first = answer.claim.checks[0].measured
    tried = [(variant, one) for (variant, of), one in answer.points[0].levels.items() if of == first]
    levels = [(named(answer.claim, variant, language), one) for variant, one in tried]
    return [(name, one.mean, one.high - one.mean) for name, one in levels if isfinite(one.mean)][:MOST_LEVELS]


def _draw_levels(axes: Axes, answer: Answer, levels: Sequence[tuple[str, float, float]], language: str) -> None:
    for row, (_, mean, half) in enumerate(levels):
        axes.errorbar(mean, row, xerr=half if isfinite(half) else 0, fmt="s", color="black", markersize=4, capsize=3)
    _rows(axes, [name for name, *_ in levels])
    what = words(language)["at the base"].format(measured(answer.claim.checks[0].measured, language))
    axes.set_title(label(what), fontsize=9, loc="left")


def _draw_bars(axes: Axes, bars: Bars, main: Finding, title: str) -> None:
    for row, (_, finding, status) in enumerate(bars):
        if isfinite(finding.mean):
            colour, marker = LOOKS[status]
            half = finding.high - finding.mean
            axes.errorbar(finding.mean, row, xerr=half, fmt=marker, color=colour, markersize=5, capsize=3)
    for limit in {main.limit, -main.limit} if main.aim == "within" else {main.limit}:
        axes.axvline(limit, color="black", linestyle="--", linewidth=0.8)
    _rows(axes, [name for name, *_ in bars])
    axes.set_title(textwrap.fill(printable(title), 105).replace("$", r"\$"), fontsize=9, loc="left")


def _title(answer: Answer, n: int, language: str) -> str:
    """Return what a check's panel shows: what is measured of which variants, and what is asserted of it."""
    check, main = answer.claim.checks[n], answer.points[0].checks[n].main
    contrasted = contrast(answer.claim, main.label, language)
    what = contrasted if answer.edges else words(language)[f"kind {check.kind}"]
    return asserted(f"{n + 1}. {measured(check.measured, language)}: {what}", main.aim, main.limit, language)


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [label(name, 60) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)


def _legend(language: str) -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=marker, linestyle="none", label=words(language)[status.word])
        for status, (colour, marker) in LOOKS.items()
    ]
