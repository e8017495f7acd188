"""What must not matter does not: when a mechanism is off, its quantities have no effect, to the bit.

Each law is tried both ways on random lively markets: with the mechanism off the two lives must be the same,
with it on they must not, else the law would say nothing.
"""

from typing import NamedTuple

import pytest

from sim.create import create
from tests.relabelling import (
    ENOUGH,
    MARKETS,
    NO_CHAIN,
    NO_PLATFORM,
    STRANGERS,
    Life,
    changed,
    deals,
    difference,
    live,
    market_of,
    numbers,
    taken_from,
)

OWN_TO_PLATFORM = (
    "fee", "breadth", "curation", "precision", "operating_cost", "customer_subsidy", "peer_subsidy", "leak",
)  # fmt: skip
OWN_TO_COURIERS = ("delivery_pay", "delivery_weight", "c_delivery", "courier_capacity", "courier_strategies")
SKILL, INSIGHT = ("skill", "mean_skill", "relational"), ("insight", "relational")
SAME = {
    "markup": 0.1, "share": 0.2, "patience": 0.5, "effort": 0.7, "invest": 0.5, "dialogue": 0.5, "transparency": 0.5,
    "repair": 0.5, "innovate": 0.3, "orientation": 0.5, "spillover": 0.2, "role_clarity": 0.5, "alignment": 0.8,
    "community": 1.0, "waste": 0.1, "advertising": 0.3, "end_user_focus": 0.5, "joining": 0.0,
}  # fmt: skip
AT_COST = {"markup": -0.2, "share": 0.0, "fee": 0.0, "revenue_share": 0.0, "without": ("fee change",)}
AT_A_LOSS = AT_COST | {"peer_subsidy": 0.0, "transparency": 1.0, "cost": 5.0, "scale_economy": 0.0}
BREACHED = {"shocks": {"breach": {"kind": "privacy breach", "period": 3}}, "consent": 0.7, "drift": 0.05}
FRIENDLY_PLATFORM = {
    "platform_slots": 2, "peer_share": 1.0, "curation": 0.0, "value": 40.0, "alignment": 1.0, "tolerance": 0.3,
    "share": 0.0, "memory": 1.0, "waste": 0.0,
}  # fmt: skip


class Law(NamedTuple):
    """When the market is so, these quantities have no effect on anything but what is named in `ignoring`.

    `always` is so with the mechanism on as well: it makes common what it needs.
    """

    when: dict
    then: tuple[str, ...]
    ignoring: tuple[str, ...] = ()
    always: dict = {}  # noqa: RUF012


