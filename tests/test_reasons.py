"""Reasons: the best, the verdict by role, and an exact split of the difference in value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.comparison import compare
from scenarios.reasons import PARTS, best, contributions, listed
from scenarios.scenario import load

SMALL = {"customers": 40, "periods": 30, "firms": 8}
amounts = arrays(float, 3, elements=st.floats(0, 1e4))
counts = arrays(float, 3, elements=st.integers(0, 900).map(float))


@st.composite
def parts(draw):
    """Draw the accounts of three replications; where nobody deals there is neither value nor cost."""
    encounters = draw(counts)
    some = encounters > 0
    value, share, cost = draw(amounts) * some, draw(st.floats(0, 1)), draw(amounts) * some
    return {
        "customers": np.full(3, 1000.0),
        "encounters": encounters,
        "value": value,
        "relational": share * value,
        "cost": cost,
    }


def total(accounts):
    return (accounts["value"] - accounts["cost"]) / accounts["customers"]


@given(parts(), parts())
def test_contributions_add_up_to_the_difference(a, b):
    split = contributions(a, b)
    assert list(split) == list(PARTS)
    assert sum(split.values()) == pytest.approx(total(a) - total(b), abs=1e-9)


@given(parts(), parts())
def test_contributions_flip_with_the_order(a, b):
    there, back = contributions(a, b), contributions(b, a)
    for name in PARTS:
        assert there[name] == pytest.approx(-back[name], abs=1e-9)


def test_contributions_by_hand():
    base = {"customers": [100.0], "encounters": [50.0], "value": [500.0], "relational": [100.0], "cost": [200.0]}
    more = {"customers": [100.0], "encounters": [80.0], "value": [960.0], "relational": [160.0], "cost": [400.0]}
    a, b = ({name: np.array(v) for name, v in one.items()} for one in (more, base))
    # Per encounter: first 8 -> 10, relation 2 -> 2, cost 4 -> 5; encounters per customer 0.5 -> 0.8.
    expected = {"encounters": 0.3 * (7 + 6) / 2, "first": 2 * 0.65, "relation": 0.0, "cost": -1 * 0.65}
    for name, part in contributions(a, b).items():
        assert part[0] == pytest.approx(expected[name]), name


def test_without_encounters_all_is_due_to_the_encounters():
    nobody = dict.fromkeys(("encounters", "value", "relational", "cost"), np.zeros(1)) | {"customers": np.ones(1)}
    some = {
        name: np.array([v])
        for name, v in {"customers": 1.0, "encounters": 0.5, "value": 5.0, "relational": 1.0, "cost": 2.0}.items()
    }
    split = contributions(some, nobody)
    assert split["encounters"] == pytest.approx(3)
    assert [split[name][0] for name in ("first", "relation", "cost")] == [0, 0, 0]


def test_the_best_its_runner_up_and_how_surely():
    found = best([np.array([1.0, 2, 3]), np.array([5.0, 6, 7.5]), np.array([4.0, 7, 4])])
    assert (found.scenario, found.runner_up) == (1, 2)
    assert found.share == pytest.approx(2 / 3)
    assert found.lead.difference == pytest.approx(3.5 / 3)
    assert not found.sure
    assert best([np.array([1.0, 2, 3]), np.array([5.0, 6, 7.1])]).sure


def test_equals_are_not_told_apart():
    found = best([np.zeros(4), np.zeros(4)])
    assert (found.sure, found.share) == (False, 0)


def test_words_in_a_row():
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.fixture(scope="module")
def found():
    partners = {"partners": 4, "complement": 1.0}
    return compare(
        [
            load("transactional", SMALL),
            load("partnership", SMALL | partners),
            load("platform", SMALL | {"firms": 0, "peer_share": 0.5}),
        ],
        replications=4,
    )


def test_the_accounts_of_real_runs_add_up(found):
    for outcome in found.outcomes:
        assert total(outcome.parts) == pytest.approx(outcome.results["value_total"])


def test_every_role_that_there_is_has_a_verdict(found):
    partnership, platform = found.verdicts()
    assert list(partnership.roles) == ["customers", "providers", "partners"]
    assert list(platform.roles) == ["customers", "providers", "platform"]
    for verdict in (partnership, platform):
        assert verdict.win_win == (set(verdict.words.values()) == {"gains"})
        assert ("a win-win" in verdict.say(found.labels)) == verdict.win_win


def test_a_platform_gains_what_it_earns(found):
    platform = found.verdicts()[1].roles["platform"]
    assert platform.difference == pytest.approx(found.outcomes[2].results["value_platform"].mean())
    assert found.verdicts()[1].words["platform"] == "gains"
