"""The Vue components by their Python names. What is for people comes in as JSON, films as bytes."""

from collections.abc import Callable

import solara


@solara.component_vue("frame.vue", vuetify=False)
def Frame(said: str, lang: str) -> None:
    """The head of every page: its title and the switch of languages; makes the document accessible."""


@solara.component_vue("controls.vue", vuetify=False)
def Controls(form: str, event_choose: Callable[[dict], None]) -> None:
    """Sliders and number fields; `choose` gets the name and value of each when one was changed."""


@solara.component_vue("status.vue", vuetify=False)
def Status(said: str, event_stop: Callable[[object], None], event_again: Callable[[object], None]) -> None:
    """The answer in one sentence, and what the computer is doing."""


@solara.component_vue("film.vue", vuetify=False)
def FilmPlayer(film: bytes, stage: str) -> None:
    """Networks in step, played in the browser; tells the charts of the period by a DOM event."""


@solara.component_vue("charts.vue", vuetify=False)
def Charts(series: str) -> None:
    """Series under the networks on one time axis, with the period of the player."""


@solara.component_vue("answers.vue", vuetify=False)
def Answers(said: str) -> None:
    """The table with intervals and the files to take along."""
