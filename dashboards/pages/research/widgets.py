"""The Vue components of the page by their Python names. What is for people comes in as JSON."""

from collections.abc import Callable

import solara


@solara.component_vue("design.vue", vuetify=False)
def DesignForm(form: str, event_choose: Callable[[dict], None]) -> None:
    """The form of a design; `choose` gets the fields of the link when one was changed."""


@solara.component_vue("before.vue", vuetify=False)
def Before(said: str, event_start: Callable[[object], None]) -> None:
    """What an experiment will take, and the button that runs it."""


@solara.component_vue("download.vue", vuetify=False)
def Download(said: str, content: bytes, event_ask: Callable[[str], None]) -> None:
    """Files that are made when they are asked for; `ask` gets which."""
