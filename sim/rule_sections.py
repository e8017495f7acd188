"""The sections of a market that name rules: which one acts at each place of the period, and what those others need."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic.fields import FieldInfo

from sim.rulebook import PLACES, STANDARD, field_of, variants
from sim.sections import Section, knob


def rule(place: str) -> Any:
    """Declare which rule acts at one place of the schedule."""
    meaning = f"the rule `{place}`: standard, or a name under sim/variants/{place}"
    return Field(default=STANDARD, description=meaning, json_schema_extra={"unit": "rule", "words": [*variants(place)]})


def knob_of(rules: str, default: float, low: float, high: float, unit: str, meaning: str) -> Any:
    """Declare a quantity that only some rules read: 'two-layer, duration'."""
    field = knob(default, low, high, unit, f"{rules}: {meaning}")
    field.json_schema_extra |= {"of": rules.split(", ")}
    return field


def _known_rule(name: str, info: ValidationInfo) -> str:
    place = str(info.field_name).removesuffix("_rule")
    if name not in variants(place):
        raise ValueError(f"{name!r} is no rule for {place}; there are {', '.join(variants(place))}")
    return name


Rule = Annotated[str, AfterValidator(_known_rule)]


class Rules(Section):
    """Which rules act in a period, where there are others than the standard ones."""

    change_rule: Rule = rule("change")
    meet_rule: Rule = rule("meet")
    offer_rule: Rule = rule("offer")
    choose_rule: Rule = rule("choose")
    deliver_rule: Rule = rule("deliver")
    settle_rule: Rule = rule("settle")
    learn_rule: Rule = rule("learn")
    trust_rule: Rule = rule("trust")
    talk_rule: Rule = rule("talk")
    adapt_rule: Rule = rule("adapt")

    def chosen(self) -> dict[str, str]:
        """Return the name of the rule at each place, in the order of the schedule."""
        return {field_of(place): getattr(self, field_of(place)) for place in PLACES}

    def are_standard(self) -> bool:
        """Whether the standard rule acts at every place."""
        return set(self.chosen().values()) == {STANDARD}

    def read(self, field: FieldInfo) -> bool:
        """Whether a quantity matters under these rules: those of other rules do not."""
        extra = field.json_schema_extra
        of = extra.get("of") if isinstance(extra, dict) else None
        return not isinstance(of, list) or not set(of).isdisjoint(self.chosen().values())


TASTES = "tastes, optimising, two-sided"
LAYERS = "two-layer, duration"
GAME = "game, sides"


class Variants(Section):
    """What rules other than the standard ones need; each quantity begins with the rules that read it."""

    building: float = knob_of(LAYERS, 0.1, 0, 1, "share", "how fast trust is built")
    erosion: float = knob_of(LAYERS, 0.3, 0, 1, "share", "how fast trust erodes")
    damage: float = knob_of("two-layer", 0.6, 0, 1, "share", "damage that a full violation does to the reputation")
    recovery: float = knob_of("two-layer", 0.03, 0, 1, "share per period", "share of the damage that heals")
    restart: float = knob_of("eigentrust", 0.15, 0.01, 1, "share", "share of trust that everybody is given alike")
    seen: float = knob_of("image-score", 1.0, 0, 1, "probability", "chance that others see an encounter")
    lead_time: int = knob_of("order-up-to", 1, 0, 100, "periods", "demand that stock and orders are to cover")
    forecast_window: int = knob_of("order-up-to", 5, 1, 100, "periods", "so many give the mean demand of the forecast")
    shared_demand: float = knob_of("order-up-to", 0.0, 0, 1, "share", "weight of end customers' demand in the forecast")
    game_reward: float = knob_of(GAME, 3.0, -1e4, 1e4, "EUR", "what each side gains when both make an effort")
    buyer_temptation: float = knob_of(GAME, 5.0, -1e4, 1e4, "EUR", "what a buyer gains from unreturned effort")
    buyer_punishment: float = knob_of(GAME, 1.0, -1e4, 1e4, "EUR", "what a buyer gains when nobody makes an effort")
    buyer_sucker: float = knob_of(GAME, 0.0, -1e4, 1e4, "EUR", "what a buyer gains when only it makes an effort")
    provider_temptation: float = knob_of(GAME, 5.0, -1e4, 1e4, "EUR", "what a provider gains from unreturned effort")
    provider_punishment: float = knob_of(
        GAME, 1.0, -1e4, 1e4, "EUR", "what a provider gains when nobody makes an effort"
    )
    provider_sucker: float = knob_of(GAME, 0.0, -1e4, 1e4, "EUR", "what a provider gains when only it makes an effort")
    meetings: int = knob_of("meetings", 10, 1, 1000, "meetings", "how many of a customer's a period stands for")
    vertical: float = knob_of(TASTES, 0.0, 0, 1, "share", "share of the value that hangs on the first need")
    transport: float = knob_of(TASTES, 0.0, 0, 1e4, "EUR", "value lost over a distance of 1 in the first need")
    price_steps: int = knob_of("optimising", 200, 2, 20_000, "prices", "prices a provider tries, at least a cent apart")
    trial_step: float = knob_of("trial", 0.1, 0, 0.5, "share of mark-up", "how much less and more mark-up a firm tries")
    trial_length: int = knob_of("trial", 12, 1, 1000, "periods", "a trial of a tier lasts so many of the one below")
    cross_one: float = knob_of("two-sided", 0.0, 0, 1e4, "EUR", "worth to side one of meeting all of side two")
    cross_two: float = knob_of("two-sided", 0.0, 0, 1e4, "EUR", "worth to side two of meeting all of side one")
    metered: float = knob_of("two-sided", 0.0, 0, 1, "share", "share of value and price that comes per meeting")
