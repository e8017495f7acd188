"""The page: the market's controls, the answer, the networks, the charts, the table, what can be taken along."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import solara

from dashboards.figures import told
from dashboards.forms import tables
from dashboards.links import use_place
from dashboards.pages.compare.answers import answer, table
from dashboards.pages.compare.markets import CONTROLS, REGIMES, RUNS, Choices, Pictures, comparison, pictures
from dashboards.pages.compare.scenes import charts, controls, files
from dashboards.player import Clip, Player
from dashboards.widgets.vue import Controls, Figures, Files, Tables
from dashboards.words import Words, words
from dashboards.working import Doing, Tick, Work, use_work
from scenarios.comparison import Comparison


@dataclass(frozen=True, eq=False)
class Shown:
    """What there is to show of a market: first its pictures, later the comparison too."""

    choices: Choices
    pictures: Pictures
    comparison: Comparison | None


def label(name: str, said: Words) -> str:
    """Return what a field of the link is called."""
    return str(said["compare"]["controls"][name]["label"])


@solara.component
def Page() -> None:
    """Show the market that the link asks for; a change of a control is a new link."""
    place = use_place("compare", CONTROLS, label)
    choices = Choices(**place.values)

    def make(tick: Tick) -> Iterator[Shown]:
        tick(of=RUNS)
        films = pictures(choices, tick)
        yield Shown(choices, films, None)
        yield Shown(choices, films, comparison(choices, tick))

    work = use_work(choices, make)
    answered = solara.use_ref(None)
    if work.latest is not None and work.latest.comparison is not None:
        answered.current = work.latest
    Controls(form=controls(place), event_choose=lambda values: place.go(**values))
    Answer(work, answered.current, choices, place.lang)
    if work.latest is not None:
        with solara.v.Html(tag="div", class_="" if work.current else "vn-old"):
            Moving(work.latest, place.lang)
    if answered.current is not None:
        with solara.v.Html(tag="div", class_="" if answered.current.choices == choices else "vn-old"):
            Result(answered.current, place.lang)


@solara.component
def Answer(work: Work, answered: Shown | None, choices: Choices, language: str) -> None:
    """Show the answer and the progress."""
    said = words(language)
    found = answered.comparison if answered else None
    old = answered is not None and answered.choices != choices
    Doing(work, said, answer(found, said) if found else said["compare"]["page"]["before"], old)


@solara.component
def Moving(shown: Shown, language: str) -> None:
    """Show the networks and the charts under them."""
    titles = [words(language)["common"]["regimes"][regime] for regime in REGIMES]
    drawn = solara.use_memo(
        lambda: told(charts(shown.pictures, words(language)), language, words(language)), [shown, language]
    )
    Player([Clip(film, **title) for film, title in zip(shown.pictures.films, titles, strict=True)], language)
    solara.v.Html(tag="h2", children=[words(language)["compare"]["charts"]["heading"]])
    Figures(said=drawn, event_pick=lambda _: None)


@solara.component
def Result(shown: Shown, language: str) -> None:
    """Show the table with intervals and what can be taken along."""
    said = words(language)
    if shown.comparison is None:
        return
    solara.v.Html(tag="h2", children=[said["compare"]["table"]["heading"]])
    Tables(said=tables([table(shown.comparison, said)], said))
    Files(said=json.dumps(files(shown.comparison, shown.choices, said)))
