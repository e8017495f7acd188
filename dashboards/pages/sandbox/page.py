"""The page: a market, its sliders, what happens in it, before and after, how sure that is, what to take along."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import solara

from dashboards.figures import told
from dashboards.footage import MOST_ACTORS
from dashboards.forms import form, tables, upload
from dashboards.limits import UPLOAD
from dashboards.links import PATHS, Place, use_place, write
from dashboards.pages.compare.answers import answer as answer_of_three
from dashboards.pages.compare.answers import table as table_of_three
from dashboards.pages.sandbox.answers import answer, table
from dashboards.pages.sandbox.bringing import Mine, brought, in_use, mine
from dashboards.pages.sandbox.forms import changes, chooser, happenings, moved, title_of
from dashboards.pages.sandbox.groups import controls, label_of
from dashboards.pages.sandbox.happening import Happening, usual, write_shocks
from dashboards.pages.sandbox.markets import OWN, USUAL, Asked, fields_of
from dashboards.pages.sandbox.parts import Changes, Own, Shocks
from dashboards.pages.sandbox.reading import (
    Start,
    asked_of,
    held_against,
    is_network,
    link_fields,
    sentence_of,
    start_of,
    told_notices,
    written,
)
from dashboards.pages.sandbox.runs import Shown, shown, three_regimes
from dashboards.pages.sandbox.scenes import charts, files
from dashboards.player import Clip, Player
from dashboards.uploads import ENDINGS
from dashboards.widgets.vue import Controls, Figures, Files, Tables, Upload
from dashboards.words import Words, number
from dashboards.working import Doing, use_work

MEGABYTE = 1e6
PER_CENT = 100
Known = Mapping[str, Mine]
KEPT = ("scenario", "file", "seed", "before", "all")  # of a link, when all changes are taken back


@solara.component
def Page() -> None:
    """Show the market the link asks for, beside what it was before."""
    start = start_of(solara.use_router().search)
    place = use_place("sandbox", link_fields() | fields_of(start.scenario), label_of)
    asked, refused = asked_of(start, place.values)
    before, odd = held_against(place.values["before"], asked)
    problems = [sentence_of(one, fields_of(start.scenario), place.said) for one in (*start.problems, *refused, *odd)]
    notices = (*place.notices, *told_notices(place.values["before"], place.said), *problems)
    place = replace(settled(place, start, asked), notices=notices)
    known, set_known = solara.use_state({})  # what this session knows of its files, by their keys
    with solara.v.Html(tag="div", class_="vn-beside"):
        with solara.v.Html(tag="div"):
            Choosing(place, start, asked, known, set_known)
        with solara.v.Html(tag="div"):
            InUse(place, asked, known)
            Seeing(place, start, asked, before)
    if is_network(asked.file):
        ThreeWays(asked.file, place.values["seed"], place.said)


def settled(place: Place, start: Start, asked: Asked) -> Place:
    """Return a place whose values are those in use: nothing in them was refused."""
    used = {name: field.default for name, field in fields_of(start.scenario).items()} | dict(asked.values)
    named = {"scenario": asked.scenario, "file": asked.file, "shocks": write_shocks(asked.shocks)}
    return replace(place, values=place.values | used | named)


def anew(place: Place, **values: Any) -> None:
    """Go to the page with none of the changes, and other values for the rest of the link."""
    kept = {name: place.values[name] for name in KEPT} | values
    place.push(PATHS["sandbox"] + write(kept, link_fields(), place.lang))


@solara.component
def Choosing(place: Place, start: Start, asked: Asked, known: Known, know: Callable[[Known], None]) -> None:
    """Show the choice of a market and its sliders."""

    def choose(values: dict) -> None:
        name = str(values["scenario"])
        if name == asked.scenario:
            place.go(seed=int(values["seed"]), all=int(values["all"]))
        else:
            stays = is_network(asked.file) or name.startswith(OWN)
            anew(place, scenario=name, file=asked.file if stays else "")

    heading = place.said["sandbox"]["choose"]["heading"]
    Controls(form=form(place, heading, [chooser(asked, place)]), event_choose=choose)
    About(start, place.lang, place.said)
    Bringing(place, asked, known, know)
    quantities = place.said["sandbox"]["choose"]["quantities"]
    groups = controls(start.scenario, fields_of(start.scenario), place.values, bool(place.values["all"]), place.said)
    Controls(form=form(replace(place, notices=()), quantities, groups), event_choose=lambda values: place.go(**values))


@solara.component
def About(start: Start, lang: str, said: Words) -> None:
    """Say what the scenario is about."""
    texts, told_words = start.scenario.told(lang), said["sandbox"]["choose"]
    with solara.v.Html(tag="div", class_="vn-about"):
        if is_network(start.file):
            solara.v.Html(tag="p", children=[said["sandbox"]["own"]["rules"]])
        solara.v.Html(tag="p", children=[texts.description])
        for name in ("question", "look_at"):
            if text := getattr(texts, name):
                solara.v.Html(tag="p", children=[solara.v.Html(tag="strong", children=[told_words[name]]), text])


@solara.component
def Bringing(place: Place, asked: Asked, known: Known, know: Callable[[Known], None]) -> None:
    """Take a file from the visitor; what is wrong with it is said, and nothing else changes."""
    wrong, set_wrong = solara.use_state("")
    said = place.said["sandbox"]["upload"]

    def take(file: dict) -> None:
        found = brought(file, asked, place.said)
        set_wrong(found.wrong)
        if not found.wrong:
            know({**known, found.key: mine(file, asked, known)})
            anew(place, scenario=found.scenario, file=found.key)

    most = number(UPLOAD / MEGABYTE, 0, place.said)
    words = {"label": said["label"], "help": said["help"].format(most=most)}
    with solara.v.Html(tag="details", class_="vn-own", attributes={"open": True} if wrong else {}):
        solara.v.Html(tag="summary", children=[said["heading"]])
        Upload(said=upload("own", words, ",".join(ENDINGS), [wrong] if wrong else [], place), event_file=take)
    if asked.file:  # on a phone the results, which say the same, are far below
        solara.v.Html(tag="p", class_="vn-near", children=[in_use(asked, known, place.said)["says"]])


@solara.component
def InUse(place: Place, asked: Asked, known: Known) -> None:
    """Say which file of the visitor's is in use; it can be removed, and with it all that was changed in it."""
    scenario = asked.scenario if is_network(asked.file) else USUAL
    Own(
        said=json.dumps(in_use(asked, known, place.said)),
        event_remove=lambda _: anew(place, scenario=scenario, file="", before=""),
    )