LAWS = {
    "loss and repair without incidents": Law({"incident": 0.0}, ("loss", "repair", "c_repair")),
    "loss if everything is repaired": Law({"repair": 1.0}, ("loss",)),
    "cost of repair if nothing is": Law({"repair": 0.0}, ("c_repair",)),
    "clear roles without effect": Law({"roles_effect": 0.0}, ("role_clarity",)),
    "suspicion if everything is seen": Law({"transparency": 1.0}, ("suspicion",)),
    "transparency if nothing is suspected": Law(
        {"c_transparency": 0.0, "tolerance": 1.0, "suspicion": 0.0}, ("transparency",)
    ),
    "tolerance of those who are served at a loss": Law(AT_A_LOSS, ("tolerance",)),
    "command over those who do not earn": Law(AT_COST, ("command",)),
    "patience of those who ask no share": Law({"share": 0.0}, ("patience",)),
    "trend without drift": Law({"drift": 0.0, "without": ("need jump",)}, ("trend_flip",), ("trend",)),
    "consent without drift, platform and breach": Law(
        {"drift": 0.0, **NO_PLATFORM, "without": ("need jump", "privacy breach")}, ("consent",), ("consents",)
    ),
    "rights over data that nobody misuses": Law({"without": ("privacy breach",)}, ("data_rights",), (), BREACHED),
    "precision without consent": Law({"consent": 0.0}, ("precision",)),
    "influencers without community": Law(
        {"community": 0.0, "without": ("new entrant",)}, ("influencers",), ("influencer",)
    ),
    "friends who never talk": Law(
        {"talk": 0.0, "community": 0.0, "without": ("new entrant",)},
        ("social", "social_degree", "social_rewiring"), ("influencer",),
    ),
    "direction of innovation without it": Law({"innovate": 0.0}, ("orientation", "c_innovate", "end_user_focus")),
    "community of those who do not innovate": Law({"innovate": 0.0, **NO_CHAIN}, ("community",)),
    "community of those who look at their product": Law({"orientation": 0.0, **NO_CHAIN}, ("community",)),
    "end customers of those who know their buyers only": Law(NO_CHAIN, ("end_user_focus",)),
    "selection without imitation": Law({"imitate": 0.0, "joining": 0.0}, ("selection",)),
    "imitation among equals": Law(SAME, ("imitate", "mutation", "selection"), ("strategy", "totals")),
    "everything of the platform without it": Law(NO_PLATFORM, OWN_TO_PLATFORM),
    "who follows a platform that is not there": Law(NO_PLATFORM, ("first_members", "attention"), ("member", "window")),
    "readiness to leave a platform without fee": Law(
        {"fee": 0.0, "without": ("fee change",)}, ("leak",), (), FRIENDLY_PLATFORM
    ),
    "everything of couriers without them": Law({"couriers": 0}, OWN_TO_COURIERS),
    "earnings elsewhere of those who stay": Law({"joining": 0.0}, ("outside_earnings", "attention"), ("window",)),
    "cost of advertising that nobody does": Law({"advertising": 0.0}, ("c_advertising",)),
    "everything of partners without them": Law(
        {"partners": 0}, ("complement", "revenue_share", "partner_strategies", "firms_per_partner")
    ),
    "everything of peers without them": Law(
        {"peer_share": 0.0, **NO_PLATFORM},
        ("peer_capacity", "peer_strategies", "first_peers", "outside_earnings"), ("capacity",),
    ),
    "reach if everybody can find everybody": Law({"market": "none"}, ("market_degree", "market_rewiring")),
    "insight without tailoring and innovation": Law(
        {"tailoring": 0.0, "c_dialogue": 0.0, "innovate": 0.0, **NO_CHAIN}, ("dialogue",), INSIGHT
    ),
    "tailoring without dialogue": Law({"dialogue": 0.0}, ("tailoring",)),
    "skill without gain": Law({"skill_gain": 0.0, "c_invest": 0.0}, ("invest", "spillover"), SKILL),
    "gain of skill without investment": Law({"invest": 0.0}, ("skill_gain", "spillover")),
    "co-creation in simple exchange": Law(
        {"complexity": 0.0}, ("alpha", "skill_gain", "spillover"), ("skill", "mean_skill", "cooperation")
    ),
    "effort that costs nothing in simple exchange": Law(
        {"complexity": 0.0, "c_effort": 0.0, "complement": 0.0, "delivery_weight": 0.0}, ("effort",)
    ),
    "the past where everybody is new in every period": Law(
        {"turnover": 1.0, "partners": 0, **NO_CHAIN}, ("memory", "drift", "trend_flip", "talk"), ("trend",)
    ),
    "needs of those who take anything": Law(
        {"specificity": 0.0}, ("drift", "trend_flip", "tailoring", "dimensions"),
        (*INSIGHT, "trend", "needs", "end_needs", "offerings"),
    ),
    "dialogue with those who take anything": Law(
        {"specificity": 0.0, "c_dialogue": 0.0}, ("dialogue",), (*INSIGHT, "needs", "end_needs", "offerings")
    ),
}  # fmt: skip


def lives(law: Law, number: int, when: bool) -> tuple[Life, Life]:
    """Return the lives of a market and of the same with other values of what the law says is irrelevant."""
    market = changed(market_of(number), **law.always | (law.when if when else {}))
    other = taken_from(market_of(STRANGERS + number), market, law.then)
    return live(create(market, number)), live(create(other, number))


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_what_is_switched_off_has_no_effect(law: Law) -> None:
    happened = 0
    for number in numbers():
        one, other = lives(law, number, when=True)
        assert not (found := difference(one, other, law.ignoring)), f"market {number}, {found}"
        happened += deals(one)
    assert happened >= ENOUGH * MARKETS


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_what_is_switched_on_has_an_effect(law: Law) -> None:
    telling = sum(difference(*lives(law, number, when=False), law.ignoring) != "" for number in numbers())
    assert telling >= MARKETS / 10
