"""Claims: what management writers say, each a file with the experiment that tries it (`docs/claims.md`).

Light: reading a claim loads neither numbers nor rules. Trying one is `scenarios/claim_runs.py`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from scenarios.catalogue import CLAIMS, LANGUAGES, Language, ScenarioError, claim_ids, did_you_mean, listed, read_toml
from scenarios.claim_checks import Check, Word, placed
from scenarios.sentences import shown
from scenarios.strict import validated
from sim.sections import Section

Settings = dict[str, Any]
Variant = str | Settings  # another scenario's name; or settings, `scenario` among them names another one
Text = Annotated[str, Field(min_length=1, max_length=2000)]
MOST_VARIANTS = 64  # and as many checks


class Texts(Section):
    """A claim in one language: what is said, what the model should show, where it should stop being true, and why.

    `names` are those of variants and conditions in this language, where they differ from those in the file.
    """

    claim: Text
    expected: Text
    boundary: Text
    explained: str = Field(default="", max_length=4000)
    names: dict[Word, Word] = Field(default={}, max_length=2 * MOST_VARIANTS)


class Boundary(Section):
    """One condition: a quantity, and the values at which all variants are tried."""

    quantity: Word
    values: Annotated[list[float | int | str], Field(min_length=1, max_length=16)]


class Claim(Section):
    """One claim and its experiment."""

    id: str = Field(pattern=r"^C\d\d$")
    source: Annotated[list[Literal["A", "B", "C", "D", "E"]], Field(min_length=1)]
    reference: str = Field(default="", max_length=2000, description="who said it, where it is none of the five")
    stops: bool = Field(description="whether a boundary is expected within the values tried")
    text: dict[Language, Texts]
    base: Variant
    conditions: dict[Word, Settings] = Field(default={}, max_length=16)
    variants: Annotated[dict[Word, Variant], Field(min_length=1, max_length=MOST_VARIANTS)]
    checks: Annotated[list[Check], Field(min_length=1, max_length=MOST_VARIANTS)]
    boundaries: list[Boundary] = Field(default=[], max_length=3)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for language in LANGUAGES:
            if language not in self.text:
                raise ValueError(f"text.{language}: is missing; a claim is told in {listed(LANGUAGES)}")
            self._names_are_known(language)
        known = self.names()
        for name in known:
            if not self.settings_of(name)[0]:
                raise ValueError(f"variants.{name}: names no scenario, and base does not either")
        for n, check in enumerate(self.checks, 1):
            for name in check.variants():
                if name not in known:
                    hint = did_you_mean(name, known, f"; there are {listed(known)}")
                    raise ValueError(f"checks.{n}: there is no variant {shown(name)}{hint}")
        for boundary in self.boundaries:
            self._not_set_by_a_variant(boundary.quantity)
        return self

    def _not_set_by_a_variant(self, quantity: str) -> None:
        for name, variant in self.variants.items():
            if isinstance(variant, dict) and quantity in variant:
                raise ValueError(f"variants.{name}: {quantity} is what the boundary varies; a variant leaves it alone")

    def _names_are_known(self, language: str) -> None:
        known = [*self.variants, *self.conditions]
        for name in self.told(language).names:
            if name not in known:
                hint = did_you_mean(name, known, f"; there are {listed(known)}")
                raise ValueError(f"text.{language}.names: there is no variant or condition {shown(name)}{hint}")

    def names(self) -> list[str]:
        """Return the names of all variants, under each condition where there are conditions."""
        if not self.conditions:
            return list(self.variants)
        return [placed(variant, where) for where in self.conditions for variant in self.variants]

    def settings_of(self, name: str) -> tuple[str, Settings]:
        """Return the scenario a variant starts from, and its settings."""
        layers: list[Variant] = [self.base]
        variant, _, condition = name.rpartition(" in ") if self.conditions else (name, "", "")
        layers += [self.conditions[condition]] if self.conditions else []
        layers.append(self.variants[variant])
        scenario = ""
        settings: Settings = {}
        for layer in layers:
            table = {"scenario": layer} if isinstance(layer, str) else layer
            scenario = str(table.get("scenario", scenario))
            settings |= {key: value for key, value in table.items() if key != "scenario"}
        return scenario, settings

    def told(self, language: str = "en") -> Texts:
        """Return the claim's texts in a language."""
        return self.text[language]  # type: ignore[index]


def find_claims(asked: Iterable[str]) -> list[Claim]:
    """Return the claims asked for by id or file, each once; all shipped ones where none is named."""
    claims = [read_claim(path) for path in dict.fromkeys(_place(name) for name in asked)]
    for n, claim in enumerate(claims):
        if claim.id in [before.id for before in claims[:n]]:
            raise ScenarioError(f"two of the claims have the id {claim.id}; their ids must differ")
    return claims or [read_claim(name) for name in claim_ids()]


def read_claim(name: str | Path) -> Claim:
    """Read a claim: an id ('C01', 'c1') or the path of a .toml file.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    path = _place(str(name))
    content = read_toml(path, path.name)
    claim = claim_of(content, path.name)
    if path.parent == CLAIMS and claim.id != path.stem:
        raise ScenarioError(f"{path.name}: id = {shown(claim.id)} is not the file's name")
    return claim


def claim_of(content: Mapping[str, Any], label: str) -> Claim:
    """Check the content of a claim's file."""
    return validated(Claim, content, label, _kinds())


def _place(text: str) -> Path:
    if text.endswith(".toml") and Path(text).is_file():
        return Path(text)
    number = re.fullmatch(r"[Cc]?(\d{1,2})", text)
    found = f"C{int(number[1]):02d}" if number else text
    if found not in claim_ids():
        hint = did_you_mean(found, claim_ids(), f"; there are {listed(claim_ids())}")
        raise ScenarioError(f"{shown(text)}: there is no such claim{hint}")
    return CLAIMS / f"{found}.toml"


@cache
def _kinds() -> frozenset[str]:
    kinds = get_args(get_args(Check)[0])
    return frozenset(get_args(kind.model_fields["kind"].annotation)[0] for kind in kinds)
