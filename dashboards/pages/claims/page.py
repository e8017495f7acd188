"""The page: claims as cards; or one of them, predicted, run, and looked into."""

import json

import solara

from dashboards.figures import Figure
from dashboards.figures import told as figures_told
from dashboards.forms import tables
from dashboards.links import Place, use_place
from dashboards.pages.claims.lab import FIELDS, asked_of, claims, known, shown, tried
from dashboards.pages.claims.pictures import base_pictures, check_pictures, edge_pictures
from dashboards.pages.claims.tables import checks_table, edge_tables, experiment, files
from dashboards.pages.claims.telling import cards, form, head, label, outcome, ways
from dashboards.pages.claims.widgets import Cards, Outcome, Question, Ways
from dashboards.widgets.vue import Controls, Figures, Files, Tables
from dashboards.working import Doing, use_work
from scenarios.claim_verdicts import Answer


@solara.component
def Page() -> None:
    """Show the claims that the link asks for, or the one it opens; what is chosen is a new link."""
    place = use_place("claims", FIELDS, label)
    asked = asked_of(place.values, place.lang)
    work = use_work(asked, lambda tick: tried(asked, tick) if asked else iter(()))
    Controls(form=form(place), event_choose=lambda values: place.go(**values, run="0"))
    if place.values["claim"]:
        answer = known(place.values["claim"], place.values) if asked else None
        One(place, answer is not None)
        Doing(work, place.said)
        if answer is not None:
            Result(answer, place)
    else:
        Doing(work, place.said)
        listed = cards(shown(place.values, place.lang), place)
        Cards(said=json.dumps(listed), event_open=place.push, event_all=lambda _: place.go(run="1"))


@solara.component
def One(place: Place, answered: bool) -> None:
    """Show the claim that is open: the sentence, what is varied, the prediction, the run, later the run with more."""
    claim = claims()[place.values["claim"]]

    def run(replications: str) -> None:
        place.go(run="1", **({"replications": replications} if replications else {}))

    Question(
        said=json.dumps(head(place, answered)),
        event_open=place.push,
        event_guess=lambda guess: place.go(guess=guess),
        event_run=run,
    )
    with solara.v.Html(tag="details"):
        solara.v.Html(tag="summary", children=[place.said["claims"]["varied"]["heading"]])
        Tables(said=tables([experiment(claim, place.lang, place.said)], place.said))


@solara.component
def Result(answer: Answer, place: Place) -> None:
    """Show what came out: the verdict, pictures, tables, ways to go on, files."""
    said, lang = place.said, place.lang
    told, key = said["claims"], [answer, lang]
    base = solara.use_memo(lambda: _figures(base_pictures(answer, lang, said), place), key)
    edges = solara.use_memo(lambda: _figures(edge_pictures(answer, lang, said), place), key)
    checks = solara.use_memo(lambda: _figures(check_pictures(answer, lang, said), place), key)
    listed = solara.use_memo(
        lambda: tables([checks_table(answer, lang, said), *edge_tables(answer, lang, said)], said), key
    )
    Outcome(said=json.dumps(outcome(answer, place)))
    for heading, says, drawn in (
        ("edges", "edges_says", edges),
        ("base", "base_says", base),
        ("checks", "checks_says", checks),
    ):
        if drawn:
            solara.v.Html(tag="h2", children=[told["figures"][heading]])
            solara.v.Html(tag="p", class_="vn-small", children=[told["figures"][says]])
            Figures(said=drawn, event_pick=lambda _: None)
    Tables(said=listed)
    Ways(said=json.dumps({"heading": told["one"]["try"], "ways": ways(answer.claim, place)}), event_open=place.push)
    Files(said=json.dumps(files(answer, place)))


def _figures(drawn: list[Figure], place: Place) -> str:
    return figures_told(drawn, place.lang, place.said) if drawn else ""
