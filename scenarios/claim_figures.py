"""The picture of a claim: the levels of its variants, and every check over the boundary, with intervals."""

import textwrap
from collections.abc import Sequence
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scenarios.claim_decisions import Finding, Status
from scenarios.claim_pages import SIGNS
from scenarios.claim_verdicts import Answer, written
from scenarios.drawing import label, printable, svg

LOOKS = {  # colour and marker: told apart without colour too
    Status.TRUE: ("#0072B2", "o", "true"),
    Status.FALSE: ("#D55E00", "X", "false"),
    Status.UNDECIDED: ("#777777", "D", "undecided"),
}
ROW, PANEL = 0.21, 0.75  # inches
MOST_LEVELS = 25

Bars = list[tuple[str, Finding, Status]]


def picture(answer: Answer) -> str:
    """Draw a claim tried: SVG."""
    panels = [_bars(answer, n) for n in range(len(answer.claim.checks))]
    levels = _levels(answer)
    rows = [max(len(levels), 1), *(len(bars) for bars in panels)]
    alt = f"{answer.claim.id}: {answer.claim.told().claim} {answer.title()} {answer.where()}".strip()

    def draw(figure: Figure) -> None:
        first, *others = figure.subplots(len(rows), 1, height_ratios=[PANEL / ROW + n for n in rows], squeeze=False)[
            :, 0
        ]
        _draw_levels(first, answer, levels)
        for n, axes in enumerate(others):
            _draw_bars(axes, answer, n, panels[n])
        figure.legend(handles=_legend(), loc="outside upper center", ncols=3)

    return svg(f"claim-{answer.claim.id}", f"{alt}.", 0.5 + sum(PANEL + ROW * n for n in rows), draw)


def _bars(answer: Answer, n: int) -> Bars:
    """Return the rows of a check's panel: the values of the boundaries, or without any all contrasts at the base."""
    base = answer.points[0]
    if not answer.edges:
        return [(finding.label, finding, finding.status) for finding in base.checks[n].findings]
    bars = []
    for edge in answer.edges:
        at = {point.point.value: point for point in answer.points if point.point.quantity == edge.quantity}
        for value in edge.values:
            found = at.get(value, base).checks[n]
            name = f"{edge.quantity.split('.')[-1]} = {written(value)}{'' if value in at else ' (base)'}"
            bars.append((name, found.main, found.status))
    return bars


def _levels(answer: Answer) -> list[tuple[str, float, float]]:
    """Return (variant, mean, half of its interval) of the first check's measure at the base."""
    measured = answer.claim.checks[0].measured
    levels = [(variant, one) for (variant, of), one in answer.points[0].levels.items() if of == measured]
    return [(name, one.mean, one.high - one.mean) for name, one in levels if isfinite(one.mean)][:MOST_LEVELS]


def _draw_levels(axes: Axes, answer: Answer, levels: Sequence[tuple[str, float, float]]) -> None:
    for row, (_, mean, half) in enumerate(levels):
        axes.errorbar(mean, row, xerr=half if isfinite(half) else 0, fmt="s", color="black", markersize=4, capsize=3)
    _rows(axes, [name for name, *_ in levels])
    axes.set_title(label(f"{answer.claim.checks[0].measured}, at the base"), fontsize=9, loc="left")


def _draw_bars(axes: Axes, answer: Answer, n: int, bars: Bars) -> None:
    check = answer.claim.checks[n]
    for row, (_, finding, status) in enumerate(bars):
        if isfinite(finding.mean):
            colour, marker, _ = LOOKS[status]
            half = finding.high - finding.mean
            axes.errorbar(finding.mean, row, xerr=half, fmt=marker, color=colour, markersize=5, capsize=3)
    main = answer.points[0].checks[n].main
    for limit in {main.limit, -main.limit} if main.aim == "within" else {main.limit}:
        axes.axvline(limit, color="black", linestyle="--", linewidth=0.8)
    _rows(axes, [name for name, *_ in bars])
    what = main.label if answer.edges else check.kind
    title = f"{n + 1}. {check.measured}: {what} {SIGNS[main.aim]} {written(main.limit)}"
    axes.set_title(textwrap.fill(printable(title), 105).replace("$", r"\$"), fontsize=9, loc="left")


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [label(name, 60) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=marker, linestyle="none", label=name)
        for colour, marker, name in LOOKS.values()
    ]
