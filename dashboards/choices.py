"""What a visitor has chosen: the state of a page, which is what the link to it says."""

import math
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from dashboards.words import DEFAULT_LANGUAGE, languages

LONGEST_QUERY = 2000  # characters
MOST_KEYS = 40
LONGEST_SHOWN = 20  # characters of a wrong value


class Control(NamedTuple):
    """A number a visitor can set: its range, the step of its slider, and the digits it is kept with."""

    low: float
    high: float
    step: float
    digits: int


@dataclass(frozen=True)
class Choices:
    """A market, as far as the page lets one choose it, and the language of the page."""

    complexity: float = 0.5
    specificity: float = 2.0
    turnover: float = 0.02
    fee: float = 0.15
    customers: int = 200
    seed: int = 1
    lang: str = DEFAULT_LANGUAGE

    @property
    def market(self) -> "Choices":
        """The same market in the default language: what results depend on."""
        return replace(self, lang=DEFAULT_LANGUAGE)


CONTROLS = {
    "complexity": Control(0, 1, 0.05, 2),
    "specificity": Control(0, 8, 0.25, 2),
    "turnover": Control(0, 0.3, 0.005, 3),
    "fee": Control(0, 0.5, 0.01, 2),
    "customers": Control(20, 400, 20, 0),
    "seed": Control(0, 999_999, 1, 0),
}


class Notice(NamedTuple):
    """A part of the link that was not taken as it stood: what it was called, what it said, what is used."""

    name: str
    given: str
    used: float | str


def parse(query: str | None) -> tuple[Choices, list[Notice]]:
    """Read the query of a link ('lang=fi&complexity=0.3'); what is wrong is clamped or left out, and told."""
    try:
        pairs = dict(parse_qsl((query or "")[:LONGEST_QUERY], keep_blank_values=True, max_num_fields=MOST_KEYS))
    except ValueError:
        pairs = {}
    found: dict[str, float | str] = {name: getattr(Choices, name) for name in (*CONTROLS, "lang")}
    for name, text in pairs.items():
        if name in CONTROLS:
            found[name] = _number(CONTROLS[name], text, getattr(Choices, name))
        elif name == "lang" and text in languages():
            found[name] = text
    notices = [
        Notice(name, text[:LONGEST_SHOWN], found[name])
        for name, text in pairs.items()
        if name in found and not _same(text, found[name])
    ]
    return Choices(**found), notices  # type: ignore[arg-type]


def _number(control: Control, text: str, default: float) -> float:
    """Return the number a text gives, within the control's range and digits; the default where it gives none."""
    try:
        number = float(text)
    except ValueError:
        return default
    if math.isnan(number):
        return default
    number = min(max(number, control.low), control.high)
    return round(float(number), control.digits) if control.digits else round(number)


def _same(text: str, used: float | str) -> bool:
    try:
        return text == used or math.isclose(float(text), float(used), rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False


def link(choices: Choices) -> str:
    """Return the query that leads back to these choices, the language first."""
    chosen = asdict(choices)
    return "?" + urlencode({"lang": chosen.pop("lang")} | chosen)
