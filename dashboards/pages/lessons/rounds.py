"""The rounds a lesson may have, as its file says them: what is asked, which markets answer, what the text expects.

A round asks for a prediction and then runs its markets on the same seeds. What comes out is computed; `expected`
and the limits of a quantity say only for which outcomes the texts were written, and the tests hold them to it.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.catalogue import did_you_mean, listed
from scenarios.claim_checks import Measured
from scenarios.sentences import shown
from sim.sections import Section

MOST_MARKETS, MOST_VALUES, MOST_FILMS, MOST_KNOBS, MOST_RUNS = 6, 12, 3, 5, 400

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Settings = dict[str, Any]
Claim = Annotated[str, Field(pattern=r"^C\d\d$")]


class Quantity(Section):
    """A number read from the runs: a measure of one market, or how far it lies above another's on the same seeds."""

    measure: str = Field(min_length=1, max_length=64, description="a measure or a probe of scenarios/probes.py")
    of: Name
    over: str = ""
    first: int = Field(default=0, alias="from", ge=0, le=100_000)
    last: int = Field(default=0, alias="to", ge=0, le=100_000)
    above: float | None = Field(default=None, description="the texts hold if it surely lies above this")
    below: float | None = Field(default=None, description="and below this")

    @property
    def measured(self) -> Measured:
        """What is measured in a run."""
        return Measured(self.measure, "", self.first, self.last)


class Scene(Section):
    """A market whose film is shown; where a quantity is varied, at which value."""

    market: Name
    value: float | None = None


class _Round(Section):
    """What all rounds have."""

    minutes: int = Field(ge=1, le=60)
    claims: list[Claim] = Field(default=[])
    replications: int = Field(default=12, ge=2, le=60)
    base: Settings = Field(default={})
    markets: Annotated[dict[Name, Settings], Field(min_length=1, max_length=MOST_MARKETS)]
    films: Annotated[list[Scene], Field(min_length=1, max_length=MOST_FILMS)]
    also: dict[Name, Quantity] = Field(default={}, max_length=6, description="what else is shown beside the answer")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for where, market in self._named():
            if market not in self.markets:
                hint = did_you_mean(market, self.markets, f"; there are {listed(self.markets)}")
                raise ValueError(f"{where}: there is no market {shown(market)}{hint}")
        for name in self.markets:
            if "scenario" not in self.base | self.markets[name]:
                raise ValueError(f"markets.{name}: names no scenario, and base does not either")
        if self.runs > MOST_RUNS:
            raise ValueError(f"replications: this makes {self.runs} runs; a round may have {MOST_RUNS}")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        """Yield the markets named in the round, each with the place where it is."""
        for n, scene in enumerate(self.films, 1):
            yield f"films.{n}", scene.market
        for place, quantity in self.quantities().items():
            yield place, quantity.of
            if quantity.over:
                yield place, quantity.over

    def quantities(self) -> dict[str, Quantity]:
        """Return what is read from the runs, by its place in the file."""
        return {f"also.{name}": quantity for name, quantity in self.also.items()}

    @property
    def varied(self) -> tuple[float, ...]:
        """The values at which the markets are run; none where nothing is varied."""
        return ()

    @property
    def runs(self) -> int:
        """How many runs the round takes."""
        return self.replications * len(self.markets) * max(len(self.varied), 1)


class _Options(_Round):
    """A round that asks about a few quantities of the same kind."""

    options: Annotated[dict[Name, Quantity], Field(min_length=2, max_length=6)]

    def quantities(self) -> dict[str, Quantity]:
        """Return what is read from the runs, by its place in the file."""
        return {f"options.{name}": quantity for name, quantity in self.options.items()} | super().quantities()

    def know(self, names: list[str]) -> None:
        """Refuse names that are no options."""
        for name in names:
            if name not in self.options:
                hint = did_you_mean(name, self.options, f"; there are {listed(self.options)}")
                raise ValueError(f"expected: there is no option {shown(name)}{hint}")


class Choice(_Options):
    """Asks which option comes out highest."""

    kind: Literal["choice"]
    expected: Name

    @model_validator(mode="after")
    def _known(self) -> Self:
        self.know([self.expected])
        return self


