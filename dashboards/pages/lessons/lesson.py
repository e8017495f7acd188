"""Lessons as their files say them: one TOML file each in `dashboards/lessons/`, with its texts in every language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, get_args

from pydantic import Field, model_validator

from dashboards.pages.lessons.rounds import Name, Round
from scenarios.catalogue import LANGUAGES, ScenarioError, listed, read_toml
from scenarios.strict import validated
from sim.sections import Section

LESSONS = Path(__file__).parents[2] / "lessons"
MOST_ROUNDS = 6

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=8)]
Labels = dict[Name, Text]


class RoundTexts(Section):
    """A round in one language. `wrong`, `say` and `discuss` are for the teacher."""

    title: Text
    story: Texts
    ask: Text
    result: Text = Field(description="what is measured, with its unit: the axis of the result")
    axis: str = Field(default="", max_length=200, description="what the slider sets, where a number is asked for")
    markets: Labels
    options: Labels = Field(default={})
    also: Labels = Field(default={})
    knobs: Labels = Field(default={})
    watch: Text
    explained: Texts
    say: Text
    wrong: Texts
    discuss: Texts


class IntroTexts(Section):
    """The beginning in one language."""

    role: Text
    story: Texts
    say: Text


class DebriefTexts(Section):
    """What the four questions at the end mean in this lesson."""

    felt: Texts
    caused: Texts
    unrealistic: Texts
    seen: Texts
    say: Text


class LessonTexts(Section):
    """A lesson in one language."""

    title: Text
    summary: Text
    aims: Texts
    intro: IntroTexts
    rounds: dict[Name, RoundTexts]
    debrief: DebriefTexts
    board: Text = Field(description="what the board looks like at the end; drawn with letters, lines of 72 at most")
    variations: Texts


class Timed(Section):
    """A part of a lesson that has no run."""

    minutes: int = Field(ge=1, le=60)


class Lesson(Section):
    """One lesson: an introduction, rounds of prediction, run and outcome, and a debrief."""

    minutes: int = Field(ge=5, le=240)
    intro: Timed
    rounds: Annotated[dict[Name, Round], Field(min_length=1, max_length=MOST_ROUNDS)]
    debrief: Timed
    en: LessonTexts
    fi: LessonTexts
    sv: LessonTexts

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        parts = self.intro.minutes + self.debrief.minutes + sum(r.minutes for r in self.rounds.values())
        if parts != self.minutes:
            raise ValueError(f"minutes: the parts take {parts} minutes together, not {self.minutes}")
        for language in LANGUAGES:
            self._told_in(language)
        return self

    def _told_in(self, language: str) -> None:
        texts = self.told(language).rounds
        same_names(f"{language}.rounds", texts, self.rounds)
        for name, asked in self.rounds.items():
            told, place = texts[name], f"{language}.rounds.{name}"
            same_names(f"{place}.markets", told.markets, asked.markets)
            same_names(f"{place}.options", told.options, getattr(asked, "options", {}))
            same_names(f"{place}.also", told.also, asked.also)
            same_names(f"{place}.knobs", told.knobs, getattr(asked, "knobs", {}))
            if bool(told.axis) != hasattr(asked, "step"):
                raise ValueError(f"{place}.axis: goes with a number that is asked for, and only with one")

    def told(self, language: str) -> LessonTexts:
        """Return the lesson's texts in a language."""
        texts: LessonTexts = getattr(self, language)
        return texts


def same_names(place: str, told: Mapping[str, object], there: Mapping[str, object]) -> None:
    """Refuse texts that do not name exactly what there is."""
    if told.keys() != there.keys():
        raise ValueError(f"{place}: must have the keys {listed(there) or 'of nothing'}, not {listed(told) or 'none'}")


def read_lesson(path: Path) -> Lesson:
    """Read one lesson from its file.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    return lesson_of(read_toml(path, path.name), path.name)


def lesson_of(content: Mapping[str, Any], label: str) -> Lesson:
    """Check the content of a lesson's file."""
    return validated(Lesson, content, label, _kinds())


@cache
def lessons() -> dict[str, Lesson]:
    """Return the shipped lessons by the names of their files, the shortest first."""
    found = {path.stem: read_lesson(path) for path in sorted(LESSONS.glob("*.toml"))}
    if not found:
        raise ScenarioError(f"there are no lessons in {LESSONS.name}")
    return dict(sorted(found.items(), key=lambda item: item[1].minutes))


@cache
def _kinds() -> frozenset[str]:
    kinds = get_args(get_args(Round)[0])
    return frozenset(get_args(kind.model_fields["kind"].annotation)[0] for kind in kinds)
