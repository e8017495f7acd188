"""Which scenarios there are, and how their files are read. Light: neither numbers nor rules are loaded."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

HERE = Path(__file__).parent
LIBRARY, STRATEGIES, CLAIMS, REPLICATIONS = (
    HERE / name for name in ("library", "strategies", "claims", "replications")
)
LARGEST_FILE = 1_000_000  # bytes
DEEPEST = 20  # tables within tables
LONGEST_SHOWN = 60  # characters of a wrong value or name
MOST_LISTED = 5  # names of the user's in one message
Language = Literal["en", "fi", "sv"]
# English stands above the first table of a scenario's file, each other language in a table of its own.
LANGUAGES: tuple[str, ...] = get_args(Language)
REPLICATION = "replication"  # the table of a replication's file that is no part of its market
TEXTS = ("title", "description", "question", "look_at", "source")
REQUIRED = TEXTS[:2]
HEAD = (*TEXTS, *LANGUAGES[1:], "network", "regime")  # what a scenario file has besides its market
LONGEST_WORD = 80  # characters compared when a nearest name is looked for

# A key of more dotted parts than tables may nest: found before parsing, which is slow for such keys.
_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_TOO_DOTTED = re.compile(rf"(?:^|[{{,\[])[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{DEEPEST}}}", re.MULTILINE)

# What tomllib says when a key or a table is given twice.
_TWICE = re.compile(r"Cannot (overwrite a value|declare \(.*\) twice|mutate immutable namespace \(.*\))", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # what no page or terminal can show


class ScenarioError(ValueError):
    """What is wrong with a scenario, in one sentence for its author."""


class Place(NamedTuple):
    """Where a scenario is: its file, what it is called, which regime is asked for, how messages name the file."""

    path: Path
    name: str
    regime: str
    label: str


def did_you_mean(word: str, choices: Iterable[str], otherwise: str = "") -> str:
    """Return '; did you mean X?' for the nearest choice, or `otherwise` when none is near."""
    near = nearest(word, choices)
    return f"; did you mean {near}?" if near else otherwise


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return the choice most like `word`, '' when none is near."""
    return next(iter(difflib.get_close_matches(word[:LONGEST_WORD], list(choices), 1)), "")


def refuse_unprintable(name: str, what: str) -> None:
    """Raise ScenarioError if the name of a file or folder could not be written into a page, or moves a cursor."""
    if _CONTROL.search(name):
        raise ScenarioError(f"{what}{short(name)}: the name has characters that cannot be printed; rename it")


def short(text: str) -> str:
    """Return a text of the user's for a message: shortened, with nothing in it that a terminal would obey."""
    text = "".join(c if c.isprintable() else "?" for c in text[: LONGEST_SHOWN + 1])
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def listed(words: Iterable[str]) -> str:
    """Return words for a message: the first few where there are many."""
    shown = [short(word) for word in words]
    return ", ".join(shown if len(shown) <= MOST_LISTED else [*shown[:MOST_LISTED], "..."])


