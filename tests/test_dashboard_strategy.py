"""The page 'Your strategy' without a browser: links, what is shared, pictures, tables, words."""

import json
import tomllib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dashboards.links import Place, read, write
from dashboards.pages.strategy import plays
from dashboards.pages.strategy.answers import OWN, answer, chosen, controls, files, followed, hinted, others, places
from dashboards.pages.strategy.page import label
from dashboards.pages.strategy.pictures import distribution, matters, means, trade_off
from dashboards.pages.strategy.plays import FIELDS, Choices, Played, choices_of, played, stale, with_hints
from dashboards.words import languages, number, words
from dashboards.working import Stopped, Tick
from scenarios.contest.entry import entry_of
from scenarios.contest.field import MANY, StaleField, library_strategies, load_field, the_thousand
from scenarios.contest.game import GROUPS, KNOBS, MARKETS, MEASURES, results_of
from scenarios.contest.hints import HINTS, whole
from scenarios.contest.landing import landing

GO_ON = Tick(lambda: True, lambda progress: None)


def place_of(query: str = "", lang: str = "en") -> Place:
    values, _ = read(query, FIELDS)
    return Place("strategy", lang, words(lang), values, (), FIELDS, lambda link: None)


@pytest.fixture(scope="module")
def here() -> Place:
    return place_of("market=lasting&effort=0.7&share=0.25")


@pytest.fixture(scope="module")
def made(here: Place) -> Played:
    return with_hints(played(choices_of(here.values), GO_ON), GO_ON)


# Links


def test_a_link_holds_the_market_the_goal_and_every_knob():
    assert list(FIELDS) == ["market", "goal", *KNOBS]
    for knobs in (*library_strategies().values(), *the_thousand()[:20]):
        values = {"market": "simple", "goal": "gain_customers", **whole(knobs)}
        assert read(write(values, FIELDS, "fi")[1:], FIELDS) == (values, [])


@pytest.mark.parametrize(
    ("query", "name", "used"),
    [
        ("effort=7", "effort", 1.0),
        ("markup=-1", "markup", -0.2),
        ("community=1e99", "community", 10.0),
        ("share=nan", "share", 0.0),
        ("market=moon", "market", "lasting"),
        ("goal=%3Cscript%3E", "goal", "profit"),
    ],
)
def test_what_is_wrong_in_a_link_is_put_right_and_told(query, name, used):
    values, notices = read(query, FIELDS)
    assert values[name] == used and [one.name for one in notices] == [name]
    assert all(label(name, words(language)) for language in languages())


# What is shared


def test_the_play_is_that_of_the_contest(here, made):
    choices = choices_of(here.values)
    result = results_of("lasting", [choices.by_name])[0]
    assert made.result.tobytes() == result.tobytes()
    assert made.landing == landing(result, load_field("lasting"))


def test_what_was_played_is_not_played_again(here, made, monkeypatch):
    monkeypatch.setattr(plays, "results_of", None)
    monkeypatch.setattr(plays, "try_hints", None)
    again = with_hints(played(choices_of(here.values), GO_ON), GO_ON)
    assert again.landing is made.landing and again.tried is made.tried
    other = played(replace(choices_of(here.values), goal="value_total"), GO_ON)
    assert other.landing is made.landing and other.choices.goal == "value_total" and other.tried is None


def test_what_is_stopped_leaves_nothing_behind():
    choices = Choices("simple", "profit", tuple(whole({"effort": 0.123}).values()))
    with pytest.raises(Stopped):
        played(choices, Tick(lambda: False, lambda progress: None))
    assert played(choices, GO_ON).landing.places["profit"].of == MANY


def test_a_stale_thousand_is_played_anew_with_progress(monkeypatch):
    def gone(name):
        raise StaleField("made with another model")

    fresh, seen = load_field("simple"), []
    monkeypatch.setattr(plays, "THOUSANDS", plays.Shelf(3))
    monkeypatch.setattr(plays, "load_field", gone)
    monkeypatch.setattr(plays, "play_field", lambda name, tick: [tick() for _ in range(5)] and fresh)
    monkeypatch.setattr("dashboards.working.MOMENT", -1)
    assert stale("simple")
    assert plays.thousand("simple", Tick(lambda: True, seen.append)) is fresh
    assert seen[-1].done == 5 and seen[-1].of == (MANY + len(library_strategies())) * 16
    assert not stale("simple")
    assert all("docs/make_contest.py" in words(language)["strategy"]["stale"] for language in languages())


# The form


@pytest.mark.parametrize("language", languages())
def test_the_form_has_every_knob_once_in_plain_words(language):
    form = json.loads(controls(place_of("effort=0.33", language), ["told"]))
    fields = {field["name"]: field for group in form["groups"] for field in group["fields"]}
    assert {*fields} == {"market", "start", "goal", *KNOBS} and form["notices"] == ["told"]
    assert all(field["label"] and field["help"] for field in fields.values())
    assert fields["effort"]["value"] == 0.33
    assert [option["value"] for option in fields["start"]["options"]] == [OWN, *library_strategies()]


