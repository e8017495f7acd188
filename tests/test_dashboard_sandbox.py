"""The words of the model and the page 'Sandbox': every name told, links kept, what is brought taken or refused."""

import csv
import io
from dataclasses import replace

import pytest

from dashboards import uploads
from dashboards.exports import scenario_file
from dashboards.links import read
from dashboards.pages.sandbox import markets, reading, runs, scenes
from dashboards.pages.sandbox.answers import answer, table
from dashboards.pages.sandbox.forms import changes, happenings, library_titles, options
from dashboards.pages.sandbox.groups import controls, groups_of, label_of, rest_of
from dashboards.pages.sandbox.happening import Happening, kinds_of, read_shocks, usual
from dashboards.pages.sandbox.markets import Asked, base_of, fields_of, library_names, scenario_of
from dashboards.words import words
from dashboards.working import Tick
from scenarios.runs import run
from scenarios.scenario import library, load, regimes_of
from scenarios.sentences import limits
from sim.config import Market, quantities
from sim.final import units
from sim.sections import Department, Strategy, Tier
from sim.shocks import SHOCKS, Shock

LANGUAGES = ("en", "fi", "sv")
GO_ON = Tick(lambda: True, lambda progress: None)
SMALL = (("customers", 40), ("periods", 60))


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(uploads.FOLDER, str(tmp_path / "server"))
    base_of.cache_clear()
    scenario_of.cache_clear()


def asked_for(query: str) -> tuple[Asked, list[str]]:
    """Return what a link asks for, and the sentences about what could not be taken, as the page does."""
    start = reading.start_of(query)
    fields = reading.link_fields() | fields_of(start.scenario)
    values, _ = read(query, fields)
    asked, problems = reading.asked_of(start, values)
    return asked, [reading.sentence_of(one, fields, words("fi")) for one in (*start.problems, *problems)]


# Words


