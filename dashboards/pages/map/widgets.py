"""The picture of a map, by its Python name."""

from collections.abc import Callable

import solara


@solara.component_vue("grid.vue", vuetify=False)
def Grid(said: str, event_open: Callable[[str], None]) -> None:
    """A map of cells to walk through, each a link; `open` gets the link of the cell chosen."""
