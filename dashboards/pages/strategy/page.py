"""The page: the knobs of one firm, where it landed, which trade-off it made, what to turn, what to take along."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import solara

from dashboards.figures import Figure, told
from dashboards.links import Place, use_place
from dashboards.pages.strategy.answers import answer, chosen, controls, files, hinted, others, places
from dashboards.pages.strategy.pictures import distribution, matters, trade_off
from dashboards.pages.strategy.plays import FIELDS, Choices, Played, choices_of, played, stale, with_hints
from dashboards.widgets.vue import Controls, Figures, Files, Tables
from dashboards.words import Words
from dashboards.working import Doing, Tick, use_work
from scenarios.contest.game import MEASURES


def label(name: str, said: Words) -> str:
    """Return what a field of the link is called."""
    own = said["strategy"]["controls"]
    return str(own[name]["label"] if name in ("market", "goal") else said["quantities"][name]["label"])


@solara.component
def Page() -> None:
    """Show where the strategy that the link describes landed; a change of a knob is a new link."""
    place = use_place("strategy", FIELDS, label)
    choices, said = choices_of(place.values), place.said["strategy"]

    def make(tick: Tick) -> Iterator[Played]:
        made = played(choices, tick)
        yield made
        yield with_hints(made, tick)

    work = use_work(choices, make)
    with solara.v.Html(tag="div", class_="vn-beside"):
        Controls(
            form=controls(place, [said["stale"]] if stale(choices.market) else []),
            event_choose=lambda given: place.go(**chosen(given, place.values)),
        )
        with solara.v.Html(tag="div"):
            Doing(work, place.said, answer(work.latest, place.said) if work.latest else said["page"]["before"])
            if work.latest is not None:
                with solara.v.Html(tag="div", class_="" if work.current else "vn-old"):
                    Result(work.latest, place)


@solara.component
def Result(made: Played, place: Place) -> None:
    """Show what came of a play, question by question: pictures, and under them tables."""
    said = place.said["strategy"]
    drawn = solara.use_memo(
        lambda: ([distribution(made, name, place.said) for name in MEASURES], trade_off(made, place.said)),
        [made.landing, place.lang],
    )
    bars = solara.use_memo(lambda: matters(made, place.said), [made.choices.market, made.choices.goal, place.lang])
    turned = [] if made.tried is None else [hinted(made, made.tried, place)]
    Part(said["page"]["landing"], drawn[0], [places(made, place.said)], place)
    Part(said["page"]["trade"], [drawn[1]], [others(made, place)], place)
    Part(said["page"]["turning"], [bars], turned, place)
    Along(made.choices, place)


@solara.component
def Part(heading: str, figures: Sequence[Figure], tables: Sequence[dict[str, Any]], place: Place) -> None:
    """Show one question's pictures and tables."""
    solara.v.Html(tag="h2", children=[heading])
    Figures(said=told(figures, place.lang, place.said), event_pick=lambda _: None)
    Tables(said=json.dumps({"tables": list(tables), **place.said["common"]["tables"]}))


@solara.component
def Along(choices: Choices, place: Place) -> None:
    """Show what can be taken along, and how the same is played in Python."""
    Files(said=json.dumps(files(choices, place.said)))
    solara.v.Html(tag="p", class_="vn-small", children=[place.said["strategy"]["exports"]["python"]])
