"""Lessons: their files, mistakes in them, outcomes against predictions, and that no text contradicts the model."""

import copy
import tomllib
from pathlib import Path

import numpy as np
import pytest
import solara
from ipyvuetify import Html

from dashboards.footage import is_too_large
from dashboards.links import read, write
from dashboards.pages.lessons import lesson as files
from dashboards.pages.lessons import page, results
from dashboards.pages.lessons.answers import Asked
from dashboards.pages.lessons.experiments import Case, cases_of, scenario_of
from dashboards.pages.lessons.guesses import NoGuess, read_guess, write_guess
from dashboards.pages.lessons.lesson import LESSONS, lesson_of, lessons
from dashboards.pages.lessons.outcomes import Outcome, Plan, Span, judge, outcome_of
from dashboards.pages.lessons.results import example_of, outcome
from dashboards.pages.lessons.rounds import Design, Falling, Peak, Round
from dashboards.pages.lessons.steps import MOST_STEPS, fields, given, steps_of
from dashboards.words import languages, words
from dashboards.working import Stopped, Tick
from scenarios.catalogue import ScenarioError, claim_ids
from scenarios.statistics import Paired, estimate

ROOT = Path(__file__).parent.parent
ROUNDS = [(lesson, name) for lesson, one in lessons().items() for name in one.rounds]
GO_ON = Tick(lambda: True, lambda progress: None)
GUESSES = {"choice": "platform", "change": -0.3, "peak": 0.3, "falling": 0.1, "crossing": 0.15}


def of(lesson: str, name: str) -> Round:
    return lessons()[lesson].rounds[name]


def found(lesson: str, name: str) -> Outcome:
    return outcome(lesson, name, example_of(of(lesson, name)), GO_ON)


def some_guess(asked: Round):
    if isinstance(asked, Design):
        return Plan(asked.standard, True)
    return GUESSES.get(asked.kind) or tuple(reversed(getattr(asked, "options", {})))


def lead(difference: float, half: float) -> Paired:
    return Paired(difference, difference - half, difference + half, None, 12, 0, None)


# Files


def test_there_are_lessons_of_20_50_and_90_minutes():
    assert [lesson.minutes for lesson in lessons().values()] == [20, 50, 90]
    assert {len(lesson.rounds) >= 2 for lesson in lessons().values()} == {True}
    assert {one.kind for lesson in lessons().values() for one in lesson.rounds.values()} >= {
        *("choice", "ranking", "peak", "design")
    }


@pytest.mark.parametrize(("lesson", "name"), ROUNDS)
def test_rounds_rest_on_claims_and_can_be_filmed(lesson, name):
    asked = of(lesson, name)
    assert asked.claims
    assert set(asked.claims) <= set(claim_ids())
    films = [scenario_of(asked, Case(scene.market, scene.value)).market for scene in asked.films]
    markets = [scenario_of(asked, case).market for case in cases_of(asked)]
    assert not any(is_too_large(market) for market in films)
    assert len({(market.customers.customers, market.periods) for market in markets}) == 1


@pytest.mark.parametrize("name", lessons())
def test_a_board_fits_on_a_page(name):
    for lang in languages():
        assert max(map(len, lessons()[name].told(lang).board.splitlines())) <= 76


def content() -> dict:
    return tomllib.loads((LESSONS / "three-ways.toml").read_text("utf-8"))


def changed(place: str, value: object) -> dict:
    """Return a lesson's content with one value put in, or taken out where it is None."""
    whole = copy.deepcopy(content())
    inside, *keys = whole, *place.split(".")
    for key in keys[:-1]:
        inside = inside[key]
    if value is None:
        del inside[keys[-1]]
    else:
        inside[keys[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("minutes", 30, "minutes: the parts take 20 minutes together, not 30"),
        ("fi", None, "fi is missing"),
        ("sv.rounds.simple", None, "sv.rounds: must have the keys complex, simple"),
        ("fi.rounds.simple.options.platform", None, "fi.rounds.simple.options: must have the keys"),
        ("en.rounds.simple.axis", "fee", "en.rounds.simple.axis: goes with a number"),
        ("en.rounds.simple.ask", "", "en.rounds.simple.ask"),
        ("rounds.simple.expected", "partnerhsip", 'there is no option "partnerhsip"; did you mean partnership?'),
        ("rounds.simple.kind", "guess", "kind is one of"),
        ("rounds.simple.options.platform.of", "plattform", 'there is no market "plattform"; did you mean platform?'),
        ("rounds.simple.markets.platform.scenario", None, "markets.platform: names no scenario"),
        ("rounds.simple.replications", 1, "replications = 1 is not allowed"),
        ("rounds.simple.filmz", [], "rounds.simple.filmz is not a known key"),
        ("rounds", {}, "rounds"),
    ],
)
def test_a_mistake_in_a_lesson_gets_one_sentence(place, value, says):
    with pytest.raises(ScenarioError) as error:
        lesson_of(changed(place, value), "mine.toml")
    told = str(error.value)
    assert told.startswith("mine.toml: ")
    assert says in told
    assert "\n" not in told


