"""Pieces of text as elements: paragraphs, lists, and the blocks of notes and handouts."""

from collections.abc import Callable, Iterable

import solara

from dashboards.pages.lessons.notes import Block


def element(tag: str, children: list, look: str = "", **attributes: str) -> solara.Element:
    """Return an element of HTML; texts among the children are shown as they are."""
    return solara.v.Html(tag=tag, class_=look, children=children, attributes=attributes)


def inline(text: str) -> list:
    """Return a text with what stands between backticks as code."""
    return [element("code", [part]) if k % 2 else part for k, part in enumerate(text.split("`"))]


def paragraphs(texts: Iterable[str], look: str = "") -> None:
    """Show texts, each as a paragraph."""
    for text in texts:
        element("p", [text], look)


def bullets(texts: Iterable[str]) -> solara.Element:
    """Show texts as a list."""
    return element("ul", [element("li", inline(text)) for text in texts])


@solara.component
def Blocks(blocks: list[Block], look: str, picture: Callable[[Block], solara.Element]) -> None:
    """Show notes or a handout; `picture` shows the picture of a round.

    An element keeps its tag for as long as it lives: each has a key with its kind, so that none becomes another.
    """
    with solara.v.Html(tag="article", class_=look):
        for k, block in enumerate(blocks):
            shown = picture(block) if block.kind == "picture" else _shown(block)
            shown.key(f"{k} {block.kind}")


def _shown(block: Block) -> solara.Element:
    if block.kind == "list":
        return bullets(row[0] for row in block.rows)
    if block.kind == "table":
        return _table(block)
    if block.kind == "board":
        return element("pre", [block.text], "vn-board", tabindex="0")
    if block.kind == "lines":
        lines = [element("div", [], "vn-line") for _ in block.rows]
        return element("div", [element("h3", [block.text]), *lines])
    return element({"h1": "h2"}.get(block.kind, block.kind), inline(block.text))  # the page has a first heading already


def _table(block: Block) -> solara.Element:
    head, *rows = block.rows
    top = element("thead", [element("tr", [element("th", [text], scope="col") for text in head])])
    body = [
        element("tr", [element("th", [row[0]], scope="row"), *(element("td", [text]) for text in row[1:])])
        for row in rows
    ]
    caption = [element("caption", [block.text])] if block.text else []
    table = element("table", [*caption, top, element("tbody", body)])
    label = {"aria-label": block.text or head[0]}
    return element("div", [table], "vn-wide vn-words", tabindex="0", role="group", **label)
