"""The words of the pages: a folder per language in text/, a file per page in it, the same keys in all."""

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
    others = sorted(path.name for path in TEXT.iterdir() if path.is_dir() and path.name != DEFAULT_LANGUAGE)
    return (DEFAULT_LANGUAGE, *others)


@cache
def words(language: str) -> Words:
    """Return the words of a language: for each file the tables of texts in it."""
    files = sorted((TEXT / language).glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in files}


def number(value: float | None, digits: int, said: Words) -> str:
    """Write a number as the language does; a dash where there was nothing to measure."""
    if value is None or value != value:
        return "–"
    text = f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0: no minus before a zero
    common = said["common"]
    return text.translate({ord("-"): "−", ord(","): common["thousands"], ord("."): common["decimal"]})


def shortest(value: float, most: int, said: Words) -> str:
    """Write a number with as many digits as it has, and no more than `most`."""
    digits = next(digits for digits in range(most + 1) if digits == most or round(value, digits) == round(value, most))
    return number(value, digits, said)


def signed(value: float | None, digits: int, said: Words) -> str:
    """Write a difference: with a sign, if it is not zero as written."""
    text = number(value, digits, said)
    return f"+{text}" if value is not None and round(value, digits) > 0 else text


def percent(share: float | None, digits: int, said: Words) -> str:
    """Write a share in per cent."""
    if share is None or share != share:
        return "–"
    return f"{number(100 * share, digits, said)}{said['common']['percent']}"
