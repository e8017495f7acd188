"""The steps of a round as the page shows them, and the debrief of all rounds."""

import json
from collections.abc import Iterator
from typing import Any

import solara

from dashboards.figures import told
from dashboards.links import Place
from dashboards.pages.lessons.answers import Asked, guess_text, sentence, tables, verdict
from dashboards.pages.lessons.lesson import Lesson
from dashboards.pages.lessons.outcomes import Guess, Outcome
from dashboards.pages.lessons.parts import element, paragraphs
from dashboards.pages.lessons.pictures import picture
from dashboards.pages.lessons.results import films, outcome, settings_of
from dashboards.pages.lessons.scenes import clips, given_text, next_links, notebook, prediction, reason
from dashboards.pages.lessons.steps import GUESS, Given, Step
from dashboards.pages.lessons.vue import Notebook, Predict, Ways
from dashboards.player import Player
from dashboards.trajectory import Film
from dashboards.widgets.vue import Figures, Tables
from dashboards.working import Doing, Tick, use_work


@solara.component
def Predicting(place: Place, asked: Asked, guess: Guess | None, step: Step, run: int) -> None:
    """Ask for the prediction; giving it leads to the step that runs the round."""
    paragraphs(asked.texts.story)
    element("h3", [asked.words["predict"]["heading"]])
    Predict(
        said=prediction(asked, guess, place.lang),
        event_predict=lambda text: place.go(**{f"{GUESS}{step.n}": str(text), "step": run}),
    )
    Notebook(said=reason(place.values["lesson"], asked, reason_name(step)))


def reason_name(step: Step) -> str:
    """Return the name under which the browser keeps the reason of a prediction."""
    return f"reason-{step.round}"


@solara.component
def Running(place: Place, asked: Asked, guess: Guess | None, step: Step) -> None:
    """Show the films of a round, and compute its outcome meanwhile."""
    name, settings = place.values["lesson"], settings_of(asked.round, guess)

    def make(tick: Tick) -> Iterator[list[Film]]:
        tick(of=len(asked.round.films) + asked.round.runs)
        yield films(name, step.round, settings, tick)
        outcome(name, step.round, settings, tick)

    work = use_work(("films", name, step.round, settings), make)
    paragraphs([given_text(asked, guess)], "vn-given")
    element("h3", [asked.words["run"]["watch"]])
    paragraphs([asked.texts.watch])
    if not work.current or work.pending or work.error or work.stopped:
        Doing(work, place.said)
    if work.latest is not None and work.current:
        Player(clips(asked, work.latest), place.lang)


@solara.component
def Outcoming(place: Place, asked: Asked, guess: Guess | None, step: Step) -> None:
    """Show the outcome against the prediction, and why."""
    name, settings = place.values["lesson"], settings_of(asked.round, guess)

    def make(tick: Tick) -> Iterator[Outcome]:
        tick(of=asked.round.runs)
        yield outcome(name, step.round, settings, tick)

    work = use_work(("outcome", name, step.round, settings), make)
    found, words = work.latest, asked.words["outcome"]
    element("h3", [words["heading"]])
    paragraphs([asked.texts.ask], "vn-asked")
    paragraphs([given_text(asked, guess)], "vn-given")
    Notebook(said=reason(name, asked, reason_name(step), True))
    if found is None or not work.current:
        Doing(work, place.said, words["before"])
        return
    paragraphs([words[verdict(asked, guess, found)]], "vn-verdict-told")
    Doing(work, place.said, sentence(asked, found))
    Figures(said=told([picture(asked, guess, found)], place.lang, place.said), event_pick=lambda _: None)
    Tables(said=json.dumps({"tables": tables(asked, guess, found), **place.said["common"]["tables"]}))
    element("h3", [words["why"]])
    paragraphs(asked.texts.explained)


@solara.component
def Debriefing(place: Place, lesson: Lesson, rounds: dict[str, tuple[Asked, Given]]) -> None:
    """Show all predictions against what came out, and the four questions."""
    name = place.values["lesson"]
    settings = {one: settings_of(asked.round, made.guess) for one, (asked, made) in rounds.items()}

    def make(tick: Tick) -> Iterator[dict[str, Outcome]]:
        tick(of=sum(asked.round.runs for asked, _ in rounds.values()))
        yield {one: outcome(name, one, settings[one], tick) for one in rounds}

    work = use_work(("debrief", name, tuple(settings.items())), make)
    element("h3", [place.said["lessons"]["debrief"]["heading"]])
    Doing(work, place.said)
    if work.latest is not None and work.current:
        summary = _summary(rounds, work.latest, place)
        with solara.v.Html(tag="div", class_="vn-words"):
            Tables(said=json.dumps({"tables": [summary], **place.said["common"]["tables"]}))
    Notebook(said=notebook(name, place, lesson.told(place.lang).debrief))
    Ways(said=next_links(lesson, place, False))


def _summary(rounds: dict[str, tuple[Asked, Given]], found: dict[str, Outcome], place: Place) -> dict[str, Any]:
    """Return the table of all rounds: prediction, outcome, verdict."""
    words, rows = place.said["lessons"], []
    for one, (asked, made) in rounds.items():
        guess = made.guess
        key = verdict(asked, guess, found[one])
        texts = [
            guess_text(asked, guess) if guess is not None else words["verdicts"]["none"],
            sentence(asked, found[one]),
            words["verdicts"][key],
        ]
        cells = [{"text": text} for text in texts]
        rows.append({"name": asked.texts.title, "cells": cells})
    head = [words["debrief"][key] for key in ("round", "guess", "outcome", "verdict")]
    return {"name": "lesson", "caption": words["debrief"]["summary"], "head": head, "rows": rows}
