"""The dashboard, as `valuenet app` serves it: its pages, and the frame around each."""

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlencode

import solara

from dashboards.entrance import Entrance
from dashboards.links import PATHS, language_of, pairs
from dashboards.pages.claims.page import Page as Claims
from dashboards.pages.compare.page import Page as Compare
from dashboards.pages.lessons.page import Page as Lessons
from dashboards.pages.map.page import Page as Map
from dashboards.pages.research.page import Page as Research
from dashboards.pages.sandbox.page import Page as Sandbox
from dashboards.pages.strategy.page import Page as Strategy
from dashboards.widgets.vue import Footer, Frame
from dashboards.words import languages, words
from sim.version import MODEL_VERSION

STYLE = Path(__file__).parent / "assets" / "style.css"
PAGES = {
    "compare": Compare,
    "sandbox": Sandbox,
    "map": Map,
    "claims": Claims,
    "lessons": Lessons,
    "strategy": Strategy,
    "research": Research,
}


@solara.component
def Layout(children: list[solara.Element]) -> None:
    """Put the head of the page, with its title, the pages and the languages, around a page."""
    router = solara.use_router()
    page = next((page for page, path in PATHS.items() if path == router.path), "compare")
    lang, _ = language_of(router.search)
    solara.Style(STYLE)
    with solara.v.Html(tag="div", class_="vn"):
        Frame(said=json.dumps(frame(page, lang, router.search)), lang=lang)
        with solara.v.Html(tag="main", class_="vn-page", attributes={"id": "vn-main", "tabindex": "-1"}):
            Entrance(words(lang), children)
        Footer(said=json.dumps(foot(lang)))


def frame(page: str, lang: str, query: str | None) -> dict[str, object]:
    """Return the words of the head, a link to every page, and one to this page in every language."""
    said, here = words(lang), pairs(query)
    pages = [
        {"name": said["common"]["pages"][one], "href": f"{PATHS[one]}?{urlencode({'lang': lang})}", "here": one == page}
        for one in PAGES
    ]
    others = [
        {
            "lang": code,
            "name": words(code)["common"]["name"],
            "href": f"{PATHS[page]}?{urlencode(here | {'lang': code})}",
        }
        for code in languages()
    ]
    return {**said["common"]["frame"], **said[page]["page"], "links": pages, "others": others}


def foot(lang: str) -> dict[str, str]:
    """Return the words of the foot, with the versions a result depends on."""
    told = words(lang)["common"]["foot"]
    return told | {"version": told["version"].format(version=version("valuenet"), model=MODEL_VERSION)}


def titled(page: str, component: Callable[[], solara.Element]) -> Callable[[], solara.Element]:
    """Return the page with its title, in the language of the link."""

    @solara.component
    def Titled() -> None:
        lang, _ = language_of(solara.use_router().search)
        solara.Title(words(lang)[page]["page"]["title"])
        component()

    return Titled  # type: ignore[no-any-return]


routes = [
    solara.Route(
        path=PATHS[page].strip("/") or "/",
        component=titled(page, component),
        layout=Layout if page == "compare" else None,
    )
    for page, component in PAGES.items()
]
