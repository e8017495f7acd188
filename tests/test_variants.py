"""Every rule variant: found by its name, sound in a full market, the same again, and nobody else's luck is touched."""

import importlib
import inspect

import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.sentences import limits
from sim.config import Market, quantities_in
from sim.create import create
from sim.ensemble import run
from sim.period import advance
from sim.records import RULES
from sim.rule_sections import Rules, Variants
from sim.rulebook import MAY_BE_OFF, OFF, PLACES, STANDARD, field_of, variant, variants
from sim.rules import SCHEDULE
from sim.state import check
from sim.totals import TOTALS
from tests.crowd import everybody
from tests.reference.lively import lively

PERIODS = 8
SEEDS = (1, 2, 3)
PLAIN = everybody()
EVERY = [(place, name) for place in PLACES for name in variants(place) if name != STANDARD]


def with_rules(market: Market, **names: str) -> Market:
    """Return a market with other rules at some places."""
    fields = {field_of(place): name for place, name in names.items()}
    return Market.model_validate(market.model_dump() | {"rules": market.rules.model_dump() | fields})


def with_knobs(market: Market, end: int) -> Market:
    """Return a market with what its rules read at the lowest (0) or at the highest (1) that is allowed."""
    there = {name: field for name, field in Variants.model_fields.items() if market.rules.read(field)}
    knobs = {name: field.annotation(limits(field)[end]) for name, field in there.items()}
    return Market.model_validate(market.model_dump() | {"variants": knobs})


def worlds_of(market: Market, seed: int) -> tuple[list[str], list[bytes]]:
    """Run some periods; return what was wrong after each, and all arrays at the end."""
    world, wrong = create(market, seed), []
    for _ in range(PERIODS):
        advance(world, np.zeros((1, len(market.strategies) + 1), TOTALS))
        wrong += check(world)
    return wrong, [array.tobytes() for array in world]


def test_there_is_a_name_for_every_place_of_the_schedule():
    assert list(PLACES) == [rule.__name__ for rule in SCHEDULE]
    assert list(Rules().chosen()) == list(map(field_of, PLACES)) == list(RULES.names)
    assert set(MAY_BE_OFF) <= set(PLACES)
    assert all(len(name) <= RULES[0].itemsize for place in PLACES for name in variants(place))


def test_an_unknown_rule_gets_a_sentence():
    with pytest.raises(ValidationError, match="'maybe' is no rule for trust; there are standard, off, "):
        Rules(trust_rule="maybe")
    with pytest.raises(ValidationError, match="'off' is no rule for settle"):
        Rules(settle_rule="off")


def test_a_market_tells_the_quantities_that_its_rules_read():
    other = with_rules(PLAIN, trust="two-layer")
    told = {name for _, name, _ in quantities_in(other)} - {name for _, name, _ in quantities_in(PLAIN)}
    assert told == {"building", "erosion", "damage", "recovery"}


@pytest.mark.parametrize("field", Variants.model_fields.values(), ids=Variants.model_fields)
def test_a_quantity_of_variants_names_rules_that_are_there(field):
    of = field.json_schema_extra["of"]
    assert set(of) <= {name for _, name in EVERY}
    assert field.description.startswith(", ".join(of) + ": ")


@pytest.mark.parametrize(("place", "name"), [one for one in EVERY if one[1] != OFF])
def test_a_variant_says_what_it_is_and_where_it_is_from(place, name):
    module = importlib.import_module(f"sim.variants.{place}.{name.replace('-', '_')}")
    assert module.__doc__ and len(module.__doc__) > 80
    assert getattr(module, place).__doc__
    standard = SCHEDULE[PLACES.index(place)]
    assert list(inspect.signature(variant(place, name)).parameters) == list(inspect.signature(standard).parameters)


@pytest.mark.parametrize(("place", "name"), EVERY)
def test_a_variant_keeps_a_market_sound_and_gives_the_same_again(place, name):
    for seed in SEEDS:
        other = with_rules(lively(seed), **{place: name})
        other = other if seed == SEEDS[-1] else with_knobs(other, end=seed % 2)
        wrong, first = worlds_of(other, seed)
        assert wrong == []
        assert worlds_of(other, seed)[1] == first


@pytest.mark.parametrize(("place", "name"), [one for one in EVERY if one[0] not in ("change", "meet")])
def test_a_variant_changes_who_people_are_for_nobody(place, name):
    """Needs and newcomers follow the same draws whatever rule stands at another place."""
    one, other = (create(market, 5) for market in (PLAIN, with_rules(PLAIN, **{place: name})))
    for world in (one, other):
        for _ in range(PERIODS):
            advance(world, np.zeros((1, len(PLAIN.strategies) + 1), TOTALS))
    assert np.array_equal(one.needs, other.needs)
    assert np.array_equal(one.actors["arrived"], other.actors["arrived"])


def test_the_standard_rules_one_by_one_give_the_run_in_one_piece():
    """A variant that does what the standard rule does: `in_order` against the stages of `sim.period`."""
    talks = Market.model_validate(PLAIN.model_dump() | {"customers": PLAIN.customers.model_dump() | {"talk": 0.0}})
    silent = with_rules(talks, adapt="off")
    whole, pieces = run(talks, 3), run(silent, 3)
    assert whole.totals.tobytes() == pieces.totals.tobytes()
