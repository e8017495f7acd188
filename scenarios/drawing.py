"""Drawing for reports: Matplotlib pictures as inline SVG, the same bytes for the same numbers."""

import io
import re
import textwrap
import unicodedata
import warnings
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

# Okabe & Ito 2008: colours that colour-blind readers tell apart; dashes and hatches tell them apart without colour.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 1)))
STYLE: Any = {
    "svg.fonttype": "none",
    "font.sans-serif": ["DejaVu Sans", "Arial"],
    "font.size": 9.0,
    "hatch.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
WIDTH = 7.2  # inches
LONGEST_LABEL = 60  # characters


def colour(s: int) -> str:
    """Return the colour of scenario `s`; they repeat after seven."""
    return COLOURS[s % len(COLOURS)]


def dash(s: int) -> Any:
    """Return the line style of scenario `s`."""
    return DASHES[s % len(DASHES)]


def svg(name: str, alt: str, height: float, draw: Callable[[Figure], None]) -> str:
    """Return what `draw` draws as an SVG element that can stand in a page beside others.

    Parameters
    ----------
    name : str
        Tells the ids of this drawing from those of the others on the page.
    alt : str
        What the picture shows, for those who cannot see it.
    height : float
        Inches.
    """
    file = io.StringIO()
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the reader's fonts may have what ours lack
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure)
        figure.savefig(file, format="svg", metadata=METADATA)
    text = file.getvalue()
    text = re.sub(r'<g id="[\w.]+_\d+"', "<g", text[text.index("<svg") :])  # these repeat from drawing to drawing
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(printable(alt))}" ', 1)


def printable(text: str) -> str:
    """Return text with blanks for control characters, which no drawing may hold."""
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)


def label(text: str, width: int = LONGEST_LABEL) -> str:
    """Return a user's text as a label: printable, wrapped, not too long, and never read as a formula."""
    clean = printable(text)
    short = clean if len(clean) <= LONGEST_LABEL else clean[: LONGEST_LABEL - 3] + "..."
    shown = f" {short}" if short.startswith("_") else short  # a legend would leave it out
    return textwrap.fill(shown, width, drop_whitespace=False).replace("$", r"\$")


def tint(full: str, share: float) -> tuple[float, float, float]:
    """Mix a colour with white; `share` 1 leaves it as it is."""
    red, green, blue = (1 - share * (1 - channel) for channel in to_rgb(full))
    return red, green, blue