def test_a_new_lesson_is_one_file(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LESSONS", tmp_path)
    (tmp_path / "mine.toml").write_text((LESSONS / "three-ways.toml").read_text("utf-8"))
    assert lessons.__wrapped__() == {"mine": lessons()["three-ways"]}


def test_the_page_says_what_is_wrong_with_a_lesson(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LESSONS", tmp_path)
    monkeypatch.setattr(page, "fields", lessons.__wrapped__)
    (tmp_path / "mine.toml").write_text("minutes = soon")
    _, drawn = solara.render(page.Page(), handle_error=False)
    assert "mine.toml is not valid TOML" in drawn.find(Html, tag="p").widget.children[0]


# Outcomes against predictions


def levels(**means: float) -> dict:
    return {f"options.{name}": estimate([mean - 0.1, mean, mean + 0.1]) for name, mean in means.items()}


def test_a_choice_is_wrong_only_where_another_is_surely_higher():
    asked = of("three-ways", "simple")
    sure = {("a", "b"): lead(1, 0.5), ("a", "c"): lead(2, 0.5), ("b", "c"): lead(1, 0.5)}
    clear = Outcome(levels(a=3, b=2, c=1), ("a", "b", "c"), sure)
    close = Outcome(levels(a=3, b=2, c=1), ("a", "b", "c"), sure | {("a", "b"): lead(0.1, 0.5)})
    assert [judge(asked, one, clear) for one in "abc"] == ["right", "wrong", "wrong"]
    assert [judge(asked, one, close) for one in "abc"] == ["open", "open", "wrong"]


def test_a_ranking_may_swap_what_the_runs_cannot_tell_apart():
    asked = of("platform-fee", "who-gains")
    outcomes = Outcome({}, ("a", "b", "c"), {("a", "b"): lead(0.1, 1), ("a", "c"): lead(3, 1), ("b", "c"): lead(2, 1)})
    assert judge(asked, ("a", "b", "c"), outcomes) == judge(asked, ("b", "a", "c"), outcomes) == "right"
    assert judge(asked, ("a", "c", "b"), outcomes) == "wrong"
    assert not outcomes.order_sure


@pytest.mark.parametrize(
    ("lesson", "name", "span", "guesses"),
    [
        ("platform-fee", "best-fee", Span(0.2, 0.175, 0.225), {0.1: "low", 0.18: "right", 0.22: "right", 0.3: "high"}),
        ("strategy", "breach", Span(-0.13, -0.15, -0.11), {-0.05: "less", -0.12: "right", -0.5: "more", 0.1: "wrong"}),
        ("platform-fee", "tipping", None, {0.1: "open"}),
    ],
)
def test_a_number_is_right_within_the_room_the_runs_leave(lesson, name, span, guesses):
    asked = of(lesson, name)
    assert {guess: judge(asked, guess, Outcome({}, span=span)) for guess in guesses} == guesses


def curve(asked, rows) -> Outcome:
    """Return the outcome of a curve whose replications vary by 0.01 around the rows."""
    noise = np.array([-0.01, 0.0, 0.01])
    means = ((mean, sign * noise) for sign, market in zip((1, -1), rows, strict=False) for mean in market)
    cases = zip(cases_of(asked), means, strict=True)
    return outcome_of(asked, {case: {asked.measured: mean + chance} for case, (mean, chance) in cases})


def test_a_peak_is_where_nothing_is_surely_higher():
    asked = of("platform-fee", "best-fee")
    assert isinstance(asked, Peak)
    assert curve(asked, [[0, 1, 2, 3, 4, 3, 2, 1, 0]]).span == pytest.approx((0.2, 0.175, 0.225))
    assert curve(asked, [[9, 1, 2, 3, 4, 3, 2, 1, 0]]).span == pytest.approx((0.0, 0.0, 0.025))


def test_half_is_gone_between_two_values():
    asked = of("platform-fee", "tipping")
    assert isinstance(asked, Falling)
    assert curve(asked, [[8, 8, 6, 5, 3, 2, 1, 0, 0]]).span == pytest.approx((0.175, 0.15, 0.2))
    assert curve(asked, [[8, 8, 7, 7, 7, 7, 7, 7, 7]]).span is None


def test_two_curves_cross_where_the_first_falls_below():
    asked = of("strategy", "turnover")
    first, second = [8, 7, 6, 5, 3, 2, 1, 0], [4, 4, 4, 4, 4, 4, 4, 4]
    assert curve(asked, [first, second]).span == pytest.approx((0.07, 0.06, 0.08))
    assert curve(asked, [[8, 7, 6, 4.001, 3.999, 2, 1, 0], second]).span == pytest.approx((0.07, 0.04, 0.1))
    assert curve(asked, [second, first]).span is None


# Predictions and links


@pytest.mark.parametrize(("lesson", "name"), ROUNDS)
def test_a_prediction_survives_the_link(lesson, name):
    asked = of(lesson, name)
    guess = some_guess(asked)
    text = write_guess(guess)
    assert read_guess(asked, text) == guess
    values = {"lesson": lesson, "guess1": text, "step": 3}
    assert (
        read(write(values, fields(), "fi")[1:], fields())[0] | values
        == read(write(values, fields(), "fi")[1:], fields())[0]
    )


@pytest.mark.parametrize(
    ("lesson", "name", "text"),
    [
        ("three-ways", "simple", "barter"),
        ("platform-fee", "who-gains", "platform_hosts"),
        ("platform-fee", "who-gains", "platform_hosts_hosts"),
        ("platform-fee", "best-fee", "nan"),
        ("platform-fee", "best-fee", "much"),
        ("strategy", "design", "yes_0.5"),
        ("strategy", "design", "maybe_0.5_0.5_0.5_0.5"),
        ("strategy", "design", "yes_0.5_inf_0.5_0.5"),
    ],
)
def test_what_is_no_prediction_gets_a_sentence(lesson, name, text):
    with pytest.raises(NoGuess):
        read_guess(of(lesson, name), text)
    for lang in languages():
        asked = Asked(of(lesson, name), lessons()[lesson].told(lang).rounds[name], words(lang))
        told = given(asked, text)
        assert (told.guess, told.settled) == (None, False)
        assert text[:20] in told.notice


def test_a_number_from_a_link_is_put_on_the_slider():
    asked = of("platform-fee", "best-fee")
    assert [read_guess(asked, text) for text in ("0.1234", "7", "-1")] == [0.12, 0.4, 0.0]


def test_steps_lead_through_prediction_run_and_outcome():
    for lesson in lessons().values():
        kinds = [step.kind for step in steps_of(lesson)]
        assert kinds == ["intro", *["predict", "run", "outcome"] * len(lesson.rounds), "debrief"]
        assert len(kinds) <= MOST_STEPS


# Shared results


def counted(monkeypatch) -> list:
    """Return the cases that are run from now on."""
    run, asked = results.try_cases, []

    def noted(one, cases, *more):
        asked.extend(case.market for case in cases)
        return run(one, cases, *more)

    monkeypatch.setattr(results, "try_cases", noted)
    return asked


def test_a_class_runs_a_round_once(monkeypatch):
    first = found("three-ways", "complex")
    asked = counted(monkeypatch)
    assert found("three-ways", "complex").levels == first.levels
    assert asked == []


def test_only_the_contract_itself_is_run_for_each_student(monkeypatch):
    found("strategy", "design")
    asked = counted(monkeypatch)
    knobs = of("strategy", "design").standard
    own = outcome("strategy", "design", tuple((knobs | {"share": 0.1}).items()), GO_ON)
    assert asked == ["new"]
    assert own.standard == found("strategy", "design").standard
    assert own.levels != found("strategy", "design").levels


def test_a_stopped_round_leaves_nothing():
    settings = (("share", 0.9), ("invest", 0.1), ("dialogue", 0.1), ("effort", 0.1))
    with pytest.raises(Stopped):
        outcome("strategy", "design", settings, Tick(lambda: False, lambda progress: None))
    assert results.RUNS.look(("strategy", "design", settings)) is None
