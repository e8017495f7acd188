"""The dashboard, as `valuenet app` serves it: its pages, and the frame around each.

`python -m solara run dashboards/app.py --production --no-open --no-check-version` does the same by hand.
"""

import json
from dataclasses import replace
from pathlib import Path

import solara

from dashboards.choices import Choices, link, parse
from dashboards.pages import compare
from dashboards.widgets.vue import Frame
from dashboards.words import languages, words

STYLE = Path(__file__).parent / "assets" / "style.css"


@solara.component
def Layout(children: list[solara.Element]) -> None:
    """Put the head of the page, with its title and languages, around a page."""
    choices, _ = parse(solara.use_router().search)
    solara.Style(STYLE)
    with solara.v.Html(tag="div", class_="vn"):
        Frame(said=json.dumps(frame(choices)), lang=choices.lang)
        solara.v.Html(tag="div", children=children)


def frame(choices: Choices) -> dict[str, object]:
    """Return the words of the head, and a link to the same page in every language."""
    links = [
        {"lang": code, "name": words(code)["name"], "href": link(replace(choices, lang=code))} for code in languages()
    ]
    return {**words(choices.lang)["page"], "links": links}


routes = [solara.Route(path="/", component=compare.Page, layout=Layout, label="valuenet")]
