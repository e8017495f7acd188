"""The Vue components by their Python names. What is for people comes in as JSON, films as bytes."""

from collections.abc import Callable

import solara


@solara.component_vue("frame.vue", vuetify=False)
def Frame(said: str, lang: str) -> None:
    """The head of every page: its title, the pages, the languages; makes the document accessible."""


@solara.component_vue("controls.vue", vuetify=False)
def Controls(form: str, event_choose: Callable[[dict], None]) -> None:
    """Groups of sliders, numbers, selects and switches; `choose` gets all values by name when one was changed."""


@solara.component_vue("status.vue", vuetify=False)
def Status(said: str, event_stop: Callable[[object], None], event_again: Callable[[object], None]) -> None:
    """The answer in one sentence, and what the computer is doing."""


@solara.component_vue("film.vue", vuetify=False)
def FilmPlayer(film: bytes, stage: str) -> None:
    """The buttons of the player; tells the other widgets of the film and of the period by DOM events."""


@solara.component_vue("networks.vue", vuetify=False)
def Networks() -> None:
    """The networks of the film that `FilmPlayer` plays."""


@solara.component_vue("take.vue", vuetify=False)
def Take() -> None:
    """Buttons that save the networks as a picture or as a film."""


@solara.component_vue("biography.vue", vuetify=False)
def Biography() -> None:
    """Who somebody in the networks is, with whom it dealt, and why it went elsewhere."""


@solara.component_vue("figures.vue", vuetify=False)
def Figures(said: str, event_pick: Callable[[dict], None]) -> None:
    """Pictures drawn by ECharts, each with its table; `pick` gets the figure's name and the point clicked."""


@solara.component_vue("tables.vue", vuetify=False)
def Tables(said: str) -> None:
    """Tables with a caption, each to be saved as CSV."""


@solara.component_vue("files.vue", vuetify=False)
def Files(said: str) -> None:
    """Texts to take along as files, and a command to copy."""


@solara.component_vue("upload.vue", vuetify=False)
def Upload(said: str, event_file: Callable[[dict], None]) -> None:
    """A file chosen or dropped; `file` gets its name and its content in base64."""


@solara.component_vue("footer.vue", vuetify=False)
def Footer(said: str) -> None:
    """The foot of every page: what is shown as a report of one page, on paper, as a link."""
