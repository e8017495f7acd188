"""The entrance to the class: a page is shown where there is a place for it, and a sentence where there is none."""

import asyncio

import solara
from solara.lab import use_task

from dashboards import places
from dashboards.limits import PAGES, refusal
from dashboards.words import Words

PATIENCE = 3.0  # seconds between looks for a free place


@solara.component
def Entrance(said: Words, children: list[solara.Element]) -> None:
    """Show the page, or, in the words of `said`, that the class is full until somebody leaves."""
    page, visitor = solara.get_kernel_id(), solara.get_session_id()
    first = solara.use_memo(lambda: places.take(page, visitor), [])
    answer, set_answer = solara.use_state(first)

    async def wait() -> None:
        found = first
        while found.limit:
            await asyncio.sleep(PATIENCE)
            found = places.take(page, visitor)
            set_answer(found)

    use_task(wait, dependencies=[])
    solara.v.Html(tag="div", children=children) if not answer.limit else Full(answer.limit, said)


@solara.component
def Full(limit: str, said: Words) -> None:
    """Say which limit is in the way; the page behind it opens by itself."""
    most = places.most() if limit == "students" else PAGES
    with solara.v.Html(tag="section", class_="vn-full", attributes={"role": "status"}):
        solara.v.Html(tag="h2", children=[said["serving"]["full"]["title"]])
        solara.v.Html(tag="p", children=[refusal(limit, most, said)])
