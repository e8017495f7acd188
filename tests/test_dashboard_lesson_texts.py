"""What lessons say: no text contradicts the model, each round is told whole, the teaching pack is fresh."""

import json
import runpy
from html import escape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dashboards.links import read
from dashboards.pages.lessons import experiments
from dashboards.pages.lessons.answers import Asked, guess_text, sentence, tables, verdict
from dashboards.pages.lessons.experiments import Case, scenario_of, try_round
from dashboards.pages.lessons.lesson import lessons
from dashboards.pages.lessons.notes import TERMS, teacher_notes
from dashboards.pages.lessons.outcomes import contradictions, outcome_of
from dashboards.pages.lessons.pictures import picture
from dashboards.pages.lessons.results import example_of
from dashboards.pages.lessons.rounds import Design
from dashboards.pages.lessons.scenes import prediction, step_links
from dashboards.pages.lessons.steps import fields
from dashboards.words import languages, words
from scenarios import simulate
from scenarios.claim_checks import Measured
from scenarios.probes import measure
from scenarios.watching import watch
from tests.test_dashboard_lessons import ROUNDS, found, of, some_guess

ROOT = Path(__file__).parent.parent
SEEDS = range(1, 9)


def total(scenario) -> float:
    return float(np.mean([simulate(scenario, seed)["value_total"] for seed in SEEDS]))


def in_the_first_year(name: str, scenario) -> float:
    """Return a measure of the year from period 60 on."""
    wanted = Measured(name, "", 60, 71)
    return float(np.mean([measure(watch(scenario.market, seed, None, ()), wanted) for seed in SEEDS]))


# No text contradicts the model


@pytest.mark.parametrize("seed", [experiments.FIRST_SEED, 1001])
@pytest.mark.parametrize(("lesson", "name"), ROUNDS)
def test_what_a_round_promises_holds(lesson, name, seed, monkeypatch):
    """On the seeds of the lessons, and on others: a text that holds by luck would not hold for long."""
    monkeypatch.setattr(experiments, "FIRST_SEED", seed)
    asked = of(lesson, name)
    outcomes = outcome_of(asked, try_round(asked, lambda: None, dict(example_of(asked))))
    assert contradictions(asked, outcomes) == []
    if isinstance(asked, Design):
        assert not all(level.low > 0 for level in outcomes.standard.values())


def test_a_higher_fee_is_worse_for_all_and_the_trade_falls_steeply_in_the_middle():
    asked = of("platform-fee", "best-fee")
    runs = [scenario_of(asked, Case("homes", fee)) for fee in (0.0, 0.1, 0.2, 0.3)]
    totals = [total(one) for one in runs]
    assert totals == sorted(totals, reverse=True)
    trade = [level.mean for level in found("platform-fee", "tipping").curves["homes"]]
    steepest = int(np.argmax(-np.diff(trade)))
    assert 2 <= steepest <= len(trade) - 3


def test_the_platform_loses_more_by_a_breach_than_its_customers():
    asked = of("strategy", "breach")
    lost = {}
    for name in ("value_platform", "value_customers"):
        before, after = (in_the_first_year(name, scenario_of(asked, Case(market))) for market in ("nothing", "breach"))
        lost[name] = (before - after) / before
    assert lost["value_platform"] > lost["value_customers"] > 0


@pytest.mark.parametrize("knobs", [{"share": 0.4}, {"invest": 0.4}, {"dialogue": 0.4}])
def test_less_is_more_in_the_contract(knobs):
    asked = of("strategy", "design")
    both = [scenario_of(asked, Case("new"), asked.standard | one) for one in ({}, knobs)]
    assert total(both[1]) > total(both[0])


# Words, pictures, tables


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("lesson", "name"), ROUNDS)
def test_a_round_is_told_whole(lesson, name, lang):
    asked = Asked(of(lesson, name), lessons()[lesson].told(lang).rounds[name], words(lang))
    outcomes = found(lesson, name)
    for guess in (None, some_guess(asked.round)):
        assert verdict(asked, guess, outcomes) in words(lang)["lessons"]["verdicts"]
        figure = picture(asked, guess, outcomes)
        told = json.dumps([figure, tables(asked, guess, outcomes), sentence(asked, outcomes)], allow_nan=False)
        assert "{" not in sentence(asked, outcomes)
        assert sentence(asked, outcomes) in figure["label"]
        marks = ("markLine", "markPoint", "(", "1. ")
        assert guess is None or any(mark in told for mark in marks)
    assert guess_text(asked, some_guess(asked.round))
    assert json.loads(prediction(asked, None, lang))["ask"] == asked.texts.ask


