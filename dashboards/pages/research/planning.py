"""The part of the page before a run: the form or a file of one's own, what it will take, the button that runs it."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import solara

from dashboards.limits import UPLOAD
from dashboards.links import Place
from dashboards.pages.research import jobs
from dashboards.pages.research.checks import Checked, TooMuch, checked
from dashboards.pages.research.designs import Asked, design_text, read, sensitivity_command
from dashboards.pages.research.form import form
from dashboards.pages.research.labels import labels
from dashboards.pages.research.widgets import Before, DesignForm
from dashboards.shelf import Shelf
from dashboards.widgets.vue import Files, Upload
from dashboards.words import Words, number
from dashboards.working import Doing, Tick, use_work
from scenarios.catalogue import ScenarioError

LONGEST_NAME = 60  # characters of an uploaded file's name that are shown
CHECKED = Shelf(64)  # designs of all visitors
MINUTE, MEGABYTE, GIGABYTE = 60, 1e6, 1e9


@dataclass(frozen=True)
class Own:
    """A design file of a visitor's own; no text where it is none."""

    name: str
    text: str | None


@dataclass(frozen=True, eq=False)
class Answered:
    """What was found out about a design, or why it cannot run here."""

    checked: Checked | None = None
    wrong: ScenarioError | TooMuch | None = None


@solara.component
def Planning(place: Place, asked: Asked, problems: tuple, begun: Callable[[str], None]) -> None:
    """Show the design and what it will take; `begun` gets the key of the experiment that was started."""
    own, set_own = solara.use_state(None)
    named = labels(place.lang)
    if own is None:
        DesignForm(
            form=json.dumps(form(asked, problems, place.notices, place.lang)),
            event_choose=lambda values: place.go(**values),
        )
    else:
        OwnFile(own, place.said, lambda: set_own(None))
    Upload(said=json.dumps(upload(own, place.said)), event_file=lambda file: set_own(opened(file)))
    text = (own.text or "") if own else design_text(asked, title(asked, named.scenario, named.quantity))
    Judged(text, place, begun)
    if own is None and (command := sensitivity_command(asked)):
        told = place.said["research"]["before"]
        about = {"heading": told["sensitivity_heading"], "before": told["sensitivity"]}
        Files(said=json.dumps({**about, "files": [], "command": command}))


def title(asked: Asked, scenario: Callable[[str], str], quantity: Callable[[str], str]) -> str:
    """Return what an experiment is called: what varies in it, under which scenarios."""
    varied = ", ".join(quantity(one.name) for one in asked.varied)
    return ": ".join(filter(None, (varied, ", ".join(map(scenario, asked.scenarios)))))[:200]


@solara.component
def OwnFile(own: Own, said: Words, back: Callable[[], None]) -> None:
    """Say which file is used, with a way back."""
    told = said["research"]
    solara.v.Html(tag="h2", children=[told["form"]["heading"]])
    if own.text is not None:
        solara.v.Html(tag="p", children=[told["own"]["used"].format(name=own.name)])
    button = solara.v.Html(tag="button", children=[told["own"]["back"]], attributes={"type": "button"})
    solara.v.use_event(button, "click", lambda *_: back())


def upload(own: Own | None, said: Words) -> dict[str, Any]:
    """Return the words of the upload, and what was wrong with the last file."""
    told = said["research"]["own"]
    wrong = [told["encoding"].format(name=own.name)] if own is not None and own.text is None else []
    words = {key: told[key] for key in ("label", "help", "too_large")}
    return {"name": "vn-own", "accept": ".toml", "most": UPLOAD, "notices": wrong, **words}


def opened(file: dict[str, Any]) -> Own:
    """Return an uploaded file; what is no text, or too large after all, has none."""
    name = str(file.get("name", ""))[:LONGEST_NAME]
    try:
        content = base64.b64decode(str(file.get("content", "")), validate=True)
        return Own(name, content.decode("utf-8-sig") if len(content) <= UPLOAD else None)
    except ValueError:
        return Own(name, None)


