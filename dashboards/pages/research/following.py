"""The part of the page about an experiment at work: how far it is, stop and go on."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import solara

from dashboards.pages.research import jobs
from dashboards.pages.research.jobs import Look
from dashboards.pages.research.planning import duration
from dashboards.widgets.vue import Status
from dashboards.words import Words, number
from dashboards.working import Tick, use_work

MOMENT = 0.25  # seconds between two looks whether anybody still wants to know
LOOKS = 4  # of them make one look at the folder
DO = {"stop": jobs.stop, "resume": jobs.go_on}


@solara.component
def Following(token: str, said: Words, seen: Callable[[Look], None]) -> None:
    """Show how far an experiment is; `seen` is told whenever that changes."""
    wish, set_wish = solara.use_state((0, ""))

    def follow(tick: Tick) -> Iterator[Look]:
        if wish[1] in DO:
            DO[wish[1]](token)
        yield from looks(token, tick)

    work = use_work((token, wish), follow)
    now = work.latest
    solara.use_effect(lambda: seen(now) if now is not None else None, [now])
    solara.v.Html(tag="h2", children=[said["research"]["job"]["heading"]])
    Status(
        said=json.dumps(status(now, said)),
        event_stop=lambda _: set_wish((wish[0] + 1, "stop")),
        event_again=lambda _: set_wish((wish[0] + 1, "resume")),
    )
    if now is not None and now.state != "gone":
        solara.v.Html(tag="p", class_="vn-small", children=[said["research"]["job"]["link"]])


def looks(token: str, tick: Tick) -> Iterator[Look]:
    """Yield how far an experiment is whenever that has changed, until nothing is to come of itself."""
    before = None
    while True:
        now = jobs.look(token)
        if now != before:
            yield now
        if not now.busy:
            return
        before = now
        for _ in range(LOOKS):
            tick(now.done, now.runs)
            time.sleep(MOMENT)


def status(now: Look | None, said: Words) -> dict[str, Any]:
    """Return the words of the progress, for the widget that has a button to stop and one to go on."""
    told = said["research"]["job"]
    buttons = {"stop": told["stop"], "again": told["resume"], "old": False}
    if now is None:
        return buttons | {"answer": "", "computing": False, "idle": False, "done": 0, "of": 0, "doing": ""}
    left = told["left"].format(amount=duration(now.left[0], said)) if now.left else ""
    return buttons | {
        "answer": sentence(now, said),
        "computing": now.busy and now.state != "stopping",
        "idle": now.state in ("stopped", "refused"),
        "done": now.done,
        "of": now.runs,
        "doing": left,
    }


def sentence(now: Look, said: Words) -> str:
    """Say how far an experiment is."""
    told = said["research"]["job"]
    numbers = {name: number(getattr(now, name), 0, said) for name in ("done", "runs", "ahead")}
    if now.state == "refused":
        return f"{told['refused']} {now.said}" if now.said else str(told["stopped_waiting"])
    text = told[now.state].format(days=jobs.DAYS_KEPT, **numbers)
    return f"{text} {now.said}" if now.said else str(text)
