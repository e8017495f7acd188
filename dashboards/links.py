"""The state of a page is the link to it: which fields it has, how they are read, and what was wrong with them."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import solara

from dashboards.words import DEFAULT_LANGUAGE, Words, languages, shortest, words

LONGEST_QUERY = 8000  # characters
MOST_KEYS = 200
LONGEST_SHOWN = 20  # characters of a wrong value
PATHS = {
    "compare": "/",
    "sandbox": "/sandbox",
    "map": "/map",
    "claims": "/claims",
    "lessons": "/lessons",
    "strategy": "/strategy",
    "research": "/research",
}


class Number(NamedTuple):
    """A number a visitor can set: its range, the step of its slider, and the digits it is kept with (0: whole)."""

    default: float
    low: float
    high: float
    step: float
    digits: int

    def read(self, text: str) -> float:
        """Return the number a text gives, within range and digits; the default where it gives none."""
        try:
            given = float(text)
        except ValueError:
            return self.default
        if math.isnan(given):
            return self.default
        given = min(max(given, self.low), self.high)
        return round(float(given), self.digits) if self.digits else round(given)


class Choice(NamedTuple):
    """One of several names."""

    default: str
    options: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return the name, if it is one of the options; else the default."""
        return text if text in self.options else self.default


class Word(NamedTuple):
    """A short text of a known form, such as the hash of a file."""

    default: str
    pattern: str

    def read(self, text: str) -> str:
        """Return the text if all of it has the form; else the default."""
        return text if re.fullmatch(self.pattern, text) else self.default


Field = Number | Choice | Word
SEED = Number(1, 0, 999_999, 1, 0)  # the first draw, on every page that has one
Fields = Mapping[str, Field]
Values = dict[str, Any]


class Notice(NamedTuple):
    """A part of a link that was not taken as it stood: what it is called, what it said, what is used."""

    name: str
    given: str
    used: float | str


def read(query: str | None, fields: Fields) -> tuple[Values, list[Notice]]:
    """Read the fields of a page in the query of a link ('lang=fi&complexity=0.3').

    What is out of range is clamped, what is no value is left at its default; both are told. Other keys are ignored.
    """
    given = pairs(query)
    texts = {name: text for name, text in given.items() if name in fields}
    values = {name: fields[name].read(texts[name]) if name in texts else fields[name].default for name in fields}
    notices = [
        Notice(name, text[:LONGEST_SHOWN], values[name])
        for name, text in texts.items()
        if not _same(text, values[name])
    ]
    return values, notices


def pairs(query: str | None) -> dict[str, str]:
    """Return what a query says by key, the last where one is given twice; nothing where it is no query."""
    try:
        return dict(parse_qsl((query or "")[:LONGEST_QUERY], keep_blank_values=True, max_num_fields=MOST_KEYS))
    except ValueError:
        return {}


def _same(text: str, used: float | str) -> bool:
    try:
        return text == used or math.isclose(float(text), float(used), rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False


def language_of(query: str | None) -> tuple[str, list[Notice]]:
    """Return the language a link asks for, and a notice if there is no such language."""
    asked = pairs(query).get("lang", DEFAULT_LANGUAGE)
    if asked in languages():
        return asked, []
    return DEFAULT_LANGUAGE, [Notice("lang", asked[:LONGEST_SHOWN], DEFAULT_LANGUAGE)]


def write(values: Mapping[str, Any], fields: Fields, lang: str) -> str:
    """Return the query that leads back to these values: the language, then all that is not the default."""
    changed = {name: value for name, value in values.items() if name in fields and value != fields[name].default}
    return "?" + urlencode({"lang": lang} | changed)


def told(notice: Notice, field: Field | None, label: str, said: Words) -> str:
    """Say in one sentence what was not taken as it stood, and what is used in its place."""
    notices = said["common"]["notices"]
    if field is None:
        return str(notices["language"].format(given=notice.given))
    if isinstance(field, Number):
        numbers = {"used": float(notice.used), "low": field.low, "high": field.high}
        written = {name: shortest(value, field.digits, said) for name, value in numbers.items()}
        return str(notices["range"].format(label=label, given=notice.given, **written))
    return str(notices["choice"].format(label=label, given=notice.given))


@dataclass(frozen=True)
class Place:
    """Where a visitor is: a page in a language, with the values its link gives.

    Attributes
    ----------
    page, lang : str
    said : dict
        All words of the language.
    values : dict
        By field; always within range.
    notices : tuple of str
        One sentence for each part of the link that was not taken as it stood.
    fields : Fields
    push : callable
        Goes to a path with a query.
    """

    page: str
    lang: str
    said: Words
    values: Values
    notices: tuple[str, ...]
    fields: Fields
    push: Callable[[str], None]

    def go(self, **changes: Any) -> None:
        """Go to the same page with other values."""
        self.push(PATHS[self.page] + write(self.values | changes, self.fields, self.lang))

    def href(self, page: str, **values: Any) -> str:
        """Return the link to a page in the same language; `values` by its fields' names."""
        return PATHS[page] + "?" + urlencode({"lang": self.lang} | values)


def use_place(page: str, fields: Fields, label: Callable[[str, Words], str]) -> Place:
    """Return where the visitor is, of the fields of this page; a hook. `label(name, said)` names a field."""
    router = solara.use_router()
    lang, wrong = language_of(router.search)
    values, notices = read(router.search, fields)
    said = words(lang)
    sentences = [told(one, None, "", said) for one in wrong]
    sentences += [told(one, fields[one.name], label(one.name, said), said) for one in notices]
    return Place(page, lang, said, values, tuple(sentences), fields, router.push)
