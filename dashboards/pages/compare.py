"""The page 'Compare': one market under three regimes, in step, with the answer and how sure it is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import solara
import solara.lab

from dashboards.answers import answer
from dashboards.choices import Choices, parse
from dashboards.markets import REGIMES, REPLICATIONS, Pictures, comparison, pictures
from dashboards.scenes import form, results, series, stage
from dashboards.trajectory import pack
from dashboards.widgets.vue import Answers, Charts, Controls, FilmPlayer, Status
from dashboards.words import Words, words
from scenarios.comparison import Comparison
from sim.compiled import is_warm

RUNS = len(REGIMES) * (1 + REPLICATIONS)  # a film and the replications


class Stopped(Exception):
    """The visitor has stopped these runs or asked for another market."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What there is to show of a market: first its pictures, later the comparison too."""

    choices: Choices
    pictures: Pictures
    comparison: Comparison | None


@solara.component
def Page() -> None:
    """Show the market that the link asks for; a change of a control is a new link."""
    router = solara.use_router()
    choices, notices = parse(router.search)
    said = words(choices.lang)
    task = use_shown(choices)
    answered = solara.use_ref(None)
    if task.latest is not None and task.latest.comparison is not None:
        answered.current = task.latest

    def choose(values: dict) -> None:
        router.push(f"{router.path}?{urlencode({'lang': choices.lang} | values)}")

    solara.Title(said["page"]["title"])
    with solara.v.Html(tag="main", class_="vn-page"):
        Controls(form=json.dumps(form(choices, notices, said)), event_choose=choose)
        Answer(task, choices, answered.current)
        if task.latest is not None:
            with solara.v.Html(tag="div", class_=faded(task.latest, choices)):
                Film(task.latest, choices.lang)
        if answered.current is not None:
            with solara.v.Html(tag="div", class_=faded(answered.current, choices)):
                Result(answered.current, choices.lang)


def use_shown(choices: Choices) -> solara.lab.Task:
    """Return the background task that makes what is shown of a market; another market stops it."""

    def tick() -> None:
        if not task.is_current():
            raise Stopped
        task.progress = (task.progress or 0) + 1

    def make() -> Iterator[Shown]:
        try:
            films = pictures(choices, tick)
            yield Shown(choices, films, None)
            yield Shown(choices, films, comparison(choices, tick))
        except Stopped:
            return

    task: solara.lab.Task = solara.lab.use_task(make, dependencies=[choices.market], raise_error=False)
    return task


def faded(shown: Shown, choices: Choices) -> str:
    """Return the look of what is shown: faded if it belongs to another market than the one chosen."""
    return "" if shown.choices.market == choices.market else "vn-old"


@solara.component
def Answer(task: solara.lab.Task, choices: Choices, answered: Shown | None) -> None:
    """Show the answer and the progress: the only part drawn anew at every run."""
    said = words(choices.lang)
    status = {
        **said["status"],
        **doing(task, said["status"]),
        "all": RUNS,
        "look": "",
        "answer": said["status"]["before"],
    }
    if answered is not None and answered.comparison is not None:
        status |= {"answer": answer(answered.comparison, said), "look": faded(answered, choices)}
    Status(said=json.dumps(status), event_stop=lambda _: task.cancel(), event_again=lambda _: task.retry())


def doing(task: solara.lab.Task, said: Words) -> dict[str, Any]:
    """Return what the computer is doing, in words and as a number of runs done."""
    done = int(task.progress or 0)
    if task.pending:
        text = said["computing"].format(done=done, all=RUNS) if is_warm() else said["first"]
    else:
        text = said["failed"] if task.error else said["stopped"] if task.cancelled else ""
    return {"computing": task.pending, "idle": bool(task.error or task.cancelled), "doing": text, "done": done}


@solara.component
def Film(shown: Shown, language: str) -> None:
    """Show the networks and the charts under them."""
    film = solara.use_memo(lambda: pack(shown.pictures.films), [shown.pictures])
    scene = solara.use_memo(lambda: json.dumps(stage(shown.pictures, language)), [shown.pictures, language])
    lines = solara.use_memo(lambda: json.dumps(series(shown.pictures, language)), [shown.pictures, language])
    FilmPlayer(film=film, stage=scene)
    Charts(series=lines)


@solara.component
def Result(shown: Shown, language: str) -> None:
    """Show the table and what can be taken along."""

    def told() -> str:
        return json.dumps(results(shown.comparison, shown.choices, words(language))) if shown.comparison else ""

    Answers(said=solara.use_memo(told, [shown, language]))