def test_a_strategy_to_start_from_brings_its_knobs():
    values = place_of().values
    assert followed(values) == OWN and chosen({"effort": 0.9, "start": OWN}, values) == {"effort": 0.9}
    taken = chosen({"market": "simple", "effort": 0.6, "start": "shopkeeper"}, values)
    assert taken == {"market": "simple", **whole(library_strategies()["shopkeeper"])}
    now = values | taken
    assert followed(now) == "shopkeeper"
    turned = chosen({**now, "start": "shopkeeper", "effort": 0.1}, now)
    assert turned["effort"] == 0.1 and followed(now | turned) == OWN
    quick = chosen({**now, **turned, "start": "shopkeeper", "repair": 0.0}, now | turned)
    assert (quick["effort"], quick["repair"]) == (0.1, 0.0)


# What is said


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("trade", ["both", "firm", "customers", "neither"])
def test_the_answer_says_the_place_and_the_trade_off(made, language, trade):
    said, profit = words(language), made.landing.places["profit"]
    shown = answer(SimpleNamespace(landing=SimpleNamespace(places=made.landing.places, trade=trade)), said)
    for told in (
        number(profit.value.mean, 1, said),
        number(profit.better_than, 0, said),
        number(profit.least, 0, said),
    ):
        assert told in shown
    assert shown.endswith(said["strategy"]["answer"][trade])


@pytest.mark.parametrize("language", languages())
def test_pictures_and_tables_are_json_in_every_language(made, language):
    here = place_of("market=lasting", language)
    drawn = [distribution(made, name, here.said) for name in MEASURES]
    drawn += [trade_off(made, here.said), matters(made, here.said)]
    told = [places(made, here.said), others(made, here), hinted(made, made.tried, here)]
    json.dumps([drawn, told], allow_nan=False)
    assert len({figure["name"] for figure in drawn}) == 5 and all(figure["label"] for figure in drawn)


@pytest.mark.parametrize("name", MEASURES)
def test_a_distribution_counts_all_thousand_and_marks_the_visitor(made, name):
    figure, place = distribution(made, name, words("en")), made.landing.places[name]
    rows = figure["table"]["rows"]
    assert sum(row[2] for row in rows) == MANY
    yours = [row for row in rows if row[3]]
    assert len(yours) == 1 and yours[0][0] <= place.value.mean <= yours[0][1]
    series = figure["option"]["series"][0]
    assert series["markLine"]["data"] == [{"xAxis": pytest.approx(place.value.mean, abs=1e-4)}]
    assert [end["xAxis"] for end in series["markArea"]["data"][0]] == [place.value.low, place.value.high]
    below = sum(row[2] for row in rows if row[1] <= place.value.mean)
    assert abs(below - place.better_than) <= yours[0][2]


def test_the_cloud_holds_everybody_where_they_landed(made):
    figure = trade_off(made, words("en"))
    thousand, named, you = figure["option"]["series"]
    assert (len(thousand["data"]), len(named["data"]), len(you["data"])) == (MANY, len(library_strategies()), 1)
    expected = [made.landing.places[name].value.mean for name in MEASURES[:2]]
    assert you["data"][0]["value"] == pytest.approx(expected, abs=1e-4)
    assert thousand["data"][17]["value"] == pytest.approx([means(made, name)[17] for name in MEASURES[:2]], abs=1e-4)
    assert len(figure["table"]["rows"]) == MANY + len(library_strategies()) + 1
    for axis, name in (("xAxis", "profit"), ("yAxis", "gain_customers")):
        values = means(made, name)
        assert figure["option"][axis]["min"] <= values.min() and values.max() <= figure["option"][axis]["max"]


def test_the_bars_are_the_rank_correlations_of_the_goal(made):
    figure = matters(made, words("en"))
    heights = [abs(one["value"]) for one in figure["option"]["series"][0]["data"]]
    assert heights == sorted(heights, reverse=True) and len(heights) == len(KNOBS)
    assert figure["table"]["rows"][0][0] == words("en")["quantities"]["effort"]["label"]


def test_tables_lead_to_other_strategies_best_first(made, here):
    rows = others(made, here)["rows"]
    profits = [float(row["cells"][0]["text"].replace("−", "-").replace(",", "")) for row in rows]
    assert profits == sorted(profits, reverse=True)
    best = next(row for row in rows if "href" in row)
    knobs, notices = read(best["href"].partition("?")[2], FIELDS)
    assert notices == [] and knobs["market"] == "lasting"
    top = dict(the_thousand()[int(np.argmax(means(made, "profit")))])
    assert {name: knobs[name] for name in KNOBS} == top
    assert sum("href" not in row for row in rows) == 1


def test_hints_lead_to_the_knob_turned(made, here):
    rows = hinted(made, made.tried, here)["rows"]
    assert 0 < len(rows) <= HINTS
    for row, one in zip(rows, made.tried, strict=True):
        values, _ = read(row["href"].partition("?")[2], FIELDS)
        assert {name for name in KNOBS if values[name] != here.values[name]} == {one.hint.knob}
        assert values[one.hint.knob] == one.hint.after


def test_the_file_plays_the_same_strategy(made):
    saved = files(made.choices, words("sv"))
    content = tomllib.loads(saved["files"][0]["content"])
    assert entry_of(content, "my-strategy.toml").knobs == made.choices.by_name
    assert saved["command"] == "valuenet play my-strategy.toml --market lasting"


def test_every_market_and_measure_has_words():
    for language in languages():
        said = words(language)["strategy"]
        assert set(said["markets"]) == set(MARKETS) and set(said["measures"]) == set(MEASURES)
        assert set(said["controls"]["groups"]) == set(GROUPS)
        assert set(library_strategies()) <= set(words(language)["names"])
