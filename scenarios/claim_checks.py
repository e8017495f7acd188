"""What a claim asserts: the kinds of checks, each a set of contrasts that must all come out.

A contrast is one number per replication, a sum of measured values of variants on the same seed, and where
its mean must lie. Light: deciding them is `scenarios/claim_decisions.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.sections import Section

LABELS = {"of": "{0}", "minus": "{0} minus {1}", "complements": "{0} - {1} - {2} + {3}", "lead": "{0}: {1} minus {2}"}
ROUNDING = 1e-12  # a sum below this share of its parts is the rounding of floats
Aim = Literal["above", "below", "within", "not below", "not above"]
Word = Annotated[str, Field(min_length=1, max_length=120)]
Words = Annotated[list[Word], Field(min_length=2, max_length=32)]


class Measured(NamedTuple):
    """What is measured in a run: a measure or probe, of which strategy, from and to which period (0: as usual)."""

    name: str
    strategy: str = ""
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        """Return it as it is called in files, whatever the language."""
        of = f" of {self.strategy}" if self.strategy else ""
        when = f", periods {self.first} to {self.last}" if self.last else f", from period {self.first}"
        return f"{self.name}{of}{when if self.first else ''}"


class Label(NamedTuple):
    """Which variants a contrast is of: 'of' a; a 'minus' b; 'complements' a, b, c, d; the 'lead' at a of b over c."""

    kind: Literal["of", "minus", "complements", "lead"]
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as it is called in files, whatever the language."""
        return LABELS[self.kind].format(*self.names)


class Contrast(NamedTuple):
    """One number per replication, and where its mean must lie."""

    label: Label
    values: NDArray
    aim: Aim
    limit: float


Values = Mapping[tuple[str, Measured], NDArray]  # (variant, measured) -> one number per replication
Groups = list[list[Contrast]]  # all contrasts of at least one group must come out


class _Check(Section):
    """What all checks have: what is measured, and the smallest difference that matters."""

    measure: Word = Field(description="a measure of the model or a probe of scenarios/probes.py")
    strategy: str = Field(default="", max_length=64)
    first: int = Field(default=0, alias="from", ge=0, le=100_000)
    last: int = Field(default=0, alias="to", ge=0, le=100_000)
    precision: float = Field(default=0.0, ge=0, le=1e9)

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.last and not 0 < self.first <= self.last:
            raise ValueError(f"periods {self.first} to {self.last} are no window; give from and to, the earlier first")
        return self

    @property
    def measured(self) -> Measured:
        """What is measured."""
        return Measured(self.measure, self.strategy, self.first, self.last)

    def variants(self) -> list[str]:
        """Return the names of the variants it speaks of."""
        raise NotImplementedError

    def groups(self, values: Values) -> Groups:
        """Return the contrasts that decide it."""
        raise NotImplementedError

    def _of(self, values: Values, variant: str) -> NDArray:
        return values[variant, self.measured]


class _Limited(_Check):
    """A check against a limit: above it, or below it."""

    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if self.above is not None and self.below is not None:
            raise ValueError("above and below are both given; a check has one limit")
        return self

    @property
    def aim(self) -> Aim:
        """On which side of the limit it must be."""
        return "above" if self.below is None else "below"

    @property
    def limit(self) -> float:
        """The limit, 0 where none is given."""
        return self.below if self.below is not None else self.above or 0.0


class Difference(_Limited):
    """A variant has more (or less) than another."""

    kind: Literal["difference"]
    of: Word
    over: Word

    def variants(self) -> list[str]:  # noqa: D102
        return [self.of, self.over]

    def groups(self, values: Values) -> Groups:  # noqa: D102
        change = combined([1, -1], [self._of(values, self.of), self._of(values, self.over)])
        return [[Contrast(Label("minus", (self.of, self.over)), change, self.aim, self.limit)]]


class Level(_Limited):
    """A variant has more (or less) than a number."""

    kind: Literal["level"]
    of: Word

    def variants(self) -> list[str]:  # noqa: D102
        return [self.of]

    def groups(self, values: Values) -> Groups:  # noqa: D102
        return [[Contrast(Label("of", (self.of,)), self._of(values, self.of), self.aim, self.limit)]]


