"""The words of the page: one file per language in text/, all with the same keys."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

TEXT = Path(__file__).parent / "text"
DEFAULT_LANGUAGE = "en"

Words = dict[str, Any]


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages there are, the default first."""
    others = sorted(path.stem for path in TEXT.glob("*.toml") if path.stem != DEFAULT_LANGUAGE)
    return (DEFAULT_LANGUAGE, *others)


@cache
def words(language: str) -> Words:
    """Return the words of a language, as tables of texts."""
    return tomllib.loads((TEXT / f"{language}.toml").read_text(encoding="utf-8"))


def number(value: float | None, digits: int, said: Words) -> str:
    """Write a number as the language does; a dash where there was nothing to measure."""
    if value is None or value != value:
        return "–"
    text = f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no minus before a zero
    return text.replace("-", "−").replace(".", said["decimal"])


def signed(value: float | None, digits: int, said: Words) -> str:
    """Write a difference: with a sign, if it is not zero as written."""
    text = number(value, digits, said)
    return f"+{text}" if value is not None and round(value, digits) > 0 else text