def named() -> set[str]:
    of_sections = {name for _, name, _ in quantities()} | {"periods"}
    return of_sections.union(*(kind.model_fields for kind in (Strategy, Tier, Department, Shock)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_the_model_is_told_and_nothing_else(language):
    said = words(language)
    assert (set(said["quantities"]), set(said["measures"]), set(said["shocks"])) == (named(), set(units()), set(SHOCKS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_model_are_whole(language):
    said, english = words(language), words("en")["quantities"]
    for name, told in said["quantities"].items():
        assert told.keys() == english[name].keys() >= {"label", "help", "formula"}
        assert told["formula"] == english[name]["formula"]
        assert 0 < len(told["label"]) <= 45 and told["help"].endswith(".") and "<" not in told["help"]
    assert all(told.keys() == {"label", "help"} and all(told.values()) for told in said["measures"].values())
    assert all("{size}" in told["size"] and told["label"] and told["help"] for told in said["shocks"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_strategy_and_link_of_the_library_has_a_name(language):
    shipped = [load(name).market for name in library_names() if not name.startswith("bitcoin")]
    kinds = ("strategies", "chain", "departments")
    there = {name for market in shipped for kind in kinds for name in getattr(market, kind)}
    assert set(words(language)["names"]) == there


# What there is to choose


def test_the_whole_library_is_there_in_every_language():
    assert {name.partition(":")[0] for name in library_names()} == {name for name, _, _ in library()}
    for language in LANGUAGES:
        told = {name: load(name).told(language).title for name in library_names()}
        assert library_titles(language) == told == options(Asked(), language, words(language))


@pytest.mark.parametrize("name", library_names())
def test_only_what_matters_is_shown_first_and_the_rest_on_demand(name):
    scenario = base_of(name, "")
    fields = fields_of(scenario)
    groups, market = groups_of(scenario, fields), scenario.market
    shown = [quantity for group in groups for quantity in group.names]
    assert len(shown) == len(set(shown)) and 10 < len(shown) < 90
    assert ("fee" in shown) == (market.platform.platform_slots > 0)
    assert ("delivery_pay" in shown) == (market.couriers.couriers > 0)
    assert {group.about for group in groups if group.title == "strategies"} == set(market.strategies)
    rest = rest_of(groups, fields).names
    assert {*shown, *rest} == {quantity for quantity in fields if not quantity.startswith("shocks.")}


@pytest.mark.parametrize("name", ["platform", "smartphone-chain", "internal-customers", "fee-cap", "bitcoin-otc"])
def test_sliders_hold_what_the_market_holds(name):
    scenario = base_of(name, "")
    fields = fields_of(scenario)
    values = {quantity: field.default for quantity, field in fields.items()}
    for group in controls(scenario, fields, values, True, words("sv")):
        for one in group["fields"]:
            assert one["low"] <= one["value"] <= one["high"] and 0 < one["step"] <= one["high"] - one["low"]
            assert one["label"] and label_of(one["name"], words("sv"))
    assert markets.changed(scenario, values if name != "bitcoin-otc" else {}, ()).market == scenario.market


def test_the_ends_of_sliders_are_the_markets_own():
    allowed = dict(markets.numeric(base_of("platform", "").market))
    for name, field in fields_of(base_of("platform", "")).items():
        low, high = limits(allowed[name])
        assert low <= field.low and field.high <= high


# Links


def test_a_link_leads_back():
    query = "scenario=fee-cap:capped&complexity=0.25&strategies.peer.effort=0.9&shocks.cap.size=0.2&periods=100"
    asked, problems = asked_for(f"{query}&shocks=supplier-failure_30_0.5_12~fee-change_40_-0.1_0")
    assert problems == []
    assert asked_for(reading.written(asked)) == (asked, [])
    market = scenario_of(asked).market
    assert (market.exchange.complexity, market.strategies["peer"].effort, market.periods) == (0.25, 0.9, 100)
    assert market.shocks["cap"].size == 0.2
    assert list(market.shocks.values())[1:] == [
        Shock(kind="supplier failure", period=30, size=0.5, duration=12),
        Shock(kind="fee change", period=40, size=-0.1),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "scenario=nowhere&complexity=7",
        "scenario=file",
        "scenario=file:x&file=" + "0" * 64,
        "file=../../etc/passwd",
        "shocks=supplier-failure_9999_7_-1~price-war_1_x_1~" + "a" * 500,
        "shocks=fee-cap_10_0.1_0",  # there is no platform
        "platform_slots=6",  # nor anybody it could show
        "before=scenario%3Dnowhere%26shocks%3Dbad_1_1_1",
        "complexity=nan&turnover=inf&customers=-5&firms=1e99",
        "&&&=%ff" * 500,
    ],
)
def test_any_link_is_a_market(query):
    asked, _ = asked_for(query)
    before, _ = reading.held_against(read(query, reading.link_fields())[0]["before"], asked)
    assert scenario_of(asked).market.periods == scenario_of(before).market.periods == 120


def test_what_does_not_fit_gets_a_sentence_and_the_rest_stays():
    asked, problems = asked_for("complexity=0.2&platform_slots=6&shocks=fee-cap_10_0.1_0~price-war_9_0.3_4")
    assert asked == Asked(values=(("complexity", 0.2),), shocks=(Happening("price war", 9, 0.3, 4),))
    told = words("fi")["quantities"]["platform_slots"]["label"]
    assert len(problems) == 2 and "fee-cap" in problems[0] and problems[1].startswith(told)
    _, gone = asked_for("file=" + "0" * 64)
    assert gone == [words("fi")["sandbox"]["problems"]["gone"]]


def test_a_shock_out_of_range_is_moved_into_it():
    found, odd = read_shocks("supplier-failure_9999_7_5~need-jump_3_0.5_9", base_of("transactional", "").market)
    assert found == [Happening("supplier failure", 120, 1.0, 5), Happening("need jump", 3, 0.5, 0)] and len(odd) == 2


def test_only_what_can_happen_is_offered():
    assert {"fee change", "fee cap", "licence rule"}.isdisjoint(kinds_of(base_of("transactional", "").market))
    assert set(kinds_of(base_of("fee-cap", "").market)) == set(SHOCKS)
    assert "new entrant" not in kinds_of(base_of("platform", "").market)
    for kind in SHOCKS:
        shown = happenings(*_happening(kind), words("en"))["coming"]
        assert len(shown) == 2 and "{" not in shown[1]["says"]


def test_a_link_of_a_chain_can_fail():
    query = "scenario=smartphone-chain&shocks=supplier-failure_30_1_12_2"
    asked, problems = asked_for(query)
    assert problems == [] and scenario_of(asked).market.shocks["added-1"].tier == "principal"
    values = read(query, reading.link_fields() | fields_of(base_of("smartphone-chain", "")))[0]
    told = happenings(base_of("smartphone-chain", ""), asked, values, words("fi"))
    assert [one["label"] for one in told["coming"]] == ["Toimittajia kaatuu (päämies)"]
    assert len([one for one in told["kinds"] if one["kind"] == "supplier failure"]) == 3
    assert asked_for(query.replace("_2", "_3"))[0].shocks == ()


def _happening(kind: str):
    asked = Asked("fee-cap", shocks=(usual(kind, 30),))
    start = reading.start_of("scenario=fee-cap")
    values = read("scenario=fee-cap", reading.link_fields() | fields_of(start.scenario))[0]
    return scenario_of(asked.shipped), asked, values


# Before and after


@pytest.fixture(scope="module")
def shown() -> runs.Shown:
    before = Asked(values=SMALL)
    after = Asked(values=(("complexity", 0.9), *SMALL), shocks=(Happening("supplier failure", 30, 0.5),))
    return list(runs.shown(after, before, 3, GO_ON))[-1]


def test_the_same_people_before_and_after(shown):
    again = run(scenario_of(shown.after.asked), 3)
    assert shown.after.series["trust"].tolist() == again.series()["trust"].tolist()
    assert [outcome.results["value_total"][0] for outcome in shown.comparison.outcomes] == [
        run(scenario_of(one.asked), 3).results()["value_total"] for one in (shown.before, shown.after)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_says_what_the_table_holds(shown, language):
    said = words(language)
    first = table(shown, said)["rows"][0]
    sentence = answer(shown, said)
    assert all(cell["text"] in sentence for cell in first["cells"]) and first["cells"][2]["under"] in sentence
    assert sentence.startswith(said["sandbox"]["answer"]["falls"][:10]) and "{" not in sentence
    alone = replace(shown, before=shown.after)
    assert answer(alone, said) != sentence and len(table(alone, said)["head"]) == 2


def test_other_people_are_not_paired():
    found = list(runs.shown(Asked(values=(("customers", 30), ("periods", 60))), Asked(values=SMALL), 3, GO_ON))[-1]
    assert not found.paired and answer(found, words("en")).endswith("cannot be paired.")
    assert table(found, words("en"))["head"][-1] == "After" and scenes.command(found).startswith("valuenet run")


def test_charts_have_both_lines_on_the_same_axes(shown):
    drawn = {one["name"]: one for one in scenes.charts(shown, words("en"))}
    assert all(len(one["table"]["head"]) == 3 and len(one["table"]["rows"]) == 60 for one in drawn.values())
    euros = [one["option"]["yAxis"] for name, one in drawn.items() if name in ("value_total", "value_customers")]
    assert euros[0] == euros[1] and euros[0]["min"] <= 0 < euros[0]["max"]
    assert drawn["trust"]["option"]["series"][-1]["markLine"]["data"] == [{"xAxis": 30}]


def test_changes_are_listed_and_named(shown):
    told = changes(shown.after.asked, shown.before.asked, "fi", words("fi"))
    assert [one["name"] for one in told["changes"]] == [
        "complexity",
        "customers",
        "periods",
        "supplier-failure_30_0.5_0",
    ]
    assert told["changes"][0]["text"] == "Monimutkaisuus: 90\xa0% (oli 50\xa0%)"
    assert {one["name"] for one in told["buttons"]} == {"keep", "back", "reset"}


# What can be taken along


@pytest.mark.parametrize("name", [name for name, _, _ in library()])
def test_a_scenario_file_of_regimes_gives_the_same_markets(name, tmp_path):
    shipped = [replace(load(one), name=f"r{k}") for k, one in enumerate(regimes_of(name))]
    file = tmp_path / "market.toml"
    file.write_text(scenario_file(shipped, "A title", "What it is"), encoding="utf-8")
    for scenario in shipped:
        again = load(f"{file}:{scenario.name}")
        assert again.market == scenario.market and again.network_file == scenario.network_file
        for kind in ("departments", "chain", "shocks", "strategies"):  # their order counts
            assert list(getattr(again.market, kind)) == list(getattr(scenario.market, kind))
    if shipped[0].market.chain:
        content = shipped[0].market.model_dump()
        turned = content | {"chain": dict(reversed(content["chain"].items()))}
        file.write_text(scenario_file([shipped[0], replace(shipped[1], market=Market(**turned))], "A", "B"), "utf-8")
        assert list(load(f"{file}:r1").market.chain) == list(turned["chain"])


@pytest.mark.parametrize("name", ["smartphone-chain", "fee-cap", "internal-customers", "bitcoin-otc"])
def test_the_scenario_saved_loads_back_with_all_that_was_changed(name, tmp_path):
    asked = Asked(name, values=(("complexity", 0.2),), shocks=(Happening("betrayal", 50, 0.3, 6),))
    file = tmp_path / "saved.toml"
    file.write_text(scenes.scenario_file(asked), encoding="utf-8")
    assert load(file).market == scenario_of(asked).market


def test_the_files_say_what_is_shown(shown):
    given = {one["name"]: one["content"] for one in scenes.files(shown, words("sv"))["files"]}
    rows = list(csv.DictReader(io.StringIO(given["valuenet-sandbox-series.csv"])))
    assert [float(row["trust"]) for row in rows if row["run"] == "after"] == shown.after.series["trust"].tolist()
    assert {"valuenet-before.toml", "valuenet-sandbox.toml", "valuenet-sandbox-measures.csv"} <= given.keys()