def drawn_looks(lesson: str, name: str, guess=None) -> dict[str, tuple[str, str]]:
    """Return colour and shape of everything a round's picture compares, by its label."""
    asked = Asked(of(lesson, name), lessons()[lesson].en.rounds[name], words("en"))
    marks = {}
    for one in picture(asked, guess, found(lesson, name))["option"]["series"]:
        if one["type"] == "line":
            marks[one["name"]] = (one["itemStyle"]["color"], one["symbol"])
        elif one["type"] == "scatter":
            marks |= {mark["name"]: (mark["itemStyle"]["color"], mark["symbol"]) for mark in one["data"]}
    return marks


@pytest.mark.parametrize(
    ("lesson", "name"),
    [("three-ways", "complex"), ("three-ways", "simple"), ("strategy", "short"), ("strategy", "turnover")],
)
def test_a_way_of_trading_keeps_its_look(lesson, name):
    looks = {
        "Transactional": ("#0072B2", "circle"),
        "Partnership": ("#E69F00", "rect"),
        "Platform": ("#009E73", "triangle"),
    }
    drawn = drawn_looks(lesson, name)
    assert len(drawn) >= 2
    assert drawn == {label: looks[label] for label in drawn}


def test_a_role_keeps_its_look_wherever_it_is_predicted():
    one, other = (
        {label[3:]: look for label, look in drawn_looks("platform-fee", "who-gains", guess).items()}
        for guess in (("guests", "hosts", "platform"), ("platform", "guests", "hosts"))
    )
    assert one == other
    assert len(set(one.values())) == 3


@pytest.mark.parametrize(("lang", "says"), [("en", ": €5.9"), ("fi", "€. Ero seuraavaan"), ("sv", "€. Det är")])
def test_value_is_told_in_euros(lang, says):
    asked = Asked(of("three-ways", "complex"), lessons()["three-ways"].told(lang).rounds["complex"], words(lang))
    assert says in sentence(asked, found("three-ways", "complex"))


def test_the_prediction_stands_on_the_axis_of_the_result():
    asked = Asked(of("platform-fee", "best-fee"), lessons()["platform-fee"].en.rounds["best-fee"], words("en"))
    option = picture(asked, 0.3, found("platform-fee", "best-fee"))["option"]
    assert option["series"][-1]["markLine"]["data"][0]["xAxis"] == 0.3
    assert option["xAxis"]["max"] == 0.4
    assert "markLine" not in picture(asked, None, found("platform-fee", "best-fee"))["option"]["series"][-1]


@pytest.mark.parametrize("lang", languages())
def test_the_glossary_has_the_words_of_the_pages(lang):
    said = words(lang)
    assert set(said["lessons"]["glossary"]) == {*TERMS, "heading", "means"}
    for regime in ("transactional", "partnership", "platform"):
        assert said["lessons"]["glossary"][regime]["term"] == said["common"]["regimes"][regime]["title"].lower()
    for name in ("complexity", "turnover", "specificity"):
        assert said["lessons"]["glossary"][name]["term"] == said["compare"]["controls"][name]["label"].lower()


def test_the_steps_of_a_lesson_are_links_with_the_predictions():
    values = read("lesson=three-ways&step=3&guess1=platform", fields())[0]
    place = SimpleNamespace(lang="fi", said=words("fi"), values=values, href=lambda page, **more: json.dumps(more))
    groups = json.loads(step_links(lessons()["three-ways"], place))["groups"]
    assert [len(group["links"]) for group in groups] == [1, 3, 3, 1]
    assert all(json.loads(link["href"])["guess1"] == "platform" for group in groups for link in group["links"])
    assert [link["here"] for link in groups[1]["links"]] == [False, True, False]


# The teaching pack


@pytest.fixture(scope="module")
def pack() -> dict:
    return runpy.run_path(str(ROOT / "docs" / "make_teaching.py"))


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("lesson", lessons())
def test_the_teaching_pack_is_up_to_date(lesson, lang, pack):
    outcomes = {name: found(lesson, name) for name in lessons()[lesson].rounds}
    folder = ROOT / "docs" / "teaching" / lang
    for file, text in {**pack["texts"](lesson, outcomes, lang), **pack["common"](lang)}.items():
        assert (folder / file).read_text("utf-8") == text, f"{file}: run python docs/make_teaching.py"
    for block in teacher_notes(lessons()[lesson], lang, outcomes):
        if block.kind == "picture":
            drawn = (folder / "pictures" / f"{lesson}-{block.rows[0][0]}.svg").read_text("utf-8")
            assert escape(block.text) in drawn, "run python docs/make_teaching.py"


def test_nothing_stale_is_left_in_the_teaching_pack(pack):
    for lang in languages():
        there = {path.name for path in (ROOT / "docs" / "teaching" / lang).rglob("*.*")}
        made = {f"{lesson}-{name}.svg" for lesson, name in ROUNDS} | set(pack["common"](lang))
        assert there == made | {f"{lesson}{end}.md" for lesson in lessons() for end in ("", "-handout")}
