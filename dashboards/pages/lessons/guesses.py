"""Predictions as words in a link: 'partnership', 'platform_providers_customers', '0.2', 'yes_0.4_0.8'; '-' for none."""

import math

from dashboards.pages.lessons.outcomes import Guess, Plan
from dashboards.pages.lessons.rounds import Choice, Design, Knob, Ranking, Round

BETWEEN = "_"
SKIPPED = "-"  # the outcome is shown without a prediction
YES, NO = "yes", "no"
DIGITS = 6  # of numbers in links


class NoGuess(ValueError):
    """What a link says is not a prediction of this round."""


def read_guess(asked: Round, text: str) -> Guess:
    """Read a prediction from a link; numbers are put on the slider.

    Raises
    ------
    NoGuess
        If it is none of this round.
    """
    if isinstance(asked, Choice):
        return _option(asked, text)
    if isinstance(asked, Ranking):
        order = tuple(_option(asked, part) for part in text.split(BETWEEN))
        if len(set(order)) != len(asked.options) or len(order) != len(asked.options):
            raise NoGuess(text)
        return order
    if isinstance(asked, Design):
        said, *settings = text.split(BETWEEN)
        if said not in (YES, NO) or len(settings) != len(asked.knobs):
            raise NoGuess(text)
        pairs = zip(asked.knobs.items(), settings, strict=True)
        return Plan({name: _on_slider(knob, number) for (name, knob), number in pairs}, said == YES)
    return _on_slider(asked, text)


def write_guess(guess: Guess) -> str:
    """Write a prediction as a link says it."""
    if isinstance(guess, str):
        return guess
    if isinstance(guess, tuple):
        return BETWEEN.join(guess)
    if isinstance(guess, Plan):
        return BETWEEN.join([YES if guess.win_win else NO, *(f"{value:g}" for value in guess.knobs.values())])
    return f"{guess:g}"


def _option(asked: Choice | Ranking, text: str) -> str:
    if text not in asked.options:
        raise NoGuess(text)
    return text


def _on_slider(slider: Knob | Round, text: str) -> float:
    """Return the number a text gives, on the nearest step of a slider."""
    try:
        number = float(text)
    except ValueError:
        raise NoGuess(text) from None
    if not math.isfinite(number):
        raise NoGuess(text)
    low, high, step = (getattr(slider, end) for end in ("low", "high", "step"))
    steps = round((min(max(number, low), high) - low) / step)
    return round(min(low + steps * step, high), DIGITS)
