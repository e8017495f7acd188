"""The sections of a market: every quantity of the model with its unit, range, default and meaning.

Names are unique across the sections; the same name is the TOML key, the field of the compiled record and
the label (`docs/odd.md` explains each in context).
"""

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NetworkKind = Literal["none", "random", "small-world", "scale-free", "imported"]
Share = Annotated[float, Field(ge=0, le=1)]
SHARES_TOLERANCE = 1e-9
HIGHEST_FEE = 0.95  # share of the price


def knob(default: float, low: float, high: float, unit: str, meaning: str) -> Any:
    """Declare one quantity: default, allowed range [low, high], unit and meaning."""
    return Field(default=default, ge=low, le=high, description=meaning, json_schema_extra={"unit": unit})


def sum_to_one(shares: dict[str, float]) -> dict[str, float]:
    """Return shares that sum to 1; anything else is refused."""
    total = math.fsum(shares.values())
    if abs(total - 1) > SHARES_TOLERANCE:
        raise ValueError(f"the shares sum to {total:g}, they must sum to 1")
    return shares


Mix = Annotated[dict[str, Share], AfterValidator(sum_to_one)]


def mix(strategy: str, meaning: str) -> Any:
    """Declare a mix of strategies: the one that all follow by default, and the meaning of the shares."""
    return Field(default={strategy: 1.0}, description=meaning, json_schema_extra={"unit": "shares, sum 1"})


