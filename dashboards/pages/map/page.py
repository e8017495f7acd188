"""The page: what is on the axes, the answer, the map as it grows, its shares, its cells, what can be taken along."""

import json

import solara

from dashboards.forms import tables
from dashboards.links import Place, use_place
from dashboards.pages.map.markets import FIELDS, Shown, asked_of, chosen, maps
from dashboards.pages.map.scenes import answer, cells_table, files, form, label, picture, shares, wrong_told
from dashboards.pages.map.widgets import Grid
from dashboards.widgets.vue import Controls, Files, Tables
from dashboards.working import Doing, Work, use_work


@solara.component
def Page() -> None:
    """Show the map that the link asks for; a change of a control is a new link."""
    place = use_place("map", FIELDS, label)
    asked, wrong = asked_of(place.values)
    work = use_work(asked, lambda tick: maps(asked, tick))
    notices = [*place.notices, *(wrong_told(one, place.said) for one in wrong), *_without_role(work, place)]
    Controls(
        form=form(place, asked, notices),
        event_choose=lambda values: place.go(**chosen(place.values | {"x": asked.x.name, "y": asked.y.name}, values)),
    )
    Answer(work, place)
    if work.latest is not None:
        with solara.v.Html(tag="div", class_="" if work.current else "vn-old"):
            Drawn(work.latest, place)


def _without_role(work: Work, place: Place) -> list[str]:
    """Say that nobody has the role asked for, where that is so."""
    role, shown = place.values["role"], work.latest
    if role == "all" or shown is None or role in shown.map.roles:
        return []
    return [place.said["map"]["notices"]["role"].format(role=place.said["common"]["roles"][role])]


@solara.component
def Answer(work: Work, place: Place) -> None:
    """Show the answer and the progress."""
    shown, said = work.latest, place.said
    Doing(work, said, answer(shown, place.values["role"], place.lang, said) if shown else said["map"]["answer"]["none"])


@solara.component
def Drawn(shown: Shown, place: Place) -> None:
    """Show the picture and its tables, and what can be taken along once the map is whole."""
    role, lang, said = place.values["role"], place.lang, place.said
    told = said["map"]
    key = [shown, role, lang]
    drawn = solara.use_memo(lambda: json.dumps(picture(shown, role, lang, said, place.href)), key)
    divided = solara.use_memo(lambda: tables([shares(shown, role, lang, said)], said), key)
    cells = solara.use_memo(lambda: tables([cells_table(shown, role, lang, said, place.href)], said), key)
    with solara.v.Html(tag="div", class_="vn-map-beside"):
        Grid(said=drawn, event_open=place.push)
        with solara.v.Html(tag="div"):
            solara.v.Html(tag="h2", children=[told["shares"]["heading"]])
            Tables(said=divided)
            solara.v.Html(tag="p", class_="vn-small", children=[told["picture"]["kept"]])
    with solara.v.Html(tag="details"):
        solara.v.Html(tag="summary", children=[told["cells"]["summary"]])
        Tables(said=cells)
    if shown.whole:
        Files(said=json.dumps(files(shown, role, said)))
