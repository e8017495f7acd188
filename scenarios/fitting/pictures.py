"""The pictures of fits: what is left of each quantity's prior, and observed values among simulated ones."""

import textwrap
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scenarios.drawing import colour, dash, label, svg
from scenarios.fitting.findings import PER_CENT, QuantityFinding, TargetFinding, quantities_of, targets_of
from scenarios.fitting.posterior import Fit
from scenarios.formats import number

COLUMNS = 3  # panels side by side
OBSERVED = "#000000"
SHAPES = "oD^vsP"  # of the medians


def quantities_picture(fits: Sequence[Fit], labels: Sequence[str]) -> str:
    """Draw for each quantity the medians and 90 % credible intervals; an axis is as long as the prior."""
    found = [quantities_of(fit) for fit in fits]
    names = [one.quantity for one in found[0]]
    alt = f"Credible intervals ({PER_CENT}) within the priors. " + " ".join(
        f"{name}, {one.quantity}: {number(one.low)} to {number(one.high)}."
        for name, ones in zip(labels, found, strict=True)
        for one in ones
    )

    def panel(axes: Axes, place: int) -> None:
        _quantity(axes, [ones[place] for ones in found], labels)

    return svg("fit-quantities", alt, *_panels(names, 0.45 + 0.22 * len(fits), labels, panel, ""))


def targets_picture(fits: Sequence[Fit], labels: Sequence[str]) -> str:
    """Draw for each target and window the observed value with its 90 % interval, and what fresh runs give."""
    found = [targets_of(fit) for fit in fits]
    names = list(dict.fromkeys(one.target.name for one in found[0]))
    alt = f"Observed values and {PER_CENT} intervals of fresh runs. " + " ".join(
        f"{name}, {one.target.name}, {one.target.window}: observed {number(one.target.observed)}, "
        f"runs {number(one.low)} to {number(one.high)}."
        for name, ones in zip(labels, found, strict=True)
        for one in ones
    )
    windows = list(dict.fromkeys(one.target.window for one in found[0]))

    def panel(axes: Axes, place: int) -> None:
        _target(axes, [[one for one in ones if one.target.name == names[place]] for ones in found], labels, windows)

    height = 0.5 + 0.16 * (len(fits) + 1) * len(windows)
    return svg("fit-targets", alt, *_panels(names, height, labels, panel, "observed"))


def _panels(
    names: Sequence[str], height: float, labels: Sequence[str], panel: Callable[[Axes, int], None], first: str
) -> tuple[float, Callable[[Figure], None]]:
    """Return the height of a grid of panels, and what draws it."""
    rows = -(-len(names) // COLUMNS)

    def draw(figure: Figure) -> None:
        for place, name in enumerate(names):
            axes = figure.add_subplot(rows, COLUMNS, place + 1)
            panel(axes, place)
            axes.set_title("\n".join(textwrap.wrap(label(name), 34)), fontsize=9)
            axes.spines["left"].set_visible(False)
            axes.tick_params(axis="y", length=0)
        handles, texts = figure.axes[0].get_legend_handles_labels()
        if len(labels) > 1 or first:
            figure.legend(handles, texts, loc="outside upper center", ncols=4)

    return rows * (height + 0.35) + 0.4, draw


def _quantity(axes: Axes, ones: Sequence[QuantityFinding], labels: Sequence[str]) -> None:
    for row, one in enumerate(ones):
        axes.plot([one.prior_low, one.prior_high], [row, row], color="#DDDDDD", linewidth=5, zorder=1)
        _interval(axes, row, one, row, labels[row])
    axes.set(ylim=(len(ones) - 0.4, -0.6), yticks=[], xlim=(ones[0].prior_low, ones[0].prior_high))


def _target(
    axes: Axes, found: Sequence[Sequence[TargetFinding]], labels: Sequence[str], windows: Sequence[str]
) -> None:
    height = len(found) + 1.6
    for of_window, ones in enumerate(zip(*found, strict=True)):
        top = of_window * height
        aim = ones[0].target
        reach = 1.645 * aim.error  # the standard error's 90 %
        told = "observed" if of_window == 0 else None
        axes.errorbar(aim.observed, top, xerr=reach, fmt="*", color=OBSERVED, markersize=8, capsize=3, label=told)
        for s, one in enumerate(ones):
            _interval(axes, top + s + 1, one, s, labels[s] if of_window == 0 else None)
    present = [one.target.window for one in found[0]]
    fitted = ", ".join(label(one.target.window) for one in found[0] if one.target.fitted)
    used = f"fitted: {fitted}" if fitted else "only checked"
    axes.set(ylim=(len(present) * height - 0.8, -0.8))
    axes.set_yticks(
        [n * height + len(found) / 2 for n in range(len(present))], [_short(name, windows) for name in present]
    )
    axes.set_xlabel(f"{found[0][0].target.unit}; {used}", fontsize=8)


def _short(window: str, windows: Sequence[str]) -> str:
    return "\n".join(textwrap.wrap(label(window), 8)) if len(windows) > 1 else ""


def _interval(axes: Axes, row: float, one: QuantityFinding | TargetFinding, s: int, name: str | None) -> None:
    axes.plot([one.low, one.high], [row, row], color=colour(s), linestyle=dash(s), linewidth=2, zorder=2)
    axes.plot(
        one.median, row, color=colour(s), marker=SHAPES[s % len(SHAPES)], linestyle="none", markersize=5, label=name
    )
