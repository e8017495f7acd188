"""The sensitivity chapter: what matters in which regime for which measure, and how far that is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.driver_study import Decomposition, Design, Screening, decomposition_of, screening_of
from scenarios.formats import NOTHING, number, percent
from scenarios.sensitivity import LIMIT, MATTERS, Indices, Shares
from sim.final import units
from sim.version import MODEL_VERSION

NOTABLE = 0.2  # share of the largest mean effect from which on a quantity is in the table of the screening
TOP = 3  # quantities that a measure is summed up by
KNOWN = ("regime", "measure", "trajectories", "luck", "base points", "widest interval", "converged", "order")
PICTURES = (
    ["![Total shares of variance](sensitivity-tiles.svg)"],
    ["![Total value](sensitivity-value.svg)"],
    ["(Pale bars have not converged.)"],
)
OPEN = "°"  # marks what has not converged


@dataclass(frozen=True)
class Chapter:
    """What was found in each regime, for the page and its pictures."""

    design: Design
    screened: Mapping[str, Screening]
    decomposed: Mapping[str, Decomposition]
    axes: Mapping[str, Sequence[Sequence[Any]]]

    @property
    def regimes(self) -> tuple[str, ...]:
        """The regimes that have been screened."""
        return tuple(self.screened)


def chapter_of(kept: Mapping[str, dict[str, Any]], design: Design) -> Chapter:
    """Return what a study found, by regime."""
    screened = {regime: screening_of(one, design) for regime, one in kept.items() if "strongest" in one}
    decomposed = {regime: decomposition_of(kept[regime], design) for regime in screened}
    return Chapter(design, screened, decomposed, {regime: kept[regime]["axes"] for regime in screened})


def page(found: Chapter, reading: str) -> str:
    """Return the chapter in Markdown."""
    parts = [
        ["# What drives the results: sensitivity", "", *_head(found)],
        ["## What matters", "", reading.strip(), "", *_summary(found)],
        *(PICTURES if any(one.shares for one in found.decomposed.values()) else ()),
        *(_regime(found, regime) for regime in found.regimes),
        ["## How far this is known", "", *_known(found)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _head(found: Chapter) -> Iterator[str]:
    design = found.design
    numbers = ", ".join(f"{len(found.axes[regime])} in {regime}" for regime in found.regimes)
    yield f"Made by `python docs/make_sensitivity.py`, model version {MODEL_VERSION}. Every numeric quantity that plays"
    yield "a part in a regime, the knobs of its strategy included, was moved from a quarter below its value to a"
    yield "quarter above (counts by at least one; shares that are 0 up to 0.1, amounts that are 0 up to 1), within what"
    yield f"is allowed: {numbers or 'not run yet'}."
    yield ""
    yield f"Screening: elementary effects (Morris 1991), {design.trajectories} trajectories. Then shares of variance"
    yield f"(Sobol' 2001; Saltelli et al. 2010) of the union of the {design.strongest} strongest of each measure"
    yield f"but {', '.join(design.scale)}, which is the scale of all amounts (where everything is worth more EUR, there"
    yield "is more EUR to gain) and would hide the others,"
    yield f"with {design.points} base points, the other quantities at their values. Each point is the mean of"
    yield f"{design.replications} runs, all points on the same seeds; all measures come from the same runs. What came"
    yield "out at each point is kept in `docs/sensitivity.json`."


def _summary(found: Chapter) -> Iterator[str]:
    yield f"The {TOP} largest total shares of variance (with interactions) of each measure; {OPEN}: its interval is"
    yield f"wider than {LIMIT:g}."
    yield ""
    yield from _header("measure", *found.regimes)
    for measure in found.design.measures:
        cells = [_largest(found.decomposed[regime].shares.get(measure)) for regime in found.regimes]
        yield f"| {measure} | {' | '.join(cells)} |"


def _largest(shares: Shares | None) -> str:
    if shares is None:
        return NOTHING
    total = shares.total
    return ", ".join(f"{plain_name(total.names[i])} {_value(total, i)}" for i in total.descending()[:TOP])


def plain_name(name: str) -> str:
    """Return a quantity's name; of a strategy's knob the last part, marked as such."""
    return f"{name.rpartition('.')[2]} (knob)" if "." in name else name


def _value(indices: Indices, i: int) -> str:
    return f"{number(max(indices.values[i], 0.0))}{'' if indices.converged[i] else OPEN}"


def _regime(found: Chapter, regime: str) -> list[str]:
    return [
        f"## {regime.capitalize()}",
        "",
        f"Total shares of variance with their 95 % intervals; bold: surely above {LIMIT:g}; {OPEN}: not converged.",
        "",
        *_shares(found, regime),
        "",
        "Screening: mean absolute effect over the range (mu*), as a share of the largest but the scale's, of those",
        f"that reach {percent(NOTABLE)} for some measure.",
        "",
        *_effects(found, regime),
    ]


def _shares(found: Chapter, regime: str) -> Iterator[str]:
    shares = found.decomposed[regime].shares
    if not shares:
        yield "(Not run yet.)"
        return
    names = next(iter(shares.values())).total.names
    order = sorted(range(len(names)), key=lambda i: -max(one.total.values[i] for one in shares.values()))
    yield from _header("quantity", *shares)
    for i in order:
        yield f"| {names[i]} | {' | '.join(_interval(one.total, i) for one in shares.values())} |"
    alone = [number(sum(max(value, 0.0) for value in one.first.values)) for one in shares.values()]
    yield f"| *all, each alone (first order)* | {' | '.join(alone)} |"


def _interval(total: Indices, i: int) -> str:
    told = f"{number(total.values[i])} ({number(total.lows[i])} to {number(total.highs[i])})"
    told += "" if total.converged[i] else OPEN
    return f"**{told}**" if total.verdicts[i] == MATTERS else told


def _effects(found: Chapter, regime: str) -> Iterator[str]:
    effects = found.screened[regime].effects
    stars, scale = [one.mu_star for one in effects.values()], found.design.scale
    names = stars[0].names
    tops = [max(v for v, name in zip(star.values, names, strict=True) if name not in scale) for star in stars]
    relative = [[star.values[i] / top for star, top in zip(stars, tops, strict=True)] for i in range(len(names))]
    order = sorted(range(len(names)), key=lambda i: -max(relative[i]))
    yield from _header("quantity", *effects)
    for i in order:
        if max(relative[i]) >= NOTABLE:
            yield f"| {names[i]} | {' | '.join(map(number, relative[i]))} |"
    largest = [f"{number(top)} {units()[measure][0]}" for measure, top in zip(effects, tops, strict=True)]
    yield f"| *the largest mu\\** | {' | '.join(largest)} |"
    yield ""
    below, idle = sum(max(row) < NOTABLE for row in relative), [names[i] for i in order if max(relative[i]) == 0]
    yield f"Below that: {below} of {len(names)}; with no effect at all: {', '.join(idle) or 'none'}."


def _known(found: Chapter) -> Iterator[str]:
    yield "An index has converged when its 95 % bootstrap interval is at most 0.05 wide, the order of the quantities"
    yield "when bootstrap samples differ by less than one place (Sarrazin, Pianosi & Wagener 2016). Where nobody deals,"
    yield "trust, shares and recommendation are not there; trajectories and blocks of points in which that happens are"
    yield "left out. Luck: the share of the variance between points that chance alone would give their means."
    yield ""
    yield from _header(*KNOWN)
    for regime in found.regimes:
        screened, decomposed = found.screened[regime], found.decomposed[regime]
        for measure in screened.effects:
            told = [regime, measure, str(screened.trajectories[measure]), percent(screened.luck[measure])]
            yield f"| {' | '.join([*told, *_convergence(decomposed, measure)])} |"


def _convergence(found: Decomposition, measure: str) -> list[str]:
    if measure not in found.shares:
        return [NOTHING] * 4
    total = found.shares[measure].total
    converged = f"{sum(total.converged)} of {len(total.names)} totals"
    return [
        str(found.points[measure]),
        number(total.widest),
        converged if not all(total.converged) else "yes",
        "converged" if total.order_converged else f"NOT converged ({number(total.moves, 1)} places)",
    ]


def _header(*columns: str) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"