class Ranking(_Options):
    """Asks in which order the options come out, the highest first."""

    kind: Literal["ranking"]
    expected: list[Name]

    @model_validator(mode="after")
    def _known(self) -> Self:
        self.know(self.expected)
        if sorted(self.expected) != sorted(self.options):
            raise ValueError(f"expected: must name every option once: {listed(self.options)}")
        return self


class _Number(_Round):
    """A round that asks for a number on a slider."""

    low: float
    high: float
    step: float = Field(gt=0)
    percent: bool = False
    near: float = Field(ge=0, description="a prediction this far off still counts as right")
    expected: Annotated[list[float], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.expected
        if not self.low <= low < high <= self.high:
            raise ValueError(f"expected: must be two numbers that rise, from {self.low:g} to {self.high:g}")
        return self


class _Curve(_Number):
    """A number on the axis of a quantity that is varied."""

    quantity: str = Field(min_length=1, max_length=80)
    values: Annotated[list[float], Field(min_length=3, max_length=MOST_VALUES)]
    measure: str = Field(min_length=1, max_length=64)

    @property
    def varied(self) -> tuple[float, ...]:
        """The values at which the markets are run."""
        return tuple(self.values)

    @model_validator(mode="after")
    def _on_the_axis(self) -> Self:
        if self.values != sorted(set(self.values)):
            raise ValueError("values: must rise")
        for n, scene in enumerate(self.films, 1):
            if scene.value not in self.values:
                raise ValueError(f"films.{n}: value must be one of values")
        if self.also:
            raise ValueError("also: goes with markets that are not varied")
        return self

    @property
    def measured(self) -> Measured:
        """What is measured in a run."""
        return Measured(self.measure)


class Peak(_Curve):
    """Asks at which value of the quantity the measure of a market is highest."""

    kind: Literal["peak"]


class Falling(_Curve):
    """Asks at which value the measure of a market has fallen to a share of what it is at the first."""

    kind: Literal["falling"]
    share: float = Field(gt=0, lt=1)


class Crossing(_Curve):
    """Asks at which value of the quantity the first market no longer lies above the second."""

    kind: Literal["crossing"]

    @model_validator(mode="after")
    def _of_two(self) -> Self:
        if len(self.markets) != 2:
            raise ValueError("markets: a crossing needs two, the one that leads at first before the other")
        return self


class Change(_Number):
    """Asks by which share a measure of a market differs from that of another."""

    kind: Literal["change"]
    answer: Quantity

    @model_validator(mode="after")
    def _against(self) -> Self:
        if not self.answer.over:
            raise ValueError("answer.over is missing: a change is from another market")
        return self

    def quantities(self) -> dict[str, Quantity]:
        """Return what is read from the runs, by its place in the file."""
        return {"answer": self.answer} | super().quantities()


class Knob(Section):
    """One quantity that the student sets."""

    quantity: str = Field(min_length=1, max_length=80)
    low: float
    high: float
    step: float = Field(gt=0)
    start: float

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not self.low <= self.start <= self.high:
            raise ValueError(f"start: must lie from {self.low:g} to {self.high:g}")
        return self


class Design(_Options):
    """Lets the student set quantities of the market `of`, and asks whether every role gains over `over`."""

    kind: Literal["design"]
    knobs: Annotated[dict[Name, Knob], Field(min_length=1, max_length=MOST_KNOBS)]
    expected: dict[Name, float] = Field(description="settings with which every role gains; with `start` not every one")

    @model_validator(mode="after")
    def _known_knobs(self) -> Self:
        if sorted(self.expected) != sorted(self.knobs):
            raise ValueError(f"expected: must give every knob once: {listed(self.knobs)}")
        for name, option in self.options.items():
            if not option.over:
                raise ValueError(f"options.{name}.over is missing: a gain is over another market")
        return self

    @property
    def standard(self) -> dict[str, float]:
        """The knobs as they stand before anybody turns them."""
        return {name: knob.start for name, knob in self.knobs.items()}

    @property
    def designed(self) -> str:
        """The market that is designed."""
        return next(iter(self.options.values())).of


Round = Annotated[Choice | Ranking | Peak | Falling | Crossing | Change | Design, Field(discriminator="kind")]