@solara.component
def Seeing(place: Place, start: Start, asked: Asked, before: Asked) -> None:
    """Show the answer, the networks, what happens, the charts, the table and the files."""
    seed = int(place.values["seed"])
    work = use_work((asked, before, seed), lambda tick: shown(asked, before, seed, tick))
    sure = solara.use_ref(None)
    if work.latest is not None and work.latest.comparison is not None:
        sure.current = work.latest
    found = sure.current
    Doing(work, place.said, answer(found, place.said) if found else "")
    Changed(place, asked, before)
    if work.latest is not None:
        with solara.v.Html(tag="div", class_="" if work.current else "vn-old"):
            Moving(work.latest, place.lang, place.said)
    Events(place, start, asked)
    if work.latest is not None:
        with solara.v.Html(tag="div", class_="" if work.current else "vn-old"):
            Drawn(work.latest, place.lang, place.said)
    if found is not None:
        old = (found.after.asked, found.before.asked, found.seed) != (asked, before, seed)
        with solara.v.Html(tag="div", class_="vn-old" if old else ""):
            Sure(found, place.said)


@solara.component
def Changed(place: Place, asked: Asked, before: Asked) -> None:
    """Show what is changed, with buttons that take it back or keep it."""

    def drop(name: str) -> None:
        if name in dict(asked.values):
            place.go(**{name: place.fields[name].default})
        else:
            place.go(shocks=write_shocks([shock for shock in asked.shocks if shock.code != name]))

    presses: dict[str, Callable[[], None]] = {
        "keep": lambda: place.go(before=written(asked)),
        "back": lambda: place.go(before=""),
        "reset": lambda: anew(place),
    }
    Changes(
        said=json.dumps(changes(asked, before, place.lang, place.said)),
        event_drop=drop,
        event_press=lambda name: presses[name](),
    )


@solara.component
def Events(place: Place, start: Start, asked: Asked) -> None:
    """Show the buttons of what can happen, and what is going to."""

    def put(shocks: list[Happening]) -> None:
        place.go(shocks=write_shocks(shocks))

    def change(given: dict) -> None:
        key, name, value = str(given["id"]), str(given["name"]), float(given["value"])
        if key.startswith("shocks."):
            place.go(**{f"{key}.{name}": value / PER_CENT if name == "size" else value})
        else:
            put(moved(asked.shocks, int(key), name, value))

    Shocks(
        said=json.dumps(happenings(start.scenario, asked, place.values, place.said)),
        event_add=lambda one: put([*asked.shocks, usual(str(one["kind"]), int(one["period"]), int(one["tier"]))]),
        event_change=change,
        event_remove=lambda key: put([shock for k, shock in enumerate(asked.shocks) if str(k) != key]),
    )


@solara.component
def Moving(found: Shown, lang: str, said: Words) -> None:
    """Show the networks in step: after the change, and beside it before, where both have the same people."""
    told_words = said["sandbox"]["film"]
    alone = said["sandbox"]["single"]["title"] if found.same else told_words["after"]
    pair = [(told_words["before"], found.before)] if found.paired and not found.same else []
    clips = [
        Clip(played.film, title, title_of(played.asked, lang))
        for title, played in (*pair, (alone, found.after))
        if played.film is not None
    ]
    if clips:
        Player(clips, lang)
    else:
        solara.v.Html(tag="p", children=[told_words["too_large"].format(actors=number(MOST_ACTORS, 0, said))])


@solara.component
def Drawn(found: Shown, lang: str, said: Words) -> None:
    """Show the charts."""
    words = said["sandbox"]["charts"]
    drawn = solara.use_memo(lambda: told(charts(found, said), lang, said), [found, lang])
    solara.v.Html(tag="h2", children=[words["heading"]])
    solara.v.Html(tag="p", class_="vn-small", children=[words["dotted"]])
    Figures(said=drawn, event_pick=lambda _: None)


@solara.component
def Sure(found: Shown, said: Words) -> None:
    """Show the table with intervals, and what can be taken along."""
    solara.v.Html(tag="h2", children=[said["sandbox"]["table"]["heading"]])
    Tables(said=tables([table(found, said)], said))
    Files(said=json.dumps(files(found, said)))


@solara.component
def ThreeWays(file: str, seed: int, said: Words) -> None:
    """Show how the three ways of doing business compare on a network that was brought."""
    work = use_work((file, seed), lambda tick: three_regimes(file, seed, tick))
    with solara.v.Html(tag="section", class_="vn-ways"):
        solara.v.Html(tag="h2", children=[said["sandbox"]["upload"]["ways"]])
        Doing(work, said, answer_of_three(work.latest, said) if work.latest else "")
        if work.latest is not None:
            Tables(said=tables([table_of_three(work.latest, said)], said))
