"""The file of a design: strict TOML, checked before anything runs (`docs/sweeps.md`)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from scenarios.claim_checks import Word
from sim.create import SEEDS
from sim.sections import Section

MOST_POINTS, MOST_RUNS = 2_000_000, 100_000_000
Method = Literal["grid", "list", "latin-hypercube", "sobol"]
SAMPLED = ("latin-hypercube", "sobol")
Value = float | int | str


class Range(Section):
    """Values of a quantity from one end to the other."""

    low: float | int
    high: float | int
    steps: int | None = Field(default=None, ge=2, le=100_000)
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low = {self.low} is not below high = {self.high}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f'low = {self.low} is not above 0, which scale = "log" needs')
        return self


def _values_or_range(given: Any) -> Any:
    if not isinstance(given, list | dict):
        raise ValueError("is neither a list of values nor a range, such as {low = 0.0, high = 0.5, steps = 6}")
    return given


def _kind(given: Any) -> str:
    return "values" if isinstance(given, list) else "range"


KINDS = ("values", "range")
Factor = Annotated[
    Annotated[list[Value], Tag("values")] | Annotated[Range, Tag("range")],
    Discriminator(_kind),
    BeforeValidator(_values_or_range),
]


class PointsTable(Section):
    """How points are chosen."""

    method: Method = "grid"
    number: int | None = Field(default=None, ge=1, le=MOST_POINTS)
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    file: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for key, methods in (("number", SAMPLED), ("file", ("list",))):
            if (getattr(self, key) is None) == (self.method in methods):
                need = "needs" if self.method in methods else "has no"
                raise ValueError(f'method = "{self.method}" {need} {key}')
        if self.method == "sobol" and self.number and self.number & (self.number - 1):
            raise ValueError(f"number = {self.number} is not a power of two, as a Sobol' sequence needs")
        return self


class Keep(Section):
    """What is kept of each run."""

    measures: list[str] = Field(default=[], max_length=1000)
    series: list[str] = Field(default=[], max_length=1000)


class DesignFile(Section):
    """The content of a design's file."""

    title: str = Field(default="", max_length=200)
    scenarios: Annotated[list[str] | dict[Word, str], Field(min_length=1, max_length=256)]
    replications: int = Field(default=10, ge=1, le=MOST_RUNS)
    seed: int = Field(default=1, ge=0, le=SEEDS - 1)
    settings: dict[str, Any] = Field(default={}, max_length=1000)
    points: PointsTable = PointsTable()
    factors: dict[str, Factor] = Field(default={}, max_length=64)
    keep: Keep = Keep()
