"""The words in which claims are told: variants, contrasts, measures and numbers, in a language (`claims/words.toml`).

Light. Names of measures and quantities are the model's in every language: what a command takes and a file holds.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from scenarios.catalogue import CLAIMS, read_toml
from scenarios.claim_checks import Aim, Label, Measured
from scenarios.claims import Claim
from scenarios.formats import interval, number
from scenarios.statistics import Estimate

MOST_DIGITS = 4  # decimals
Naming = Callable[[Claim, str, str], str]  # of a claim, a variant, in a language


@cache
def words(language: str) -> dict[str, str]:
    """Return the words of verdicts in a language."""
    return read_toml(CLAIMS / "words.toml", "words.toml")[language]


def reference(claim: Claim, language: str) -> str:
    """Say who makes a claim: as its file says, or which of the five articles."""
    return claim.reference or "; ".join(words(language)[f"source {letter}"] for letter in claim.source)


def named(claim: Claim, name: str, language: str) -> str:
    """Return what a variant, a condition, or a variant in a condition is called."""
    told = claim.told(language).names
    variant, _, condition = name.rpartition(" in ") if claim.conditions else ("", "", name)
    if variant in claim.variants and condition in claim.conditions:
        return words(language)["placed"].format(named(claim, variant, language), named(claim, condition, language))
    return told.get(name) or localised(name, language)


def localised(text: str, language: str) -> str:
    """Return a text, or if it is a number, this number as the language writes it."""
    try:
        float(text)
    except ValueError:
        return text
    return text.replace(".", words(language)["decimal"])


def contrast(claim: Claim, label: Label, language: str, name: Naming = named) -> str:
    """Return which variants are compared; `name` says what each is called."""
    return words(language)[label.kind].format(*(name(claim, one, language) for one in label.names))


def measured(one: Measured, language: str) -> str:
    """Return what is measured, of which strategy, in which periods."""
    told = words(language)
    what = told["of strategy"].format(one.name, one.strategy) if one.strategy else one.name
    when = told["periods" if one.last else "from period"].format(one.first, one.last) if one.first else ""
    return f"{what}{when}"


def asserted(what: str, aim: Aim, limit: float, language: str) -> str:
    """Return what is asserted of a number: on which side of its limit it lies."""
    return words(language)[aim].format(what, written(limit, language))


def written(value: Any, language: str = "en") -> str:
    """Return a value of a boundary."""
    return localised(f"{value:g}" if isinstance(value, int | float) else str(value), language)


def precise(value: float, language: str) -> str:
    """Return a number with the digits of a table of findings."""
    return number(value, 2 if abs(value) >= 1 else MOST_DIGITS).replace(".", words(language)["decimal"])


def span(low: float, high: float, language: str) -> str:
    """Return the ends of an interval."""
    return words(language)["to"].format(precise(low, language), precise(high, language))


def mean(value: Estimate, language: str) -> str:
    """Return a mean and its interval in brackets, with as many digits as it deserves."""
    middle, bracket, ends = interval(value, 2).replace(".", words(language)["decimal"]).partition(" (")
    return f"{middle} ({words(language)['to'].format(*ends[:-1].split(' to '))})" if bracket else middle
