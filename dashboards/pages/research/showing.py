"""The part of the page about results: pictures, tables, what can be taken along."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import solara

from dashboards.figures import told as figures_told
from dashboards.forms import tables
from dashboards.links import Place
from dashboards.pages.research import jobs
from dashboards.pages.research.jobs import COMMAND, SWEEP, Look
from dashboards.pages.research.labels import Labels, labels
from dashboards.pages.research.pictures import View, pictures, view
from dashboards.pages.research.results import Outcome, bytes_of, files_of, outcome, packed
from dashboards.pages.research.tables import answer, cited, files, state, table
from dashboards.pages.research.widgets import Download
from dashboards.shelf import Shelf
from dashboards.widgets.vue import Controls, Figures, Files, Tables
from dashboards.words import Words, number
from dashboards.working import Doing, Tick, use_work
from scenarios.catalogue import ScenarioError

OUTCOMES = Shelf(16)
MOST_BYTES = 8_000_000  # of a file a page hands out
KINDS = {"csv": "runs_csv", "parquet": "runs_parquet"}
EXPORT = f"{COMMAND} && valuenet export {SWEEP} --to csv"


@dataclass(frozen=True, eq=False)
class Read:
    """What was read of an experiment's folder, or why it could not be."""

    found: Outcome | None = None
    files: dict[str, str] | None = None
    wrong: str = ""


class Made(NamedTuple):
    """A file of all runs: its bytes, empty where it is too large, and how large it is."""

    content: bytes = b""
    size: int = 0


@solara.component
def Showing(token: str, now: Look, place: Place) -> None:
    """Show the results of an experiment that has stopped or finished."""

    def read(tick: Tick) -> Iterator[Read]:
        tick()
        yield OUTCOMES.get((token, now), lambda: opened(token), tick.wait)

    work = use_work((token, now), read)
    if work.latest is None or not work.current:
        Doing(work, place.said)
        return
    solara.v.Html(tag="h2", children=[place.said["research"]["results"]["heading"]])
    found = work.latest.found
    if found is None or not found.measures:
        solara.v.Html(tag="p", class_="vn-notice", children=[nothing(work.latest, place.said)])
        return
    Seen(found, place)
    Taken(token, found, work.latest.files or {}, place)


def opened(token: str) -> Read:
    """Read an experiment's folder."""
    folder = jobs.folder_of(token)
    try:
        if folder is None:
            return Read()
        found = outcome(folder / SWEEP)
        return Read(found, files_of(folder / SWEEP, found.failures))
    except (ScenarioError, OSError) as error:
        return Read(wrong=str(error).replace(str(folder), ""))


def nothing(read: Read, said: Words) -> str:
    """Say why there is nothing to see."""
    told = said["research"]["results"]
    return f"{told['unreadable']} {read.wrong}" if read.wrong else str(told["none"])


@solara.component
def Seen(found: Outcome, place: Place) -> None:
    """Show the answer, the pictures and the table of what the link looks at."""
    named, at = labels(place.lang), view(found, place.values)
    drawn = solara.use_memo(
        lambda: figures_told(pictures(found, at, named), place.lang, place.said), [found, at, place.lang]
    )
    solara.v.Html(tag="p", class_="vn-answer", children=[answer(found, at.measure, named)])
    for sentence in state(found, named):
        solara.v.Html(tag="p", class_="vn-small", children=[sentence])
    Controls(form=json.dumps(look_form(found, at, named, place.lang)), event_choose=lambda values: place.go(**values))
    Figures(said=drawn, event_pick=lambda _: None)
    with solara.v.Html(tag="div", class_="vn-points"):
        Tables(said=tables([table(found, at.measure, named)], place.said))


def look_form(found: Outcome, at: View, named: Labels, lang: str) -> dict[str, Any]:
    """Return the choice of what is looked at."""
    told = named.said["research"]
    grids = found.gridded_factors
    there = {
        "measure": [(name, named.measure(name)) for name in found.measures],
        "along": [(name, named.quantity(name)) for name in found.factors],
        "across": [(name, named.quantity(name)) for name in grids if name != at.along and at.along in grids],
    }
    fields = [
        {
            "name": name,
            "kind": "select",
            "label": told["fields"][name],
            "help": "",
            "value": getattr(at, name),
            "options": [{"value": value, "label": label} for value, label in options],
        }
        for name, options in there.items()
        if len(options) > 1
    ]
    return {"heading": told["results"]["looked_at"], "lang": lang, "groups": [{"fields": fields}], "notices": []}


@solara.component
def Taken(token: str, found: Outcome, texts: dict[str, str], place: Place) -> None:
    """Show what can be taken along: files, all runs, the command, the citation."""
    said, named = place.said, labels(place.lang)
    Files(said=json.dumps(files(texts, named)))
    Runs(token, found.done, said)
    solara.v.Html(tag="h3", children=[said["research"]["results"]["cite"]])
    solara.v.Html(tag="p", class_="vn-cite", children=[cited(found, named)])


@solara.component
def Runs(token: str, done: int, said: Words) -> None:
    """Hand out all runs as a file, made when it is asked for."""
    order, set_order = solara.use_state((0, ""))

    def make(tick: Tick) -> Iterator[Made]:
        tick()
        yield made(token, order[1])

    work = use_work((order, done) if order[0] else None, make)
    found = work.latest if work.current and work.latest else Made()
    words = download(order, found, work.pending, said)
    Download(
        said=json.dumps(words),
        content=found.content,
        event_ask=lambda kind: set_order((order[0] + 1, kind)) if kind in KINDS else None,
    )


def made(token: str, kind: str) -> Made:
    """Return all runs of an experiment as a file, if it is not too large for a page."""
    folder = jobs.folder_of(token)
    if folder is None:
        return Made()
    size = bytes_of(folder / SWEEP)
    content = packed(folder / SWEEP, kind) if size <= MOST_BYTES else b""
    return Made(content, len(content)) if 0 < len(content) <= MOST_BYTES else Made(b"", max(size, len(content)))


def download(order: tuple[int, str], found: Made, busy: bool, said: Words) -> dict[str, Any]:
    """Return the words of the download, and which file has come."""
    told = said["research"]["files"]
    sizes = {name: number(size / 1e6, 0, said) for name, size in (("size", found.size), ("most", MOST_BYTES))}
    wrong = told["too_large"].format(**sizes, command=EXPORT) if found.size > MOST_BYTES else ""
    return {
        "kinds": [{"kind": kind, "label": told[label]} for kind, label in KINDS.items()],
        "busy": busy,
        "preparing": told["preparing"],
        "wrong": wrong,
        "file": f"{SWEEP}-runs.{order[1]}#{order[0]}" if found.content else "",
    }