@solara.component
def Judged(text: str, place: Place, begun: Callable[[str], None]) -> None:
    """Find out in the background what a design takes; hand it over when it is asked for."""

    def judge(tick: Tick) -> Iterator[Answered]:
        tick()
        try:
            yield Answered(checked=CHECKED.get(text, lambda: checked(text), tick.wait))
        except (ScenarioError, TooMuch) as error:
            yield Answered(wrong=error)

    handed = use_handed(text, begun)
    work = use_work(text or None, judge)
    with solara.v.Html(tag="div", class_="vn-judging"):
        Doing(work, place.said)
    told = before(work.latest if work.current else None, text, place.said)
    told |= {"busy": handed.busy, "notices": [full(place.said)] if handed.full else []}
    Before(said=json.dumps(told), event_start=lambda _: handed.start())
    if text:
        Files(said=json.dumps(commands(text, place.said)))


class Handed(NamedTuple):
    """An experiment on its way into the queue: whether it is, whether the queue was full, what sends it."""

    busy: bool
    full: bool
    start: Callable[[], None]


def use_handed(text: str, begun: Callable[[str], None]) -> Handed:
    """Return what puts a design into the queue, in the background; `begun` gets its key; a hook."""
    order, set_order = solara.use_state((0, ""))

    def hand_over(tick: Tick) -> Iterator[str]:
        tick()
        try:
            yield jobs.submit(order[1])
        except jobs.QueueFull:
            yield ""

    work = use_work(order if order[0] else None, hand_over)
    token = work.latest if work.current else None
    solara.use_effect(lambda: begun(token) if token else None, [token])
    return Handed(work.pending, token == "", lambda: set_order((order[0] + 1, text)))


def before(found: Answered | None, text: str, said: Words) -> dict[str, Any]:
    """Return what an experiment will take, or why it cannot run here."""
    told = said["research"]["before"]
    words = {key: told[key] for key in ("heading", "refused", "start", "starting")}
    queue = told["queue"].format(days=jobs.DAYS_KEPT, most=jobs.MOST_KEPT)
    ready = found is not None and found.checked is not None
    return words | {
        "facts": facts(found.checked, said) if found is not None and found.checked is not None else [],
        "wrong": wrong(found.wrong, said) if found is not None and found.wrong is not None else "",
        "ready": ready,
        "queue": queue,
        "design_label": told["design"],
        "design": text,
    }


def facts(found: Checked, said: Words) -> list[list[str]]:
    """Return runs, time, disk and memory in words."""
    told, design, taken = said["research"]["before"], found.design, found.estimate
    sizes = {"points": len(design.points), "replications": design.replications, "runs": design.runs}
    runs = told["runs_are"].format(**{name: number(size, 0, said) for name, size in sizes.items()})
    amounts = {
        "time": duration(taken.seconds, said),
        "disk": size(taken.disk, said),
        "memory": size(taken.memory, said),
    }
    about = [[told[name], told["about"].format(amount=amount)] for name, amount in amounts.items()]
    return [[told["runs"], runs], *about]


def duration(seconds: float, said: Words) -> str:
    """Return a time in words."""
    told = said["research"]["before"]
    if seconds >= 2 * MINUTE:
        return str(told["minutes"].format(amount=number(seconds / MINUTE, 0, said)))
    return str(told["seconds"].format(amount=number(seconds, 0, said)))


def size(amount: float, said: Words) -> str:
    """Return bytes in words."""
    told = said["research"]["before"]
    if amount >= GIGABYTE:
        return str(told["gigabytes"].format(amount=number(amount / GIGABYTE, 1, said)))
    return str(told["megabytes"].format(amount=number(max(amount / MEGABYTE, 1), 0, said)))


def wrong(error: ScenarioError | TooMuch, said: Words) -> str:
    """Return why a design cannot run here: in the page's language, or as the strict reader says it."""
    if isinstance(error, ScenarioError):
        return str(error)
    numbers = {key: value if isinstance(value, str) else number(value, 0, said) for key, value in error.numbers.items()}
    return str(said["research"]["limits"][error.key].format(**numbers))


def full(said: Words) -> str:
    """Say that the queue is full."""
    return str(said["research"]["limits"]["full"].format(most=jobs.MOST_WAITING))


def commands(text: str, said: Words) -> dict[str, Any]:
    """Return the design to save, and the command that runs it anywhere."""
    told = said["research"]["before"]
    return {
        "heading": told["command_heading"],
        "before": told["command"],
        "command": jobs.COMMAND,
        "files": [{"name": jobs.DESIGN, "label": told["save"], "content": text}],
    }


def planned(place: Place) -> tuple[Asked, tuple]:
    """Return what the link asks for, and what of it could not be taken as it stood."""
    asked, problems = read(place.values)
    return asked, tuple(problems)
