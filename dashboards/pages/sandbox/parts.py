"""The widgets that only this page has."""

from collections.abc import Callable

import solara


@solara.component_vue("changes.vue", vuetify=False)
def Changes(said: str, event_drop: Callable[[str], None], event_press: Callable[[str], None]) -> None:
    """What is changed, each with a button that takes it back, and buttons for what it is held against."""


@solara.component_vue("shocks.vue", vuetify=False)
def Shocks(
    said: str,
    event_add: Callable[[dict], None],
    event_change: Callable[[dict], None],
    event_remove: Callable[[str], None],
) -> None:
    """Buttons that make something happen in the period of the player, and what is going to happen."""


@solara.component_vue("own.vue", vuetify=False)
def Own(said: str, event_remove: Callable[[None], None]) -> None:
    """Which file of the visitor's is in use, with a button that removes it; nothing where there is none."""