class Trend(_Check):
    """A measure rises (or falls) over ordered variants: the ends differ, and no step surely goes against it."""

    kind: Literal["trend"]
    over: Words
    direction: Literal["rising", "falling"] = "rising"

    def variants(self) -> list[str]:  # noqa: D102
        return self.over

    def groups(self, values: Values) -> Groups:  # noqa: D102
        rising = self.direction == "rising"
        ends, steps = ("above", "not below") if rising else ("below", "not above")
        one = [_step(self, values, self.over[0], self.over[-1], ends)]  # type: ignore[arg-type]
        pairs = zip(self.over, self.over[1:], strict=False) if len(self.over) > 2 else ()
        return [one + [_step(self, values, a, b, steps) for a, b in pairs]]  # type: ignore[arg-type]


class Peak(_Check):
    """The best of ordered variants lies strictly inside and beats both ends."""

    kind: Literal["peak"]
    over: Annotated[list[Word], Field(min_length=3, max_length=32)]

    def variants(self) -> list[str]:  # noqa: D102
        return self.over

    def groups(self, values: Values) -> Groups:  # noqa: D102
        ends = (self.over[0], self.over[-1])
        inside = sorted(self.over[1:-1], key=lambda v: -_mean(self._of(values, v)))
        return [[_step(self, values, end, v, "above") for end in ends] for v in inside]


class Complements(_Limited):
    """Doing both adds more than the sum of doing each: both - one - other + neither is above (or below) a limit."""

    kind: Literal["complements"]
    neither: Word
    one: Word
    other: Word
    both: Word

    def variants(self) -> list[str]:  # noqa: D102
        return [self.neither, self.one, self.other, self.both]

    def groups(self, values: Values) -> Groups:  # noqa: D102
        names = (self.both, self.one, self.other, self.neither)
        parts = [self._of(values, name) for name in names]
        return [[Contrast(Label("complements", names), combined([1, -1, -1, 1], parts), self.aim, self.limit)]]


class OwnGround(_Check):
    """In each condition a variant of its own is the best of all."""

    kind: Literal["own ground"]
    among: Words
    grounds: Annotated[dict[Word, Word], Field(min_length=1, max_length=16)]

    def variants(self) -> list[str]:  # noqa: D102
        return [placed(variant, where) for where in self.grounds for variant in {*self.among, *self.grounds.values()}]

    def groups(self, values: Values) -> Groups:  # noqa: D102
        return [list(self._leads(values))]

    def _leads(self, values: Values) -> Iterator[Contrast]:
        for where, best in self.grounds.items():
            for rival in self.among:
                if rival != best:
                    lead = _step(self, values, placed(rival, where), placed(best, where), "above")
                    yield lead._replace(label=Label("lead", (where, best, rival)))


class Small(_Check):
    """Two variants differ by less than a margin."""

    kind: Literal["small"]
    of: Word
    over: Word
    margin: float = Field(gt=0, le=1e9)

    def variants(self) -> list[str]:  # noqa: D102
        return [self.of, self.over]

    def groups(self, values: Values) -> Groups:  # noqa: D102
        return [[_step(self, values, self.over, self.of, "within", self.margin)]]


Check = Annotated[Difference | Level | Trend | Peak | Complements | OwnGround | Small, Field(discriminator="kind")]


def placed(variant: str, condition: str) -> str:
    """Return the name of a variant under a condition."""
    return f"{variant} in {condition}"


def _step(check: _Check, values: Values, start: str, end: str, aim: Aim, limit: float = 0.0) -> Contrast:
    change = combined([1, -1], [values[end, check.measured], values[start, check.measured]])
    return Contrast(Label("minus", (end, start)), change, aim, limit)


def combined(signs: Sequence[int], parts: Sequence[NDArray]) -> NDArray:
    """Return the signed sum of arrays, exactly 0 where only the rounding of floats is left."""
    total = sum((sign * part for sign, part in zip(signs, parts, strict=True)), np.zeros(len(parts[0])))
    size = np.max(np.abs(parts), axis=0)
    return np.where(np.abs(total) <= ROUNDING * size, 0.0, total)


def _mean(values: NDArray) -> float:
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else -np.inf
