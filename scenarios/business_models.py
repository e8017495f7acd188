"""Firms described by their business model: customer, value proposition, earnings, partners, resources, activities.

Each element becomes knobs of a strategy (`docs/scenarios.md` has the table); an element that would change nothing
is refused. What nobody does is not done: a knob that no activity builds is 0.
"""

import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, Self, get_args

from pydantic import Field, ValidationError, model_validator

from scenarios.catalogue import ScenarioError
from scenarios.layers import LONGEST_NAME
from scenarios.sentences import MODELS, Where, sentence, shown
from sim.config import MOST_STRATEGIES
from sim.sections import Costs, Section, Strategy, knob

A_CENT = 0.01  # EUR; sums of costs agree to half of it
DIGITS = 6  # of a knob that comes from a cost
Built = Literal["nothing", "effort", "invest", "dialogue", "transparency", "repair", "innovate", "advertising"]
BUILT: tuple[str, ...] = get_args(Built)[1:]
ORIENTATION = {"product": 0.0, "both": 0.5, "fit": 1.0}


def word(meaning: str) -> Any:
    """Declare a field that must be one of its words."""
    return Field(description=meaning, json_schema_extra={"unit": "kind"})


class Customer(Section):
    """Whom the firm has in mind."""

    who: Literal["everyone", "a community", "the end customer"] = word("whose needs guide the offering")
    weight: float = knob(1.0, 0, 100, "1", "extra weight of the community's leaders, or share of the end customers'")

    @model_validator(mode="after")
    def _weighs(self) -> Self:
        if self.who == "everyone" and "weight" in self.model_fields_set:
            raise ValueError("weight: says nothing about everyone, only about a community or the end customer")
        if self.who == "the end customer" and self.weight > 1:
            raise ValueError(f"weight: {self.weight:g} is out of range for the end customer: 0 to 1 (share)")
        return self


class Earnings(Section):
    """How the firm is paid."""

    by: Literal["mark-up", "shared surplus", "at cost"] = word("what the price is made of")
    rate: float = knob(0.0, 0, 10, "share", "mark-up as a share of cost, or share of the surplus")
    bargaining: float = knob(0.0, 0, 1, "share", "share of the surplus bargained for on top of a mark-up")
    patience: float = knob(1.0, 0, 1, "share", "readiness of who shares the surplus to share early losses")

    @model_validator(mode="after")
    def _meant(self) -> Self:
        meant = {"mark-up": {"rate", "bargaining"}, "shared surplus": {"rate", "patience"}, "at cost": set()}[self.by]
        if odd := sorted(self.model_fields_set - meant - {"by"}):
            allowed = f"only {' and '.join(sorted(meant))}" if meant else "no number"
            raise ValueError(f'{odd[0]}: "{self.by}" takes {allowed}; leave it out')
        if meant and "rate" not in self.model_fields_set:
            raise ValueError(f'rate: "{self.by}" needs a rate, such as rate = 0.2')
        if self.by == "shared surplus" and self.rate > 1:
            raise ValueError(f"rate: {self.rate:g} is out of range for a shared surplus: 0 to 1 (share)")
        return self


class Partnership(Section):
    """How the firm works together with others."""

    openness: float = knob(0.3, 0, 1, "share", "how far others see who gets what")
    clear_roles: float = knob(0.3, 0, 1, "share", "how clear it is who does what")
    shared_goals: float = knob(1.0, 0, 1, "share", "how far goals are shared where values differ")


class Resources(Section):
    """What the firm can draw on."""

    shared_knowledge: float = knob(0.0, 0, 1, "share", "how much of what it learns with one customer helps the next")


class Activity(Section):
    """Something the firm does for each delivery."""

    kind: Literal["value-adding", "necessary", "waste"] = word("whether it adds value, must be, or should not be")
    cost: float = knob(..., 0, 1e4, "EUR", "what it costs per delivery (repair: per delivery that goes wrong)")  # type: ignore[arg-type]
    builds: Built = Field(
        default="nothing", description="what a value-adding activity builds", json_schema_extra={"unit": "kind"}
    )

    @model_validator(mode="after")
    def _builds(self) -> Self:
        if self.kind == "value-adding" and self.builds == "nothing":
            raise ValueError(f"builds: a value-adding activity builds one of {', '.join(BUILT)}")
        if self.kind != "value-adding" and self.builds != "nothing":
            raise ValueError(
                f'builds: a {self.kind} activity builds nothing; leave it out, or say kind = "value-adding"'
            )
        return self


class BusinessModel(Section):
    """A firm in seven elements; the seventh, its costs, is the sum of its activities."""

    customer: Customer
    value_proposition: Literal["product", "both", "fit"] = word("what it promises: a good product, a good fit, or both")
    earnings: Earnings
    partners: Partnership = Partnership()
    resources: Resources = Resources()
    activities: dict[str, Activity] = Field(max_length=64)

    @model_validator(mode="after")
    def _once(self) -> Self:
        for name, activity in self.activities.items():
            if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
                raise ValueError(f"activities: {shown(name)} is not 1 to {LONGEST_NAME} printable characters")
            if activity.builds == "transparency" and "openness" in self.partners.model_fields_set:
                raise ValueError("partners.openness: an activity builds transparency already; leave one of them out")
        return self


class Models(Section):
    """The business models of a scenario file."""

    business_models: dict[str, BusinessModel] = Field(default={}, max_length=MOST_STRATEGIES)


class Line(NamedTuple):
    """What one field of a business model becomes: a knob, its value, and how."""

    element: str
    says: str
    knob: str
    value: float
    how: str


