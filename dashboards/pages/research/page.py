"""The page: an experiment's results where the link has one, and the design of the next."""

from pathlib import Path

import pandas  # noqa: F401  # pyarrow would load it in a background task, and pages drawn meanwhile find half of it
import solara

from dashboards.links import use_place
from dashboards.pages.research.following import Following
from dashboards.pages.research.form import FIELDS
from dashboards.pages.research.planning import Planning, planned
from dashboards.pages.research.showing import Showing
from dashboards.words import Words

STYLE = Path(__file__).parents[2] / "assets" / "research.css"


def label(name: str, said: Words) -> str:
    """Return what a field of the link is called."""
    return str(said["research"]["fields"][name])


@solara.component
def Page() -> None:
    """Show the experiment of the link, if it has one, and the design it was made from or the next is made of."""
    place = use_place("research", FIELDS, label)
    token = str(place.values["job"])
    seen, set_seen = solara.use_state(("", None))
    solara.Style(STYLE)
    if token:
        Following(token, place.said, lambda now: set_seen((token, now))).key(token)
        now = seen[1] if seen[0] == token else None
        if now is not None and now.done and not now.busy:
            Showing(token, now, place).key(f"{token} {now.state} {now.done}")
    asked, problems = planned(place)
    Planning(place, asked, problems, lambda key: place.go(job=key))
