"""Meeting and choosing: each rule against its equation, worked out by hand on small worlds."""

import math
from collections import Counter

import numpy as np
import pytest

from sim.records import DESK, NOBODY, TERMS
from sim.relations import misfit_squared as misfit_squared_
from sim.rules import SCHEDULE, step
from sim.rules.change import change, reflect
from sim.rules.choose import logit as logit_
from sim.rules.deliver import deliver
from sim.rules.meet import meet
from sim.rules.offer import base_price, load_factor, offer, price, squeezed, unit_cost
from sim.rules.offer import fit_and_value as fit_and_value_
from sim.state import check
from tests.calling import from_python
from tests.worlds import through, world_of

fit_and_value, logit, misfit_squared = map(from_python, (fit_and_value_, logit_, misfit_squared_))


def test_step_runs_the_schedule_in_its_order() -> None:
    whole, pieces = world_of("platform"), world_of("platform")
    whole.clock["period"] = 0
    step(whole)
    through(pieces, SCHEDULE[-1])
    assert all(a.tobytes() == b.tobytes() for a, b in zip(whole, pieces, strict=True))


# change


@pytest.mark.parametrize(("x", "inside"), [(0.3, 0.3), (-0.2, 0.2), (1.25, 0.75), (2.5, 0.5), (-1.5, 0.5)])
def test_needs_are_reflected_into_the_unit_interval(x: float, inside: float) -> None:
    assert reflect(x) == pytest.approx(inside)


def test_insight_ages_with_drift_and_less_with_consent() -> None:
    world = world_of(drift=0.02, turnover=0.0, consent=0.5)
    world.ties["insight"] = 0.5
    change(world)
    consents = world.actors["consents"][:30]
    assert set(consents) == {0, 1}
    expected = 0.5 * (1 - 3 * 0.02 * (1 - 0.5 * consents))
    assert np.allclose(world.ties["insight"], expected[:, None])


def test_without_drift_and_turnover_nothing_changes() -> None:
    world = world_of(drift=0.0, turnover=0.0)
    before = world.needs.copy(), world.ties.copy()
    change(world)
    assert np.array_equal(before[0], world.needs)
    assert before[1].tobytes() == world.ties.tobytes()


def test_a_newcomer_starts_without_any_relation() -> None:
    world = through(world_of(turnover=0.0), SCHEDULE[-1])
    world.market["turnover"] = 1.0
    world.clock["period"] = 2
    before = world.needs.copy()
    change(world)
    assert not np.isclose(world.needs, before).all(axis=1).any()
    assert not world.ties["pos"].any() and not world.ties["tenure"].any()
    assert (world.actors["current"][:30] == NOBODY).all()


# meet


def test_search_never_touches_the_current_provider() -> None:
    world = through(world_of(search=1.0, talk=0.0), SCHEDULE[-1])
    used = np.flatnonzero(world.actors["current"][:30] != NOBODY)
    slots = world.actors["current"][used]
    before = world.ties[used, slots].copy()
    for period in range(2, 30):
        world.clock["period"] = period
        meet(world)
    assert world.ties[used, slots].tobytes() == before.tobytes()


def test_search_gives_up_the_provider_trusted_least() -> None:
    world = world_of(search=1.0, talk=0.0, firms=20)
    world.ties["trust"] = [0.9, 0.4, 0.2, 0.6, 0.1, 0.7]
    world.actors["current"][:30] = 4  # trusted least, but in use
    before = world.ties["provider"].copy()
    meet(world)
    assert (world.ties["provider"] != before).sum(axis=0).tolist() == [0, 0, 30, 0, 0, 0]


