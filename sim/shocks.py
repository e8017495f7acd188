"""Shocks: what may happen to a market at a known time, scheduled in its scenario or applied by hand."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from sim.sections import HIGHEST_FEE, Section, knob

ShockKind = Literal[
    "demand fall",
    "need jump",
    "supplier failure",
    "price war",
    "privacy breach",
    "fee change",
    "fee cap",
    "licence rule",
    "new entrant",
    "betrayal",
]
SHOCKS: tuple[str, ...] = get_args(ShockKind)
SIZES = {  # others: a share, 0 .. 1
    "fee change": (-HIGHEST_FEE, HIGHEST_FEE),
    "fee cap": (0.0, HIGHEST_FEE),
    "new entrant": (0.0, 10.0),
}
AT_ONCE = ("need jump", "privacy breach", "new entrant")  # they happen in one period and are not undone
MEANT_FOR = {  # fields that only some kinds have
    "duration": tuple(kind for kind in SHOCKS if kind not in AT_ONCE),
    "tier": ("supplier failure", "betrayal"),
    "strategy": ("new entrant",),
    "heard_by": ("new entrant",),
    "seeds": ("new entrant",),
}


class Shock(Section):
    """Something that happens to the market at a known time."""

    kind: ShockKind = Field(description="what happens", json_schema_extra={"unit": "kind"})
    period: int = knob(60, 1, 100_000, "periods", "period in which it begins")
    duration: int = knob(0, 0, 100_000, "periods", "periods it lasts; 0 = for good")
    size: float = knob(0.5, -HIGHEST_FEE, 10, "1", "how strong: a share of demand, providers or price, or fee points")
    tier: str = Field(
        default="",
        max_length=64,
        description="which tier of the chain it hits; empty = who sells to the customers",
        json_schema_extra={"unit": "name"},
    )
    strategy: str = Field(
        default="",
        max_length=64,
        description="a new entrant's strategy; empty = that of the firm it replaces",
        json_schema_extra={"unit": "name"},
    )
    heard_by: float = knob(0.0, 0, 1, "share", "share of the customers who hear of a new entrant at once")
    seeds: Literal["random", "influencers"] = Field(
        default="random", description="who hears of a new entrant first", json_schema_extra={"unit": "kind"}
    )

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        low, high = SIZES.get(self.kind, (0.0, 1.0))
        if not low <= self.size <= high:
            raise ValueError(f"size: {self.size:g} is out of range for a {self.kind}: {low:g} to {high:g}")
        for name, kinds in MEANT_FOR.items():
            if getattr(self, name) != type(self).model_fields[name].default and self.kind not in kinds:
                raise ValueError(
                    f"{name}: says nothing about a {self.kind}, only about a {' or '.join(kinds)}; leave it out"
                )
        return self
