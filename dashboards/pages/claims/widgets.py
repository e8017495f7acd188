"""The parts of the page that no other page has, by their Python names."""

from collections.abc import Callable

import solara


@solara.component_vue("cards.vue", vuetify=False)
def Cards(said: str, event_open: Callable[[str], None], event_all: Callable[[object], None]) -> None:
    """Claims as cards; `open` gets the link of one, `all` asks for all of them to be tried."""


@solara.component_vue("question.vue", vuetify=False)
def Question(
    said: str, event_open: Callable[[str], None], event_guess: Callable[[str], None], event_run: Callable[[str], None]
) -> None:
    """The claim that is open: its sentence, the prediction, the run; `run` gets a number of replications, or ''."""


@solara.component_vue("outcome.vue", vuetify=False)
def Outcome(said: str) -> None:
    """The verdict, against the prediction, with its effect and the model's reason."""


@solara.component_vue("ways.vue", vuetify=False)
def Ways(said: str, event_open: Callable[[str], None]) -> None:
    """Links to other pages; `open` gets the one chosen."""