def test_between_equals_chance_decides_not_the_row() -> None:
    world = world_of(customers=200, firms=40, search=0.3, talk=0.0, frequency=0.0, turnover=0.0)
    for period in range(1, 60):
        world.clock["period"] = period
        meet(world)
    known = np.bincount((world.ties["provider"].ravel() - 200) // 10, minlength=4)
    assert known.sum() == 1200 and known.min() > 240  # 300 are expected of each quarter of the rows
    shown = world_of("platform", customers=200, consent=0.0)
    meet(shown)
    assert np.bincount(shown.ties["provider"].ravel() // 50, minlength=4).min() > 240


def test_a_friend_passes_on_only_a_provider_it_trusts() -> None:
    world = world_of(search=0.0, talk=1.0, firms=30)
    world.actors["current"][:30] = 0
    world.ties["neg"][:, 0] = 2.0
    world.ties["pos"][:, 0] = 1.9  # trust 2.9/5.9 is not above 0.6
    before = world.ties["provider"].copy()
    meet(world)
    assert np.array_equal(world.ties["provider"], before)
    world.ties["neg"][:, 0], world.ties["pos"][:, 0] = 0.0, 8.0
    meet(world)
    heard = world.ties["origin"] == 1
    assert heard.any()
    assert np.allclose(world.ties["pos"][heard], 1.8)
    assert np.allclose(world.ties["known"][heard], 0.5)


def test_the_platform_shows_nobody_below_its_curation() -> None:
    world = world_of("platform", curation=0.6, platform_slots=6)
    world.actors["rating_pos"][:10] = 50.0
    meet(world)
    shown = world.ties["provider"][world.ties["provider"] != NOBODY]
    assert len(shown) and set(shown) <= set(range(10))


def test_the_platform_needs_consent_to_judge_the_fit() -> None:
    world = world_of("platform", consent=0.5)
    meet(world)
    known = world.ties["known"][world.ties["provider"] != NOBODY]
    assert set(np.unique(known)) == {0.0, 0.8}
    consents = world.actors["consents"][:30].astype(bool)
    assert (world.ties["known"][~consents] == 0).all()


# offer


def terms(share: float = 0.0, patience: float = 0.0) -> np.record:
    """Make a provider's terms of contract."""
    row = np.zeros(1, TERMS)[0]
    row.share, row.patience = share, patience
    return row


@pytest.mark.parametrize(
    ("contract", "markup", "fee", "expected", "command", "asked"),
    [
        (terms(), 0.2, 0.0, 20.0, 0.0, 6.0),  # mark-up on cost 5
        (terms(), 0.2, 0.25, 20.0, 0.0, 8.0),  # the fee comes on top: 6 / 0.75
        (terms(share=0.5), 0.0, 0.0, 15.0, 0.0, 10.0),  # equal split of the surplus 10
        (terms(share=0.5), 0.0, 0.0, 3.0, 0.0, 5.0),  # an impatient provider carries no loss
        (terms(share=0.5, patience=1.0), 0.0, 0.0, 3.0, 0.0, 4.0),  # a patient one carries its share
        (terms(), 0.2, 0.0, 20.0, 0.5, 5.5),  # the buyer squeezes half of the margin
        (terms(), -0.5, 0.0, 20.0, 0.5, 2.5),  # of a loss there is nothing to squeeze
    ],
)
def test_one_price_formula_covers_every_contract(contract, markup, fee, expected, command, asked) -> None:
    offered = price(contract, base_price(5.0, markup, fee), expected)
    assert squeezed(offered, 5.0, command) == pytest.approx(asked)


def test_a_fee_and_a_partners_share_that_leave_nothing_do_not_meet() -> None:
    world = through(world_of("partnership", partners=6, fee=0.5, revenue_share=0.5), offer)
    assert check(world) == []
    assert (world.terms["asked"][world.providers] > 0).all()


def test_unit_cost_adds_up_what_a_strategy_spends() -> None:
    world = world_of("partnership")
    got = unit_cost(world.market[0], world.strategies[0], 0.85, 3)
    by_hand = 4 * (1 - 0.1 * 0.8) + 1.5 * 0.85**2 + 0.3 * 0.9 + 0.8 * 0.8 + 1.5 * 0.8 + 0.6 * 0.5 - 0.25 * math.log(4)
    assert got == pytest.approx(by_hand, rel=1e-14)


def test_the_crowded_serve_worse() -> None:
    actor = world_of().actors[-2]
    actor.capacity = 4
    for served, factor in ((0, 1.0), (4, 1.0), (8, 0.5)):
        actor.load = served
        assert load_factor(actor) == factor
    actor.capacity, actor.load = 0, 1000
    assert load_factor(actor) == 1.0


def test_value_follows_fit_cooperation_and_skill() -> None:
    world = world_of("partnership")
    offer(world)
    tie = world.ties[3, 2]
    d2 = ((world.needs[3] - world.offerings[tie.provider]) ** 2).sum()
    effort = 0.85 * (0.8 + 0.4 * 0.5)
    e_p, e_b = effort * (1 - 0.6 * 0.5), 1 - 0.6 + 0.6 * 0.5
    fit = math.exp(-2 * (1 - 0.7 * 0.4) ** 2 * d2)
    c = e_p**0.6 * e_b**0.4
    value = 16 * world.actors[tie.provider].capability * fit * (0.5 + 0.5 * c * (1 + 0.3))
    assert fit_and_value(world, tie, misfit_squared(world, 3, tie.provider), 0.3, 0.4) == pytest.approx(
        (fit, value), rel=1e-12
    )


def test_an_unknown_provider_is_judged_as_an_average_one() -> None:
    world = world_of()
    world.ties["known"][:, 0] = 1.0
    offer(world)
    mean = world.ties["value"].mean(axis=1)
    assert np.allclose(world.ties["expected"][:, 0], world.ties["value"][:, 0])
    assert np.allclose(world.ties["expected"][:, 1], mean)


def test_a_trusted_and_hard_working_partner_adds_value() -> None:
    alone, joined = world_of("partnership"), world_of("partnership", partners=6)
    offer(alone)
    offer(joined)
    assert np.allclose(joined.ties["value"], alone.ties["value"] * (1 + 0.5 * 0.5 * 0.85))


# choose


def test_choices_follow_the_logit() -> None:
    world = world_of(slots=3, beta=0.5)
    offer(world)
    world.ties["expected"][0], world.ties["price"][0] = (8.0, 9.0, 10.0), (7.0, 7.0, 7.0)
    world.actors["current"][0] = 1
    room = np.zeros(3, DESK)
    drawn = Counter(logit(world, 0, (n + 0.5) / 20_000, room) for n in range(20_000))
    u = {NOBODY: 0.0} | {s: (1 - 0.35 * 0.5) * v - 7 - 0.5 * (s != 1) for s, v in enumerate((8.0, 9.0, 10.0))}
    total = sum(math.exp(0.5 * x) for x in u.values())
    for slot, utility in u.items():
        assert drawn[slot] / 20_000 == pytest.approx(math.exp(0.5 * utility) / total, abs=2e-4)


def test_the_slot_a_provider_sits_in_does_not_matter() -> None:
    world = world_of()
    offer(world)
    room = np.zeros(6, DESK)
    for luck in np.linspace(0.001, 0.999, 97):
        slot = logit(world, 4, luck, room)
        chosen = world.ties[4, slot].provider if slot != NOBODY else NOBODY
        world.ties[4] = np.roll(world.ties[4], 1)
        slot = logit(world, 4, luck, room)
        assert chosen == (world.ties[4, slot].provider if slot != NOBODY else NOBODY)


def test_nobody_buys_without_a_need_or_below_the_outside_option() -> None:
    assert (through(world_of(frequency=0.0), deliver).encounters["slot"] == NOBODY).all()
    assert (through(world_of(cost=1000.0), deliver).encounters["slot"] == NOBODY).all()
