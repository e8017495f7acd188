"""Calibrations: what shall be fitted to what, each a strict TOML file (`docs/fitting.md`)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from scenarios.catalogue import HERE, ScenarioError, did_you_mean, listed, names, read_toml, refuse_unprintable
from scenarios.fitting.patterns import PATTERNS
from scenarios.sentences import shown
from scenarios.strict import validated
from sim.metrics import MEASURES
from sim.sections import Section

FITS = HERE / "fits"


def _printable(text: str) -> str:
    refuse_unprintable(text, "")
    return text


Text = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_printable)]
Title = Annotated[Text, AfterValidator(_printable)]
Settings = dict[str, Any]


class Span(Section):
    """Periods of a run, the first and the last inside; a spell is a stretch in which somebody is active or not."""

    first: int = Field(ge=1, le=100_000)
    last: int = Field(ge=1, le=100_000)
    spell: int = Field(ge=1, le=100_000)

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.last - self.first + 1 < 2 * self.spell:
            raise ValueError(f"periods {self.first} to {self.last} do not hold two spells of {self.spell}")
        return self


class Data(Section):
    """Ratings with their times: a shipped network, or a CSV beside the calibration's file."""

    ratings: Name
    period_days: float = Field(gt=0, le=3660)


class Target(Section):
    """One number to come near: a pattern of the ratings, or a measure with an observed value and its standard error."""

    name: Name
    window: Name
    use: Literal["fit", "check"]
    observed: float | None = None
    error: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.name not in PATTERNS and self.name not in MEASURES:
            hint = did_you_mean(self.name, [*PATTERNS, *MEASURES], f"; patterns are {', '.join(PATTERNS)}")
            raise ValueError(f"name = {shown(self.name)} is neither a pattern nor a measure{hint}")
        if (self.observed is None) != (self.error is None):
            raise ValueError("observed and error go together: a value, and its standard error")
        if self.name in MEASURES and self.observed is None:
            raise ValueError(f"{self.name} is not read from ratings: give its observed value and its standard error")
        return self


class Effort(Section):
    """How much is tried."""

    population: int = Field(default=100, ge=10, le=10_000, description="points kept")
    populations: int = Field(default=5, ge=1, le=50, description="times the distance allowed is lowered")
    most_tries: int = Field(default=20, ge=2, le=1000, description="points tried for each one kept, at most")
    replications: int = Field(default=2, ge=1, le=100, description="runs at a point, averaged")
    resamples: int = Field(default=200, ge=20, le=10_000, description="samples of the people of the data")


class Calibration(Section):
    """One calibration, as its file says it."""

    title: Title
    description: Text
    source: Text
    scenario: Name
    settings: Settings = Field(default={})
    variants: dict[Name, Settings] = Field(default={}, max_length=16)
    data: Data | None = None
    windows: Annotated[dict[Name, Span], Field(min_length=1, max_length=16)]
    quantities: Annotated[
        dict[Name, Annotated[list[float], Field(min_length=2, max_length=2)]], Field(min_length=1, max_length=16)
    ]
    targets: Annotated[list[Target], Field(min_length=1, max_length=64)]
    effort: Effort = Effort()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for n, target in enumerate(self.targets, 1):
            if target.window not in self.windows:
                hint = did_you_mean(target.window, self.windows, f"; there are {listed(self.windows)}")
                raise ValueError(f"targets.{n}: there is no window {shown(target.window)}{hint}")
            if target.observed is None and self.data is None:
                raise ValueError(f"targets.{n}: {target.name} needs [data], or an observed value and its error")
            if (target.name, target.window) in [(before.name, before.window) for before in self.targets[: n - 1]]:
                raise ValueError(f"targets.{n}: {target.name} in {shown(target.window)} is there twice")
        if all(target.use == "check" for target in self.targets):
            raise ValueError('targets: none has use = "fit"; at least one is needed')
        return self


def calibrations() -> list[str]:
    """Return the names of the shipped calibrations, in alphabetical order."""
    return names(FITS)


def read_calibration(name: str | Path) -> tuple[Calibration, Path, str]:
    """Read a calibration: a shipped name or the path of a .toml file, either with ':variant' after it.

    Returns
    -------
    tuple of (Calibration, Path, str)
        The settings of the variant asked for are among its settings; the folder of its file; its name.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    path, variant = _place(str(name))
    found = calibration_of(read_toml(path, path.name), path.name)
    if not variant:
        return found, path.parent, path.stem
    if variant not in found.variants:
        known = f"; there are {listed(found.variants)}" if found.variants else "; it has none"
        raise ScenarioError(
            f"{path.name}: there is no variant {shown(variant)}{did_you_mean(variant, found.variants, known)}"
        )
    settings = found.settings | found.variants[variant]
    return found.model_copy(update={"settings": settings}), path.parent, f"{path.stem}:{variant}"


def calibration_of(content: Mapping[str, Any], label: str) -> Calibration:
    """Check the content of a calibration's file."""
    return validated(Calibration, content, label)


def _place(text: str) -> tuple[Path, str]:
    before, _, after = text.rpartition(":")
    for whole, variant in ((text, ""), (before, after)):
        if whole in calibrations():
            return FITS / f"{whole}.toml", variant
        if whole.endswith(".toml") and Path(whole).is_file():
            refuse_unprintable(whole, "")
            return Path(whole), variant
    hint = did_you_mean(text.partition(":")[0], calibrations(), f"; there are {listed(calibrations())}")
    raise ScenarioError(f"{shown(text)}: there is no such calibration{hint}")
