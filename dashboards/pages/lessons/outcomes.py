"""What came out of a round, and how it stands to a prediction: pure functions of the numbers of the runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboards.pages.lessons.experiments import STANDARD, Case, Results
from dashboards.pages.lessons.rounds import Change, Choice, Crossing, Design, Falling, Peak, Quantity, Ranking, Round
from scenarios.statistics import Estimate, Paired, estimate, paired

Judgement = Literal["right", "wrong", "low", "high", "less", "more", "open"]
Curve = Peak | Falling | Crossing


@dataclass(frozen=True)
class Plan:
    """The prediction of a design: where the knobs are set, and whether everybody gains."""

    knobs: Mapping[str, float]
    win_win: bool


Guess = str | tuple[str, ...] | float | Plan  # of a choice, of a ranking (the highest first), of a number, of a design


class Span(NamedTuple):
    """The number a round asks for: the best estimate, and the ends between which it surely lies."""

    best: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """What the runs of a round say.

    Attributes
    ----------
    levels : dict of Estimate
        Each quantity of the round by its place in the file ('options.NAME', 'also.NAME', 'answer').
    order : tuple of str
        The options, the highest first.
    leads : dict of Paired
        By pair of options, the higher one first, how far it lies above the other.
    curves : dict of tuple of Estimate
        By market, its measure at each value of what is varied.
    span : Span or None
        The number asked for; None where a curve never gets there.
    standard : dict of Estimate
        Of a design: the options before anybody turned a knob.
    """

    levels: Mapping[str, Estimate]
    order: tuple[str, ...] = ()
    leads: Mapping[tuple[str, str], Paired] = field(default_factory=dict)
    curves: Mapping[str, tuple[Estimate, ...]] | None = None
    span: Span | None = None
    standard: Mapping[str, Estimate] | None = None

    @property
    def above(self) -> set[tuple[str, str]]:
        """Pairs of options of which the first is surely higher."""
        return {pair for pair, lead in self.leads.items() if lead.sign > 0}

    @property
    def leader_sure(self) -> bool:
        """Whether the first option is surely the highest."""
        first, *others = self.order
        return all((first, other) in self.above for other in others)

    @property
    def order_sure(self) -> bool:
        """Whether each option is surely higher than the next."""
        return all(step in self.above for step in pairwise(self.order))

    @property
    def win_win(self) -> bool:
        """Whether every option of a design surely gains."""
        return all(self.levels[f"options.{name}"].low > 0 for name in self.order)


def outcome_of(asked: Round, results: Results) -> Outcome:
    """Return what the runs of a round say."""
    levels = {place: estimate(_read(quantity, results)) for place, quantity in asked.quantities().items()}
    if isinstance(asked, Choice | Ranking | Design):
        return _of_options(asked, results, levels)
    if isinstance(asked, Change):
        answer = estimate(_shares(asked.answer, results))
        return Outcome(levels, span=Span(answer.mean, answer.low, answer.high))
    rows = {
        market: np.array([results[Case(market, x)][asked.measured] for x in asked.values]) for market in asked.markets
    }
    curves = {market: tuple(estimate(row) for row in table) for market, table in rows.items()}
    return Outcome(levels, curves=curves, span=_span(asked, list(rows.values())))


def _read(quantity: Quantity, results: Results, of: str = "") -> NDArray:
    """Return a quantity, one number per replication."""
    values = results[Case(of or quantity.of)][quantity.measured]
    return values - results[Case(quantity.over)][quantity.measured] if quantity.over else values


def _shares(quantity: Quantity, results: Results) -> NDArray:
    before = results[Case(quantity.over)][quantity.measured]
    return np.divide(_read(quantity, results), before, out=np.full_like(before, np.nan), where=before != 0)


def _of_options(asked: Choice | Ranking | Design, results: Results, levels: Mapping[str, Estimate]) -> Outcome:
    values = {name: _read(option, results) for name, option in asked.options.items()}
    order = tuple(sorted(values, key=lambda name: -levels[f"options.{name}"].mean))
    leads = {(one, other): paired(values[one], values[other]) for one, other in combinations(order, 2)}
    standard = None
    if isinstance(asked, Design):
        standard = {name: estimate(_read(option, results, STANDARD)) for name, option in asked.options.items()}
    return Outcome(levels, order, leads, standard=standard)


def _span(asked: Curve, rows: Sequence[NDArray]) -> Span | None:
    """Return the number a curve is asked for; rows are (values, replications)."""
    x = asked.values
    if isinstance(asked, Peak):
        return _peak(x, rows[0])
    if isinstance(asked, Falling):
        return _crossing(x, rows[0] - asked.share * rows[0][0])
    return _crossing(x, rows[0] - rows[1])


def _peak(x: Sequence[float], rows: NDArray) -> Span:
    """Return where a curve is highest: up to half-way to the nearest values that surely lie lower."""
    top = int(np.argmax(rows.mean(axis=1)))
    open_ = [n for n in range(len(x)) if n == top or paired(rows[n], rows[top]).sign == 0]
    first, last = min(open_), max(open_)
    low = x[0] if first == 0 else (x[first - 1] + x[first]) / 2
    high = x[-1] if last == len(x) - 1 else (x[last] + x[last + 1]) / 2
    return Span(x[top], low, high)


def _crossing(x: Sequence[float], margins: NDArray) -> Span | None:
    """Return where a margin falls through zero: between the last value surely above it and the first surely below."""
    found = [estimate(row) for row in margins]
    under = next((n for n, one in enumerate(found) if one.mean < 0), 0)
    if under == 0:
        return None
    before, after = found[under - 1].mean, found[under].mean
    best = x[under - 1] + (x[under] - x[under - 1]) * before / (before - after)
    low = max((x[n] for n in range(under) if found[n].low > 0), default=x[0])
    high = min((x[n] for n in range(under, len(x)) if found[n].high < 0), default=x[-1])
    return Span(best, low, high)


def judge(asked: Round, guess: Guess, outcome: Outcome) -> Judgement:
    """Hold a prediction against what came out; what the runs cannot tell apart is no mistake."""
    if isinstance(guess, str):
        surely = any(lower == guess for _, lower in outcome.above)
        return "wrong" if surely else "right" if outcome.leader_sure else "open"
    if isinstance(guess, tuple):
        against = any(guess.index(higher) > guess.index(lower) for higher, lower in outcome.above)
        return "wrong" if against else "right"
    if isinstance(guess, Plan):
        return "right" if guess.win_win == outcome.win_win else "wrong"
    near = getattr(asked, "near", 0.0)
    if outcome.span is None:
        return "open"
    if min(outcome.span.low, outcome.span.best - near) <= guess <= max(outcome.span.high, outcome.span.best + near):
        return "right"
    return _off_a_change(guess, outcome.span.best) if isinstance(asked, Change) else _off(guess, outcome.span.best)


def _off(guess: float, best: float) -> Judgement:
    return "low" if guess < best else "high"


def _off_a_change(guess: float, best: float) -> Judgement:
    """Tell how far a predicted change is off: in the other direction, too small ('less') or too large ('more')."""
    if guess * best < 0:
        return "wrong"
    return "less" if abs(guess) < abs(best) else "more"


def contradictions(asked: Round, outcome: Outcome) -> list[str]:
    """Return what in a round's texts the runs do not bear out: the places in its file; none where all holds."""
    wrong = [] if _as_expected(asked, outcome) else ["expected"]
    for place, quantity in asked.quantities().items():
        level = outcome.levels[place]
        if quantity.above is not None and not level.low > quantity.above:
            wrong.append(place)
        if quantity.below is not None and not level.high < quantity.below:
            wrong.append(place)
    return wrong


def _as_expected(asked: Round, outcome: Outcome) -> bool:
    if isinstance(asked, Choice):
        return outcome.order[0] == asked.expected and outcome.leader_sure
    if isinstance(asked, Ranking):
        return list(outcome.order) == asked.expected and outcome.order_sure
    if isinstance(asked, Design):
        return outcome.win_win
    low, high = asked.expected
    return outcome.span is not None and low <= outcome.span.low <= outcome.span.high <= high
