"""The player: networks of any scenarios in step, biographies of who is in them, pictures and films to take along."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import solara

from dashboards.footage import MOST_ACTORS, actors_of, is_too_large
from dashboards.trajectory import Film, pack
from dashboards.widgets.vue import Biography, FilmPlayer, Networks, Take
from dashboards.words import Words, number, words
from sim.config import Market

STYLE = Path(__file__).parent / "assets" / "film.css"


class Clip(NamedTuple):
    """A film with its title, and a sentence about it that may be empty."""

    film: Film
    title: str
    says: str = ""


@solara.component
def Player(clips: Sequence[Clip], language: str) -> None:
    """Show films side by side, in step; the same `Film` objects are not sent again when only words change."""
    films = tuple(one.film for one in clips)
    film = solara.use_memo(lambda: pack(films), [films])
    scene = solara.use_memo(lambda: json.dumps(stage(clips, language)), [tuple(clips), language])
    solara.Style(STYLE)
    with solara.v.Html(tag="section", class_="vn-film"):
        solara.v.Html(tag="h2", children=[words(language)["film"]["heading"]])
        FilmPlayer(film=film, stage=scene)
        Networks()
        Take()
        Biography()


def stage(clips: Sequence[Clip], language: str) -> dict[str, object]:
    """Return what the player needs beside the films: the language, its words, names of strategies, the titles."""
    said, titles = words(language), [{"title": one.title, "says": one.says} for one in clips]
    return {"lang": language, "words": said["film"], "names": said["names"], "films": titles}


def refusal(market: Market, said: Words) -> str:
    """Say in a sentence that a market is too large for a film; "" if it is not."""
    if not is_too_large(market):
        return ""
    actors, periods, most = (number(n, 0, said) for n in (actors_of(market), market.periods, MOST_ACTORS))
    return str(said["film"]["too_large"].format(actors=actors, periods=periods, most=most))
