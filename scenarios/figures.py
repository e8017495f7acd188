"""Pictures for reports: Matplotlib drawings as inline SVG, the same bytes for the same numbers."""

import re
import unicodedata
import warnings
from collections.abc import Sequence
from html import escape

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from scenarios.outcome import Outcome
from scenarios.reasons import ROLES, Reasons
from scenarios.statistics import estimate, intervals
from scenarios.strategy_map import StrategyMap
from sim.network import FIRM
from sim.state import NOBODY, World

# Okabe & Ito 2008: told apart by colour-blind readers; dashes, markers and hatches tell them apart without colour.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
ROLE_LOOKS = {"customers": ("#56B4E9", ""), "providers": ("#F0E442", "///"), "platform": ("#CC79A7", "...")}
STYLE = {"svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10.0, "axes.spines.top": False,
         "axes.spines.right": False, "hatch.linewidth": 0.6, "legend.frameon": False}
METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
WIDTH = 7.2          # inches
MOST_DRAWN = 250     # customers in a picture of a network
LONGEST_LABEL = 34   # characters
COMMON = 0.02        # share of the axis left free at each end


def look(s: int) -> dict:
    """Return how the line of scenario `s` looks."""
    return {"color": COLOURS[s % len(COLOURS)], "linestyle": DASHES[s % len(DASHES)]}


def label(text: str) -> str:
    """Return a user's text as a label: printable, short, and never read as a formula."""
    clean = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
    short = clean if len(clean) <= LONGEST_LABEL else clean[:LONGEST_LABEL - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return short.replace("$", r"\$")


def inline_svg(figure: Figure, name: str, alt: str) -> str:
    """Return a figure as an SVG element that can stand in a page beside others.

    Parameters
    ----------
    figure : Figure
    name : str
        Tells the ids of this drawing from those of the others on the page.
    alt : str
        What the picture shows, for those who cannot see it.
    """
    canvas, parts = FigureCanvasSVG(figure), _Text()
    with matplotlib.rc_context({"svg.hashsalt": name, **STYLE}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")   # the reader's fonts have it, ours need not
        canvas.print_svg(parts, metadata=METADATA)
    svg = "".join(parts.written)
    svg = re.sub(r'(<g|<path|<defs) id="[a-zA-Z0-9]*_\d+"', r"\1", svg[svg.index("<svg"):])
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