class Described(NamedTuple):
    """A business model as a strategy's knobs, and line by line."""

    knobs: dict[str, float]
    lines: tuple[Line, ...]


def read_models(data: dict[str, Any], where: Where) -> dict[str, Described]:
    """Take the business models out of a scenario's content and turn each into a strategy.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    try:
        models = Models.model_validate({MODELS: data.pop(MODELS, {})}).business_models
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        more = f" (and {len(others)} more)" if others else ""
        raise ScenarioError(sentence(first, where, Models) + more) from None
    try:
        costs = Costs.model_validate(data.get("costs", {}))
    except ValidationError:  # the check of the market says what is wrong with them
        return {name: Described({}, ()) for name in models}
    return {name: _described(name, model, costs, where) for name, model in models.items()}


def _described(name: str, model: BusinessModel, costs: Costs, where: Where) -> Described:
    try:
        lines = tuple(_lines(model, costs))
    except ValueError as error:
        label, dotted = where((MODELS, name, "activities"))
        raise ScenarioError(f"{label}: {dotted}: {error}") from None
    knobs = dict.fromkeys(BUILT, 0.0) | {line.knob: line.value for line in lines if line.knob in Strategy.model_fields}
    return Described(knobs, lines)


def _lines(model: BusinessModel, costs: Costs) -> Iterator[Line]:
    """Yield what each element of a business model becomes."""
    yield from _customer(model.customer)
    promise = model.value_proposition
    yield Line("value proposition", promise, "orientation", ORIENTATION[promise], "product 0, both 0.5, fit 1")
    yield from _earnings(model.earnings)
    partners, taken = model.partners, {activity.builds for activity in model.activities.values()}
    if "transparency" not in taken:
        yield Line("partners", f"openness {partners.openness:g}", "transparency", partners.openness, "as it is")
    yield Line("partners", f"clear roles {partners.clear_roles:g}", "role_clarity", partners.clear_roles, "as it is")
    yield Line("partners", f"shared goals {partners.shared_goals:g}", "alignment", partners.shared_goals, "as it is")
    known = model.resources.shared_knowledge
    yield Line("resources", f"shared knowledge {known:g}", "spillover", known, "as it is")
    yield from _activities(model.activities, costs)


def _customer(customer: Customer) -> Iterator[Line]:
    community = customer.weight if customer.who == "a community" else 0.0
    end_user = customer.weight if customer.who == "the end customer" else 0.0
    yield Line("customer", customer.who, "community", community, "weight of a community's leaders, else 0")
    yield Line("customer", customer.who, "end_user_focus", end_user, "weight of the end customer, else 0")


def _earnings(earnings: Earnings) -> Iterator[Line]:
    by_markup, shared = earnings.by == "mark-up", earnings.by == "shared surplus"
    says = earnings.by if earnings.by == "at cost" else f"{earnings.by} {earnings.rate:g}"
    yield Line("earnings", says, "markup", earnings.rate if by_markup else 0.0, "rate of a mark-up, else 0")
    share = earnings.rate if shared else earnings.bargaining
    yield Line("earnings", says, "share", share, "rate of a shared surplus, else bargaining")
    patience = earnings.patience if shared else 0.0
    yield Line("earnings", says, "patience", patience, "patience of who shares the surplus, else 0")


def _activities(activities: dict[str, Activity], costs: Costs) -> Iterator[Line]:
    for built in BUILT:
        names, cost = _sum(activities, "builds", built)
        if names:
            yield _built(built, names, cost, getattr(costs, _price(built)))
    necessary, waste = (_sum(activities, "kind", kind) for kind in ("necessary", "waste"))
    if abs(necessary[1] - costs.cost) > A_CENT / 2:
        raise ValueError(
            f"the necessary ones cost {necessary[1]:g} EUR; they must sum to costs.cost = {costs.cost:g}, "
            "what every firm of this market must do"
        )
    if waste[1] > costs.cost or (waste[0] and costs.cost == 0):
        raise ValueError(f"the waste costs {waste[1]:g} EUR, it must be at most costs.cost = {costs.cost:g}")
    share = round(waste[1] / costs.cost, DIGITS) if waste[0] else 0.0
    how = f"cost / costs.cost = {waste[1]:g} / {costs.cost:g}"
    yield Line("activities", waste[0] or "no waste", "waste", share, how)
    yield Line("costs", necessary[0] or "nothing", "costs.cost", costs.cost, "necessary, and the same for every firm")


def _built(built: str, names: str, cost: float, full: float) -> Line:
    """Return how much of a knob is had for `cost` where all of it costs `full`."""
    if full == 0:
        raise ValueError(f"what builds {built} has no price here: costs.{_price(built)} = 0, it must be above 0")
    if cost > full * (1 + 1e-9):
        most = f"at most costs.{_price(built)} = {full:g} is possible"
        raise ValueError(f"what builds {built} costs {cost:g} EUR, {most}")
    ratio = min(cost / full, 1.0)
    value, how = (math.sqrt(ratio), "root of ") if built == "effort" else (ratio, "")
    said = f"{how}cost / costs.{_price(built)} = {cost:g} / {full:g}"
    return Line("activities", names, built, round(value, DIGITS), said)


def _price(built: str) -> str:
    return f"c_{built}"


def _sum(activities: dict[str, Activity], field: str, value: str) -> tuple[str, float]:
    """Return the names and the cost of all activities of which a field has a value."""
    names = [name for name, activity in activities.items() if getattr(activity, field) == value]
    return ", ".join(names), math.fsum(activities[name].cost for name in names)
