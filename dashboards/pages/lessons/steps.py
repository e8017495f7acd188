"""Where one is in a lesson: its steps in their order, and what the link says of each prediction."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from dashboards.links import Choice, Field, Number, Word
from dashboards.pages.lessons.answers import Asked
from dashboards.pages.lessons.guesses import SKIPPED, NoGuess, read_guess
from dashboards.pages.lessons.lesson import MOST_ROUNDS, Lesson, lessons
from dashboards.pages.lessons.outcomes import Guess
from dashboards.words import Words

OF_A_ROUND = ("predict", "run", "outcome")
MOST_STEPS = 2 + len(OF_A_ROUND) * MOST_ROUNDS
VIEWS = ("lesson", "notes", "handout")
GUESS = "guess"


class Step(NamedTuple):
    """One step: 'intro', 'predict', 'run', 'outcome' or 'debrief', and the round it belongs to, if any."""

    kind: str
    round: str = ""
    n: int = 0


def steps_of(lesson: Lesson) -> list[Step]:
    """Return the steps of a lesson."""
    rounds = [Step(kind, name, n) for n, name in enumerate(lesson.rounds, 1) for kind in OF_A_ROUND]
    return [Step("intro"), *rounds, Step("debrief")]


@cache
def fields() -> Mapping[str, Field]:
    """Return what a link to the page says: the lesson, the step, a prediction for each round, which view."""
    guesses = {f"{GUESS}{n}": Word("", r"[A-Za-z0-9._-]{1,120}") for n in range(1, MOST_ROUNDS + 1)}
    return {
        "lesson": Choice("", ("", *lessons())),
        "step": Number(1, 1, MOST_STEPS, 1, 0),
        "show": Choice("lesson", VIEWS),
        **guesses,
    }


def label(name: str, said: Words) -> str:
    """Return what a field of the link is called."""
    return str(said["lessons"]["fields"][GUESS if name.startswith(GUESS) else name])


class Given(NamedTuple):
    """The prediction of one round: what it is, whether there is one or none is wanted, and what was wrong with it."""

    guess: Guess | None = None
    settled: bool = False
    notice: str = ""


def given(asked: Asked, text: str) -> Given:
    """Read the prediction of a round from the link."""
    if text in ("", SKIPPED):
        return Given(settled=text == SKIPPED)
    try:
        return Given(read_guess(asked.round, text), settled=True)
    except NoGuess:
        notice = asked.words["notices"]["guess"].format(given=text[:20], round=asked.texts.title)
        return Given(notice=notice)