class Section(BaseModel):
    """A frozen, strict table of quantities: unknown keys, wrong types, NaN and infinity are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Exchange(Section):
    """What one encounter between a buyer and a provider is worth and costs."""

    dimensions: int = knob(2, 1, 8, "dimensions", "dimensions of needs and offerings")
    value: float = knob(16.0, 0, 1e4, "EUR", "value of a perfect delivery to a buyer")
    complexity: float = knob(0.5, 0, 1, "share", "share of the value that arises only together")
    specificity: float = knob(2.0, 0, 100, "1", "how fast value falls with the distance of need and offering")
    alpha: float = knob(0.6, 0, 1, "share", "weight of the provider's effort in co-creation")
    skill_gain: float = knob(1.0, 0, 10, "1", "what full relation-specific skill adds to co-created value")
    tailoring: float = knob(0.7, 0, 1, "share", "share of a misfit that full insight removes")
    reciprocity: float = knob(0.6, 0, 1, "share", "how far effort follows trust and goodwill")
    incident: float = knob(0.06, 0, 1, "probability", "chance that a delivery goes wrong")
    loss: float = knob(0.7, 0, 1, "share", "share of the value lost in an incident nobody repairs")
    noise: float = knob(0.1, 0, 2, "log EUR", "standard deviation of the log-normal noise of value")
    roles_effect: float = knob(1.0, 0, 1, "share", "how much clear roles matter for incidents and cost")
    memory: float = knob(0.95, 0, 1, "share", "share of trust evidence kept at the next encounter")
    tolerance: float = knob(0.05, 0, 1, "share", "unequal share of the surplus that is still felt as fair")
    suspicion: float = knob(0.25, 0, 1, "share", "what a buyer adds to the provider's share it cannot see")
    engagement_rate: float = knob(0.05, 0, 1, "share per period", "how fast people's engagement follows their buyers")


class Costs(Section):
    """Unit costs of a delivery."""

    cost: float = knob(4.0, 0, 1e4, "EUR", "basic cost of one delivery")
    c_effort: float = knob(1.5, 0, 1e4, "EUR", "cost of full effort")
    c_invest: float = knob(1.5, 0, 1e4, "EUR", "cost of full investment in the relation")
    c_dialogue: float = knob(0.8, 0, 1e4, "EUR", "cost of full dialogue")
    c_transparency: float = knob(0.3, 0, 1e4, "EUR", "cost of full transparency")
    c_repair: float = knob(1.5, 0, 1e4, "EUR", "cost of repairing one incident")
    c_innovate: float = knob(0.6, 0, 1e4, "EUR", "cost of full innovation")
    c_advertising: float = knob(0.8, 0, 1e4, "EUR", "cost of full advertising")
    c_delivery: float = knob(1.0, 0, 1e4, "EUR", "cost of one delivery by a courier")
    scale_economy: float = knob(0.25, 0, 1e3, "EUR", "fall of unit cost per unit of ln(1 + load)")


class Customers(Section):
    """Who buys, how they choose and how they change."""

    customers: int = knob(200, 1, 2_000_000, "actors", "number of customers")
    slots: int = knob(6, 1, 32, "providers", "providers a buyer can know at once (K)")
    frequency: float = knob(0.9, 0, 1, "probability", "chance of a need in a period")
    turnover: float = knob(0.02, 0, 1, "probability", "chance per period that a customer is replaced by a newcomer")
    drift: float = knob(0.01, 0, 0.3, "need per period", "standard deviation of the change of needs")
    trend_flip: float = knob(0.04, 0, 1, "probability", "chance per period that the common trend turns round")
    beta: float = knob(2.0, 0, 100, "1/EUR", "intensity of choice")
    risk: float = knob(0.35, 0, 1, "share", "share of expected value a fully distrustful buyer disregards")
    switching: float = knob(0.5, 0, 1e3, "EUR", "effort of choosing another than the current provider")
    search: float = knob(0.05, 0, 1, "probability", "chance per period of finding a provider at random")
    talk: float = knob(0.05, 0, 1, "probability", "chance per period of hearing of a friend's provider")
    consent: float = knob(0.7, 0, 1, "share", "share of customers who let their data be used")
    command: float = knob(0.0, 0, 1, "share", "share of a provider's margin the buyer squeezes out")


class Providers(Section):
    """Who sells: firms, and peers (customers who also provide)."""

    firms: int = knob(24, 0, 100_000, "actors", "number of firms")
    peer_share: float = knob(0.0, 0, 1, "share", "share of the customers who also provide")
    firm_capacity: int = knob(0, 0, 2_000_000, "encounters per period", "a firm serves so many well; 0 = no limit")
    peer_capacity: int = knob(3, 1, 2_000_000, "encounters per period", "a peer serves 1 to so many well, at random")
    firm_strategies: Mix = mix("transactional", "share of the firms that follows each strategy")
    peer_strategies: Mix = mix("peer", "share of the peers that follows each strategy")


class Partners(Section):
    """Who co-delivers: a partner works with firms for their customers and shares their revenue."""

    partners: int = knob(0, 0, 100_000, "actors", "number of partners")
    firms_per_partner: int = knob(1, 1, 1000, "firms", "firms one partner works with")
    complement: float = knob(0.5, 0, 10, "1", "what a fully trusted partner at full effort adds to the value")
    revenue_share: float = knob(0.15, 0, 0.9, "share", "share of the price a firm passes on to each of its partners")
    partner_strategies: Mix = mix("partnership", "share of the partners that follows each strategy")


class Platform(Section):
    """The third party that fills choice sets with rated peers. Without platform slots there is none."""

    platform_slots: int = knob(0, 0, 32, "providers", "slots of a buyer's that the platform fills")
    fee: float = knob(0.15, 0, HIGHEST_FEE, "share", "share of the price the platform keeps")
    breadth: int = knob(12, 1, 1000, "providers", "candidates the platform looks at for one buyer and period")
    curation: float = knob(0.0, 0, 1, "rating", "peers rated below this are not shown")
    precision: float = knob(0.8, 0, 1, "share", "how well the platform lets a consenting buyer judge the fit")
    operating_cost: float = knob(1.0, 0, 1e4, "EUR", "cost of one delivery through the platform")
    customer_subsidy: float = knob(0.0, 0, 1e4, "EUR", "paid by the platform to the customer per encounter")
    peer_subsidy: float = knob(0.0, 0, 1e4, "EUR", "paid by the platform to the provider per encounter")
    leak: float = knob(0.5, 0, 1, "probability per fee", "how readily a pair that trusts leaves the platform")
    data_rights: float = knob(0.0, 0, 1, "share", "how far customers can see and delete the data kept about them")


class Participation(Section):
    """Who takes part in the platform. With `joining` 0 that never changes."""

    joining: float = knob(0.0, 0, 1, "probability", "chance per period that somebody reconsiders taking part")
    first_peers: float = knob(1.0, 0, 1, "share", "share of the peers (and couriers) who take part at first")
    first_members: float = knob(1.0, 0, 1, "share", "share of the customers who take part at first")
    outside_earnings: float = knob(0.0, 0, 1e4, "EUR per period", "what a peer or courier would earn elsewhere")
    attention: float = knob(0.0, 0, 1e4, "EUR per period", "what following the platform is worth to a customer")


class Couriers(Section):
    """The third side of a platform: who carries the delivery from producer to customer."""

    couriers: int = knob(0, 0, 100_000, "actors", "number of couriers; 0 = a platform of two sides")
    delivery_pay: float = knob(2.0, 0, 1e4, "EUR", "paid by the provider to the courier per delivery")
    delivery_weight: float = knob(0.5, 0, 1, "share", "share of the value that hangs on the courier")
    courier_capacity: int = knob(20, 1, 2_000_000, "deliveries per period", "a courier carries so many well")
    courier_strategies: Mix = mix("peer", "share of the couriers that follows each strategy")


class Networks(Section):
    """Who talks to whom (social) and who can meet whom (market; `none` = everybody)."""

    social: NetworkKind = Field(
        default="small-world", description="friendships among customers", json_schema_extra={"unit": "kind"}
    )
    social_degree: int = knob(6, 0, 1000, "friends", "mean number of friends, rounded down to even")
    social_rewiring: float = knob(0.1, 0, 1, "probability", "share of small-world friendships that go anywhere")
    market: NetworkKind = Field(
        default="none", description="which providers a customer can find by itself", json_schema_extra={"unit": "kind"}
    )
    market_degree: int = knob(12, 1, 1000, "providers", "the most providers a customer can find by itself")
    market_rewiring: float = knob(0.1, 0, 1, "probability", "share of small-world reach that goes anywhere")
    influencers: float = knob(0.05, 0, 1, "share", "share of customers, those with most friends, who lead opinion")
    trust_weight: float = knob(2.0, 0, 100, "encounters", "encounters that one imported trust value counts for")


class Competition(Section):
    """How strategies spread. Off by default: a comparison of regimes keeps everybody's strategy."""

    imitate: float = knob(0.0, 0, 1, "probability", "chance per period that a provider compares itself with another")
    selection: float = knob(1.0, 0, 1000, "1/EUR", "intensity of imitation and of taking part (Fermi)")
    mutation: float = knob(0.0, 0, 1, "probability", "chance per period of trying a strategy at random")
    credit: float = knob(1e9, 0, 1e9, "EUR", "debt at which a firm is bankrupt")