def names(folder: Path = LIBRARY) -> list[str]:
    """Return the names of the shipped scenarios (or strategies) in alphabetical order."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def find(name: str | Path) -> Place:
    """Find a scenario: a name of the library or of a replication, a path to a .toml file, each with ':regime' after it.

    Raises
    ------
    ScenarioError
        If there is none; the nearest name of the library is suggested.
    """
    text = str(name)
    before, _, after = text.rpartition(":")
    for whole, regime in ((text, ""), (before, after)):
        for folder in (LIBRARY, REPLICATIONS):
            if whole in names(folder):
                return Place(folder / f"{whole}.toml", text, regime, f"{whole}.toml")
        if _is_toml(whole):
            refuse_unprintable(whole, "")
            path = Path(whole)
            return Place(path, f"{path.stem}:{regime}" if regime else path.stem, regime, whole)
    raise ScenarioError(_missing(text))


def _is_toml(text: str) -> bool:
    return text.endswith(".toml") and os.path.isfile(text)  # False too for what cannot be a path


def _missing(text: str) -> str:
    stem = text.replace("\\", "/").split("/")[-1].split(":")[0]
    hint = did_you_mean(stem.removesuffix(".toml"), names(), "; `valuenet list` shows those there are")
    what = "there is no such file" if ".toml" in text else "there is no such scenario"
    return f"{short(text)}: {what}{hint}"


def read_toml(path: Path, label: str) -> dict[str, Any]:
    """Read a TOML file of at most 1 MB, UTF-8, with tables nested at most 20 deep.

    Raises
    ------
    ScenarioError
        One sentence that starts with `label` and says what is wrong, with the line where TOML tells it.
    """
    text = _text_of(path, label)
    too_deep = ScenarioError(f"{label}: tables are nested more than {DEEPEST} deep")
    if _TOO_DOTTED.search(text):
        raise too_deep
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = _TWICE.sub("The same key is given twice", str(error))
        raise ScenarioError(f"{label} is not valid TOML: {reason}") from None
    except RecursionError:
        raise too_deep from None
    except ValueError:
        raise ScenarioError(f"{label}: a number has too many digits") from None
    if any(depth > DEEPEST for depth in _depths(data)):
        raise too_deep
    return data


def _text_of(path: Path, label: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ScenarioError(f"{label}: the file cannot be read ({error.strerror})") from None
    if len(raw) > LARGEST_FILE:
        raise ScenarioError(f"{label}: the file is larger than 1 MB, the most a scenario may have")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError(f"{label}: line {line} is not UTF-8 text; save the file as UTF-8") from None


def _depths(data: object) -> Iterator[int]:
    """Yield the depth of every table and array, without recursion."""
    open_ends: list[tuple[object, int]] = [(data, 0)]
    while open_ends:
        value, depth = open_ends.pop()
        if isinstance(value, dict | list):
            yield depth
            inside = value.values() if isinstance(value, dict) else value
            open_ends += [(v, depth + 1) for v in inside if isinstance(v, dict | list)]


def library(language: str = "en") -> list[tuple[str, str, str]]:
    """Return (name, title, description) of every shipped scenario, in alphabetical order; texts in a language."""
    files = [(name, read_toml(LIBRARY / f"{name}.toml", f"{name}.toml")) for name in names()]
    told = [(name, texts_in(data, language)) for name, data in files]
    return [(name, str(texts.get("title", "")), str(texts.get("description", ""))) for name, texts in told]


def claim_ids() -> list[str]:
    """Return the ids of the shipped claims, in order."""
    return sorted(path.stem for path in CLAIMS.glob("C[0-9][0-9].toml"))


def claims_library(language: str = "en") -> list[tuple[str, str, str]]:
    """Return (id, source letters, claim) of every shipped claim, in order; the claim in a language."""
    files = [(name, read_toml(CLAIMS / f"{name}.toml", f"{name}.toml")) for name in claim_ids()]
    return [(name, ", ".join(data["source"]), str(data["text"][language]["claim"])) for name, data in files]


def replications_library() -> list[tuple[str, str, str, str]]:
    """Return (id, name, title, paper) of every published result that is tried, by id."""
    files = [(name, read_toml(REPLICATIONS / f"{name}.toml", f"{name}.toml")) for name in names(REPLICATIONS)]
    return sorted((d[REPLICATION]["id"], name, str(d["title"]), str(d[REPLICATION]["paper"])) for name, d in files)


def texts_in(data: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the texts of a scenario file in a language, in English where it lacks one."""
    english = {key: data[key] for key in TEXTS if key in data}
    return english | data.get(language, {}) if language in LANGUAGES[1:] else english


def regimes_of(name: str | Path) -> list[str]:
    """Return the full names of a scenario's regimes ('bitcoin-otc:platform'); of one without any, its own."""
    place = find(name)
    table = read_toml(place.path, place.label).get("regime")
    if place.regime or not isinstance(table, dict) or not table:
        return [str(name)]
    return [f"{name}:{regime}" for regime in table]


def parse_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Turn 'exchange.complexity=0.3' and the like into {key: value}; a value that is not TOML is a text."""
    settings = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise ScenarioError(f"setting: {short(repr(text))} is not NAME=VALUE, such as exchange.complexity=0.3")
        settings[key.strip()] = _value(value.strip())
    return settings


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except (ValueError, RecursionError):
        return text
