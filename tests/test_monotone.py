"""More of one thing in the same period of the same market: what may only rise, what may only fall, what must stay.

Two copies of a market stand before the same rule of the same period; in one of them a quantity is moved half way
toward a limit. Then both do the rules up to another one.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.records import BY_PLATFORM, NOBODY, REFERRAL
from sim.rules import SCHEDULE, in_order
from sim.rules.choose import choose
from sim.rules.deliver import deliver
from sim.rules.learn import learn
from sim.rules.offer import offer
from sim.rules.settle import CENTS, cents, settle
from sim.rules.talk import talk
from sim.rules.trust import trust
from sim.state import World
from tests.relabelling import ENOUGH, MARKETS, NO_CHAIN, NO_PLATFORM, PERIODS, TOLERANCE, copy, live, numbers, world_of
from tests.worlds import appraise

UP, DOWN, SAME = 1, -1, 0
LIVED = 7  # periods before


class Move(NamedTuple):
    """A quantity, as array.field, moved half way to `limit` before rule `begin`; what rises or falls up to `end`."""

    quantity: str
    limit: float
    begin: Callable
    end: Callable
    effects: dict[str, int]
    given: dict = {}  # noqa: RUF012


DEARER = {"value": SAME, "expected": SAME, "price": UP, "buys": DOWN}
CHEAPER = {"value": SAME, "expected": SAME, "price": DOWN, "buys": UP}
WORSE = {"value": DOWN, "expected": DOWN, "price": DOWN}
BETTER = {"value": UP, "expected": UP}
RICHER = BETTER | {"price": UP}
AWAY, ALONG = {"price": SAME, "buys": DOWN}, {"price": SAME, "buys": UP}
BAD_LUCK = {"incident": UP, "delivered": DOWN}
LOSING = {"loss": 0.6}
LEAVING = {"memory": 1.0, "fee": 0.5, "delivery_weight": 0.0}  # without a courier's luck

MOVES = [
    *(Move(f"market.{name}", 20.0, offer, choose, DEARER) for name in ("cost", "c_effort", "c_transparency")),
    Move("market.c_advertising", 20.0, offer, choose, DEARER),
    Move("market.delivery_pay", 20.0, offer, choose, DEARER),
    Move("encounters.cost", 1000.0, offer, choose, DEARER, {"chain": {}}),
    Move("encounters.price", 1000.0, offer, choose, DEARER, {"departments": {}}),
    Move("market.price_level", 0.0, offer, choose, CHEAPER),
    Move("market.delivery_weight", 1.0, offer, offer, WORSE, {"command": 0.0, "delivery_weight": 0.0}),
    *(Move(f"market.{name}", 20.0, offer, choose, DEARER) for name in ("c_dialogue", "c_invest", "c_innovate")),
    Move("market.operating_cost", 20.0, offer, choose, DEARER),
    Move("market.fee", 0.95, offer, choose, DEARER),
    Move("market.revenue_share", 0.2, offer, choose, DEARER, {"revenue_share": 0.0}),
    Move("strategies.markup", 1.0, offer, choose, DEARER),
    Move("strategies.waste", 1.0, offer, choose, DEARER),
    Move("strategies.share", 1.0, offer, choose, DEARER, {"patience": 0.0}),
    Move("strategies.patience", 1.0, offer, choose, CHEAPER, {"share": 0.8, "patience": 0.0}),
    Move("strategies.role_clarity", 1.0, offer, choose, CHEAPER),
    Move("market.scale_economy", 2.0, offer, choose, CHEAPER),
    Move("market.command", 1.0, offer, choose, CHEAPER),
    Move("tiers.worth", 100.0, offer, offer, RICHER, NO_CHAIN),
    Move("actors.edge", 10.0, offer, offer, RICHER),
    Move("encounters.value", 1000.0, offer, offer, RICHER, {"input_weight": 0.5}),
    Move("market.complement", 5.0, offer, offer, RICHER),
    Move("market.skill_gain", 10.0, offer, offer, RICHER),
    Move("market.tailoring", 1.0, offer, offer, RICHER),
    Move("market.specificity", 20.0, offer, offer, WORSE),
    Move("strategies.effort", 1.0, offer, offer, RICHER),
    Move("actors.engagement", 1.0, offer, offer, RICHER),
    Move("actors.capability", 1.0, offer, offer, RICHER),
    Move("actors.load", 1000.0, offer, offer, WORSE),
    Move("alliances.trust", 1.0, offer, offer, RICHER),
    Move("ties.skill", 1.0, offer, offer, RICHER),
    Move("ties.insight", 1.0, offer, offer, RICHER),
    Move("ties.pos", 50.0, offer, offer, RICHER | {"trust": UP}),
    Move("ties.gpos", 50.0, offer, offer, RICHER | {"trust": SAME}),
    Move("ties.neg", 50.0, offer, offer, WORSE | {"trust": DOWN}),
    Move("market.risk", 1.0, choose, choose, AWAY),
    Move("market.switching", 20.0, choose, choose, AWAY),
    Move("market.frequency", 0.0, choose, choose, AWAY),
    Move("market.customer_subsidy", 9.0, choose, choose, ALONG),
    Move("market.frequency", 1.0, choose, choose, ALONG),
    Move("market.incident", 1.0, deliver, deliver, BAD_LUCK, LOSING),
    Move("market.roles_effect", 0.0, deliver, deliver, BAD_LUCK, LOSING),
    Move("market.loss", 1.0, deliver, deliver, {"incident": SAME, "delivered": DOWN}),
    Move("strategies.repair", 1.0, deliver, deliver, {"incident": SAME, "repaired": UP, "delivered": UP}, LOSING),
    Move("market.leak", 2.0, deliver, deliver, {"left": UP, "delivered": SAME}, LEAVING),
    Move("market.c_repair", 50.0, settle, talk, {"margin": DOWN, "paid": SAME, "goodwill": DOWN}),
    Move("market.peer_subsidy", 9.0, settle, talk, {"margin": UP, "paid": SAME, "goodwill": UP}),
    Move("strategies.invest", 1.0, learn, learn, {"skill": UP, "insight": SAME}),
    Move("strategies.dialogue", 1.0, learn, learn, {"skill": SAME, "insight": UP}),
    Move("strategies.innovate", 1.0, learn, learn, {"capability": UP}),
    Move("market.suspicion", 1.0, trust, talk, {"satisfaction": DOWN, "trust": DOWN, "recommends": DOWN}),
    Move("market.tolerance", 1.0, trust, talk, {"satisfaction": UP, "trust": UP, "recommends": UP}),
    Move("strategies.alignment", 1.0, trust, talk, {"satisfaction": UP, "trust": UP, "rating": UP}),
    Move("actors.aspiration", 1000.0, trust, talk, {"satisfaction": DOWN, "trust": DOWN, "rating": DOWN}),
]


def measured(world: World) -> dict[str, NDArray]:
    """Return what a period did, in numbers that can rise or fall."""
    ties, events, actors = world.ties, world.encounters, world.actors
    return {
        **{name: ties[name] for name in ("value", "expected", "price", "trust", "skill", "insight")},
        **{name: events[name] for name in ("incident", "repaired", "left", "margin", "satisfaction")},
        **{name: actors[name] for name in ("capability", "recommends")},
        "goodwill": (ties["gpos"] + 1) / (ties["gpos"] + ties["gneg"] + 2),
        "rating": (actors["rating_pos"] + 1) / (actors["rating_pos"] + actors["rating_neg"] + 2),
        "buys": events["slot"] != NOBODY,
        "delivered": events["value"],
        "paid": events["price"],
    }  # fmt: skip


def before(number: int, rule: Callable, **given: object) -> World:
    """Return random market `number`, some periods old, just before `rule`."""
    world = world_of(number, **given)
    live(world, LIVED)
    world.clock["period"] += 1
    return through(world, SCHEDULE[0], rule, last=False)


def through(world: World, begin: Callable, end: Callable, last: bool = True) -> World:
    """Do the rules from `begin` to `end`, both those of the sellers where every tier does them."""
    turns = list(in_order(world))
    places = {turn.rule: place for place, turn in enumerate(turns)}  # the last place: the sellers come last
    for turn in turns[places[begin] : places[end] + last]:
        turn.take()
    return world


def moved(world: World, move: Move) -> World:
    """Return a copy of a world with one quantity half way at its limit."""
    other = copy(world)
    array, field = move.quantity.split(".")
    column = getattr(other, array)[field]
    column[:] = column + (move.limit - column) / 2
    for tie in other.ties.ravel() if array == "ties" else ():
        if tie.provider != NOBODY:
            appraise(other, tie)
    return other


def wrong(sign: int, change: NDArray) -> bool:
    """Whether something moved against its sign."""
    return bool(np.any(change != 0) if sign == SAME else np.any(sign * change < -TOLERANCE))


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.quantity} to {move.limit:g}")
def test_more_of_one_thing_moves_others_one_way(move: Move) -> None:
    told = dict.fromkeys(move.effects, 0)
    happened = 0
    for number in numbers():
        world = before(number, move.begin, **move.given)
        other = moved(world, move)
        one, two = (measured(through(w, move.begin, move.end)) for w in (world, other))
        for name, sign in move.effects.items():
            change = two[name].astype(float) - one[name].astype(float)
            assert not wrong(sign, change), f"market {number}, {name}"
            told[name] += int(np.abs(change).max() > TOLERANCE)
        happened += int(np.count_nonzero(world.ties["tenure"]))
    assert happened > MARKETS  # ties that have been used
    silent = [name for name, sign in move.effects.items() if sign != SAME and told[name] == 0]
    assert not silent, f"nothing ever moved: {silent}"


def test_one_better_provider_is_better_for_its_own_buyers_only() -> None:
    told = 0
    for number in numbers():
        world = before(number, offer)
        other, better = copy(world), world.providers[number % world.tiers["providers"][0]]
        other.actors["capability"][better] += (1 - other.actors["capability"][better]) / 2
        through(world, offer, offer), through(other, offer, offer)
        its = world.ties["provider"] == better
        change = other.ties["value"] - world.ties["value"]
        assert (change[its] > 0).all() and not change[~its].any(), number
        assert (other.ties["expected"] >= world.ties["expected"] - TOLERANCE).all(), number
        told += int(its.sum())
    assert told > MARKETS


def test_a_fee_is_paid_on_the_platform_only() -> None:
    told = 0
    for number in numbers():
        world = before(number, offer, command=0.0)
        other = copy(world)
        other.market["fee"] += (0.6 - other.market["fee"]) / 2
        through(world, offer, offer), through(other, offer, offer)
        shown = (world.ties["origin"] == BY_PLATFORM) & (world.ties["provider"] != NOBODY)
        assert (other.ties["price"][~shown] == world.ties["price"][~shown]).all(), number
        told += int(np.count_nonzero(other.ties["price"][shown] > world.ties["price"][shown]))
    assert told > MARKETS


def test_coming_nearer_to_a_need_brings_value() -> None:
    told = 0
    for number in numbers():
        world = before(number, offer, complement=0.0)
        other, buyers = copy(world), np.flatnonzero(world.ties["provider"][:, 0] != NOBODY)
        other.needs[buyers] += (world.offerings[world.ties["provider"][buyers, 0]] - other.needs[buyers]) / 2
        through(world, offer, offer), through(other, offer, offer)
        change = other.ties["value"][buyers, 0] - world.ties["value"][buyers, 0]
        assert (change >= -TOLERANCE).all(), number
        told += int(np.count_nonzero(change > TOLERANCE))
    assert told > ENOUGH * MARKETS / PERIODS


def test_without_noise_and_incidents_what_was_offered_is_delivered() -> None:
    told = 0
    for number in numbers():
        world = through(before(number, offer, noise=0.0, incident=0.0, delivery_weight=0.0), offer, deliver)
        buyers = np.flatnonzero(world.encounters["slot"] != NOBODY)
        offered = world.ties["value"][buyers, world.encounters["slot"][buyers]]
        assert (world.encounters["value"][buyers] == offered).all(), number
        told += len(buyers)
    assert told > ENOUGH * MARKETS / PERIODS


def test_a_subsidy_to_peers_is_what_the_platform_pays() -> None:
    told = 0
    for number in numbers():
        world = before(number, settle)
        other = copy(world)
        other.market["peer_subsidy"] += 1.23
        through(world, settle, settle), through(other, settle, settle)
        paid = [cents(w.market["peer_subsidy"][0]) / CENTS * w.encounters["mediated"] for w in (world, other)]
        for name, sign in (("margin", 1), ("platform_margin", -1)):
            change = other.encounters[name] - world.encounters[name]
            assert np.allclose(change, sign * (paid[1] - paid[0]), TOLERANCE, TOLERANCE), number
        for w in (world, other):
            assert w.actors["cash"].sum() + w.clock["outside"] == 0
        told += int(world.encounters["mediated"].sum())
    assert told > 0


def test_nobody_new_is_known_where_nobody_looks_round() -> None:
    closed = {"search": 0.0, "talk": 0.0, "advertising": 0.0, "turnover": 0.0, "credit": 1e9, **NO_PLATFORM}
    for number in numbers():
        world = world_of(number, **closed, without=("new entrant",))
        known = world.ties["provider"].copy()
        live(world)
        assert (world.ties["provider"] == known).all() and not (world.ties["origin"] == REFERRAL).any()