class Strategy(Section):
    """What a provider does: the knobs of one strategy."""

    markup: float = knob(0.2, -1, 10, "share of cost", "mark-up on unit cost")
    share: float = knob(0.0, 0, 1, "share", "share of the surplus the provider asks on top")
    patience: float = knob(0.0, 0, 1, "share", "readiness to carry its share of early losses")
    effort: float = knob(0.6, 0, 1, "share", "effort in each delivery")
    invest: float = knob(0.0, 0, 1, "share", "investment in the relation: builds skill")
    dialogue: float = knob(0.0, 0, 1, "share", "dialogue with each buyer: builds insight")
    transparency: float = knob(0.3, 0, 1, "share", "how far the buyer sees who gets what")
    repair: float = knob(0.2, 0, 1, "probability", "chance that an incident is put right")
    innovate: float = knob(0.05, 0, 1, "share", "innovation")
    orientation: float = knob(0.5, 0, 1, "share", "innovation toward customers' needs (1) or product quality (0)")
    spillover: float = knob(0.0, 0, 1, "share", "skill from other relations a new buyer starts with")
    role_clarity: float = knob(0.3, 0, 1, "share", "how clear it is who does what")
    alignment: float = knob(1.0, 0, 1, "share", "how far goals are aligned when values differ")
    community: float = knob(0.0, 0, 100, "1", "extra weight of influencers' needs")
    waste: float = knob(0.0, 0, 1, "share of cost", "spending on top of the basic cost that adds no value")
    advertising: float = knob(0.0, 0, 1, "share", "advertising: makes it known to more buyers")
    end_user_focus: float = knob(0.0, 0, 1, "share", "weight of end customers' needs against direct buyers'")


class Tier(Section):
    """A tier of a chain above the firms that sell to the customers. Each next link is a customer."""

    firms: int = knob(6, 1, 100_000, "actors", "number of firms in the tier")
    known: int = knob(6, 1, 32, "providers", "firms of this tier a buyer can know at once")
    work: float = knob(0.25, 0, 1, "share", "share of the work of a delivery that is done in this tier")
    input_weight: float = knob(0.5, 0, 1, "share", "share of its buyer's value that hangs on what this tier delivers")
    strategies: Mix = mix("transactional", "share of the tier's firms that follows each strategy")


class Department(Section):
    """A department of every firm that sells: it serves the next one, or the firm's counter, at a price of 0."""

    work: float = knob(0.2, 0, 1, "share", "share of the work of a delivery that is done in this department")
    input_weight: float = knob(0.5, 0, 1, "share", "share of its buyer's value that hangs on what it delivers")
    orders: float = knob(0.0, 0, 1, "share", "how far it is commanded: 0 a partner inside, 1 told what to do")
    strategies: Mix = mix("partnership", "share of the firms whose department follows each strategy")
