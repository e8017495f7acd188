"""What a round says in the words of a language: the prediction, the outcome in one sentence, the tables."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashboards.pages.lessons.lesson import RoundTexts
from dashboards.pages.lessons.looks import OPTIONS
from dashboards.pages.lessons.outcomes import Guess, Outcome, Plan, Span, judge
from dashboards.pages.lessons.rounds import Choice, Crossing, Design, Falling, Peak, Ranking, Round
from dashboards.words import Words, number, percent, signed
from scenarios.statistics import Estimate

DIGITS = 2
SHARES = ("value_without_money", "trust", "skill", "fit", "consenting", "platform_volume")  # small: written longer
VALUE = "value_"  # how the measures in euros begin
STEPS = 1000  # a percentage is written with one digit more where it is not a whole one


class Asked(NamedTuple):
    """A round with its texts and all words of a language."""

    round: Round
    texts: RoundTexts
    said: Words

    @property
    def words(self) -> Words:
        """The words of the page."""
        return self.said["lessons"]  # type: ignore[no-any-return]


def amount(asked: Asked, value: float, digits: int = DIGITS) -> str:
    """Write a number the round asks for."""
    if getattr(asked.round, "percent", False):
        return percent(value, int(round(value * STEPS) % 10 != 0), asked.said)
    return number(value, digits, asked.said)


def guess_text(asked: Asked, guess: Guess) -> str:
    """Write a prediction."""
    if isinstance(guess, str):
        return asked.texts.options[guess]
    if isinstance(guess, tuple):
        return " > ".join(asked.texts.options[name] for name in guess)
    if isinstance(guess, Plan):
        told = asked.words["predict"]
        return f"{told['yes' if guess.win_win else 'no']}; {terms(asked, guess.knobs)}"
    return amount(asked, guess)


def terms(asked: Asked, knobs: Mapping[str, float]) -> str:
    """Write the settings of a design."""
    return "; ".join(f"{asked.texts.knobs[name]} {number(value, DIGITS, asked.said)}" for name, value in knobs.items())


def verdict(asked: Asked, guess: Guess | None, outcome: Outcome) -> str:
    """Return how a prediction stands to the outcome: a key of the words of verdicts."""
    return "none" if guess is None else judge(asked.round, guess, outcome)


def sentence(asked: Asked, outcome: Outcome) -> str:
    """Say in one sentence what came out, and how sure it is."""
    told = asked.words["outcome"]
    if isinstance(asked.round, Choice):
        return _best(asked, outcome)
    if isinstance(asked.round, Ranking):
        order = told["order"].format(order=" > ".join(asked.texts.options[name] for name in outcome.order))
        return f"{order} {told['order_sure' if outcome.order_sure else 'order_unsure']}"
    if isinstance(asked.round, Design):
        gains = [
            told["gain"].format(role=asked.texts.options[name], amount=signed(level.mean, DIGITS, asked.said))
            for name, level in _options(asked.round, outcome).items()
        ]
        return str(told["win_win" if outcome.win_win else "no_win_win"].format(gains=", ".join(gains)))
    if outcome.span is None:
        return str(told["never"])
    share = percent(getattr(asked.round, "share", None), 0, asked.said)
    ends = {end: amount(asked, getattr(outcome.span, end)) for end in Span._fields}
    return str(told[asked.round.kind].format(share=share, **ends))


def _best(asked: Asked, outcome: Outcome) -> str:
    first, second = outcome.order[:2]
    lead, options = outcome.leads[first, second], asked.texts.options
    words = asked.words["outcome"]["best" if outcome.leader_sure else "best_unsure"]
    numbers = {"value": outcome.levels[f"options.{first}"].mean, "lead": lead.difference}
    written = {name: _with_unit(asked, number(value, DIGITS, asked.said)) for name, value in numbers.items()}
    written |= {end: number(getattr(lead, end), DIGITS, asked.said) for end in ("low", "high")}
    return str(words.format(best=options[first], second=options[second], **written))


def _with_unit(asked: Asked, written: str) -> str:
    """Write an amount of what the options of a round are measured in: euros where it is value."""
    measures = {one.measure for place, one in asked.round.quantities().items() if place.startswith(OPTIONS)}
    money = all(measure.startswith(VALUE) and measure not in SHARES for measure in measures)
    return str(asked.words["outcome"]["money"].format(amount=written)) if money else written


def _options(asked: Choice | Ranking | Design, outcome: Outcome) -> dict[str, Estimate]:
    return {name: outcome.levels[f"options.{name}"] for name in asked.options}


def tables(asked: Asked, guess: Guess | None, outcome: Outcome) -> list[dict[str, Any]]:
    """Return the tables of an outcome, every cell as text: what was asked, and what else changed."""
    one, told = asked.round, asked.words["table"]
    caption = told["caption"].format(replications=one.replications)
    found = []
    if isinstance(one, Choice | Ranking):
        rows = [_row(asked, asked.texts.options[name], level) for name, level in _options(one, outcome).items()]
        found.append(_table("outcome", f"{asked.texts.result}. {caption}", [told["what"], told["mean"]], rows))
    elif isinstance(one, Design):
        rows = [_row(asked, name, level, True) for name, level in design_rows(asked, outcome).items()]
        found.append(_table("outcome", f"{asked.texts.result}. {caption}", [told["what"], told["mean"]], rows))
    else:
        found.append(_table("outcome", caption, [told["what"], asked.texts.axis], _number_rows(asked, guess, outcome)))
    if one.also:
        rows = [
            _row(asked, asked.texts.also[name], outcome.levels[f"also.{name}"], bool(quantity.over), quantity.measure)
            for name, quantity in one.also.items()
        ]
        found.append(_table("also", asked.words["outcome"]["beside"], [told["what"], told["mean"]], rows))
    return found


def design_rows(asked: Asked, outcome: Outcome) -> dict[str, Estimate]:
    """Return every role of a design under the standard terms and under those set, by what it is called."""
    told, rows = asked.words["table"], {}
    for name, label in asked.texts.options.items():
        if outcome.standard is not None:
            rows[told["standard"].format(role=label)] = outcome.standard[name]
        rows[told["designed"].format(role=label)] = outcome.levels[f"options.{name}"]
    return rows


def _table(name: str, caption: str, head: list[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": f"lesson-{name}", "caption": caption, "head": head, "rows": rows}


def _row(asked: Asked, name: str, level: Estimate, differs: bool = False, measure: str = "") -> dict[str, Any]:
    digits = DIGITS + (measure in SHARES)
    write = signed if differs else number
    low, high = (write(end, digits, asked.said) for end in (level.low, level.high))
    clear = differs and (level.low > 0 or level.high < 0)
    under = asked.words["table"]["interval"].format(low=low, high=high)
    return {"name": name, "cells": [{"text": write(level.mean, digits, asked.said), "under": under, "clear": clear}]}


def _number_rows(asked: Asked, guess: Guess | None, outcome: Outcome) -> list[dict[str, Any]]:
    told, rows = asked.words["table"], []
    if isinstance(guess, float):
        rows.append({"name": told["yours"], "cells": [{"text": amount(asked, guess)}]})
    if outcome.span is not None:
        ends = {end: amount(asked, getattr(outcome.span, end)) for end in ("low", "high")}
        cell = {"text": amount(asked, outcome.span.best), "under": told["room"].format(**ends), "clear": True}
        rows.append({"name": told["model"], "cells": [cell]})
    return rows


def curve_rows(asked: Asked, outcome: Outcome) -> list[list[str]]:
    """Return the numbers of the curves as a table: a head, then a row for each value of what is varied."""
    curves = outcome.curves or {}
    rows = [[asked.texts.axis, *(asked.texts.markets[market] for market in curves)]]
    for k, x in enumerate(asked.round.varied):
        rows.append([amount(asked, x), *(_estimate(levels[k], asked) for levels in curves.values())])
    return rows


def _estimate(level: Estimate, asked: Asked) -> str:
    mean, low, high = (number(one, DIGITS, asked.said) for one in (level.mean, level.low, level.high))
    return f"{mean} ({asked.words['table']['interval'].format(low=low, high=high)})"


def is_curve(asked: Round) -> bool:
    """Whether a round's answer lies on the axis of what is varied."""
    return isinstance(asked, Peak | Falling | Crossing)
