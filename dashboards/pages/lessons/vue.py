"""The page's own Vue components by their Python names."""

from collections.abc import Callable

import solara


@solara.component_vue("predict.vue", vuetify=False)
def Predict(said: str, event_predict: Callable[[str], None]) -> None:
    """The form of a prediction; `predict` gets it as a link says it."""


@solara.component_vue("notebook.vue", vuetify=False)
def Notebook(said: str) -> None:
    """Questions with room to write; what is written stays in the browser."""


@solara.component_vue("ways.vue", vuetify=False)
def Ways(said: str) -> None:
    """Links to other steps and views of the page."""
