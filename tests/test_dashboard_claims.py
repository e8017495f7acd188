"""The page 'Claims lab' without a browser: which claims, how they are tried, what is told of them."""

import csv
import io
import json
from dataclasses import replace

import pytest

from dashboards.links import Place, read
from dashboards.pages.claims import telling
from dashboards.pages.claims.lab import (
    ANSWERS,
    FIELDS,
    Asked,
    Tried,
    asked_of,
    claims,
    command,
    cost,
    known,
    listed,
    market_of,
    shown,
    tried,
    verdict_key,
)
from dashboards.pages.claims.pictures import base_pictures, check_pictures, edge_pictures
from dashboards.pages.claims.tables import checks_table, edge_tables, experiment, files
from dashboards.pages.claims.telling import called, cards, clear, head, measured, outcome, ruling, ways
from dashboards.words import languages, words
from dashboards.working import Progress, Stopped, Tick
from scenarios.claim_runs import most_runs, prepare
from scenarios.claim_verdicts import try_claims
from scenarios.claim_words import named
from scenarios.claims import read_claim
from scenarios.probes import PROBES
from scenarios.scenario import load
from scenarios.variation import set_quantities

GO_ON = Tick(lambda: True, lambda progress: None)
FEW = 3  # replications: fewer than the page offers, for tests
USUAL = {name: field.default for name, field in FIELDS.items()} | {"replications": str(FEW)}


def place(lang: str = "en", **values: object) -> Place:
    return Place("claims", lang, words(lang), USUAL | values, (), FIELDS, lambda to: None)


def try_it(*ids: str, seed: int = 1) -> list[Tried]:
    return list(tried(Asked(ids, FEW, seed), GO_ON))


# --- which claims ------------------------------------------------------------------------------------------


def test_claims_are_found_by_source_and_word() -> None:
    assert listed(USUAL, "en") == list(claims()) and len(claims()) == 32
    assert listed(USUAL | {"source": "C"}, "en") == ["C15", "C16", "C17"]
    assert listed(USUAL | {"source": "E", "word": "TRUST"}, "en") == ["C11"]
    assert listed(USUAL | {"word": "luottamusta"}, "fi") == ["C11"] and listed(USUAL | {"word": "xyzzy"}, "fi") == []


def test_claims_are_found_by_the_verdict_computed_here() -> None:
    values = USUAL | {"source": "B", "seed": 11}
    assert shown(values | {"verdict": "untried"}, "en") == listed(values, "en")
    assert {verdict_key(known(name, values)) for name in listed(values, "en")} == {"untried"}
    answer = try_it("C12", seed=11)[0].answers[0]
    assert "C12" in shown(values | {"verdict": verdict_key(answer)}, "en")
    assert "C12" not in shown(values | {"verdict": "untried"}, "en")
    assert known("C12", values | {"seed": 12}) is None


def test_nothing_runs_until_somebody_asks() -> None:
    assert asked_of(USUAL | {"claim": "C06"}, "en") is None
    assert asked_of(USUAL | {"claim": "C06", "run": "1", "seed": 4}, "en") == Asked(("C06",), FEW, 4)
    assert asked_of(USUAL | {"source": "C", "run": "1"}, "en") == Asked(("C15", "C16", "C17"), FEW, 1)


@pytest.mark.parametrize(
    ("query", "name", "used"),
    [("claim=C99", "claim", ""), ("word=<script>", "word", ""), ("guess=x", "guess", ""), ("seed=-3", "seed", 0)],
)
def test_odd_links_get_the_nearest_there_is(query: str, name: str, used: object) -> None:
    values, notices = read(query, FIELDS)
    assert values[name] == used and [one.name for one in notices] == [name]


# --- trying them -------------------------------------------------------------------------------------------


def test_the_answer_is_that_of_the_command_line() -> None:
    for seed in (1, 7):
        answer = try_it("C12", seed=seed)[-1].answers[0]
        assert answer.to_dict() == try_claims([read_claim("C12")], seed, most=FEW)[0].to_dict()
    values = USUAL | {"replications": "12", "seed": 7}
    assert command(["C12"], values, "fi") == "valuenet claims C12 --replications 12 --seed 7 --language fi"


def test_answers_are_kept_and_counted_in_a_queue() -> None:
    told: list[Progress] = []
    tick = Tick(lambda: True, told.append)
    first = list(tried(Asked(("C19", "C08"), FEW, 21), tick))
    assert [len(one.answers) for one in first] == [1, 2] and told
    assert told[0].of == cost("C19", FEW).runs + cost("C08", FEW).runs
    again = list(tried(Asked(("C08",), FEW, 21), tick))
    assert again[0].answers[0] is first[1].answers[1]


def test_who_stops_leaves_nothing_behind() -> None:
    left = iter([True] * 5)
    with pytest.raises(Stopped):
        list(tried(Asked(("C20",), FEW, 33), Tick(lambda: next(left, False), lambda progress: None)))
    assert ANSWERS.look(("C20", FEW, 33)) is None


def test_the_cost_is_said_before() -> None:
    assert cost("C20", 12).runs == most_runs(prepare(read_claim("C20")), 12)
    assert cost("C20", 60).seconds > cost("C20", 12).seconds >= 1


# --- what is told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", list(claims()))
def test_everything_a_claim_speaks_of_has_a_name(name: str, lang: str) -> None:
    claim, said = claims()[name], words(lang)
    for boundary in claim.boundaries:
        assert called(boundary.quantity, said) != boundary.quantity
    assert all(measured(check.measured, lang, said) for check in claim.checks)
    whose = [key.split(".")[1] for key in [b.quantity for b in claim.boundaries] if key.count(".") == 2]
    whose += [check.strategy for check in claim.checks if check.strategy]
    assert all(one in said["names"] | said["claims"]["entries"] for one in whose)
    rows = experiment(claim, lang, said)["rows"]
    assert {named(claim, one, lang) for one in claim.variants} <= {row["name"] for row in rows}


def test_probes_have_names_in_every_language() -> None:
    for lang in languages():
        assert set(words(lang)["probes"]) == set(PROBES)


def test_cards_say_only_what_was_computed_here() -> None:
    values = {"source": "C", "seed": 41}
    before = cards(listed(USUAL | values, "en"), place(**values))
    assert {card["verdict"] for card in before["cards"]} == {"untried"} and "Try all 3 shown" in before["all"]
    assert {card["says"] for card in before["cards"]} == {words("en")["claims"]["list"]["untried"]}
    answer = try_it("C17", seed=41)[0].answers[0]
    after = cards(listed(USUAL | values, "en"), place(**values))["cards"][-1]
    assert after["verdict"] == verdict_key(answer) and after["says"] == ruling(answer, "en", words("en"))
    assert "claim=C17" in after["href"] and "seed=41" in after["href"] and "source=C" in after["href"]


def test_the_prediction_comes_before_the_run_and_is_held_against_it() -> None:
    answer = try_it("C12")[0].answers[0]
    key = verdict_key(answer)
    asking = head(place(claim="C12"), False)
    assert asking["asking"] and len(asking["guesses"]) == 3 and asking["guess"] == ""
    right = outcome(answer, place(claim="C12", guess=key, run="1"))
    other = next(guess for guess in ("holds", "fails") if guess != key)
    wrong = outcome(answer, place(claim="C12", guess=other, run="1"))
    told = words("en")["claims"]["one"]
    assert right["against"] == told["right"].format(guess=told["guesses"][key])
    assert wrong["against"] == told["wrong"].format(guess=told["guesses"][other])
    assert outcome(answer, place(claim="C12", run="1"))["against"] == ""


@pytest.mark.parametrize("lang", languages())
def test_what_the_runs_leave_open_makes_no_prediction_right_or_wrong(lang: str, monkeypatch) -> None:
    answer = try_it("C12")[0].answers[0]
    monkeypatch.setattr(telling, "verdict_key", lambda answer: "undecided")
    told = words(lang)["claims"]["one"]
    for guess, says in told["guesses"].items():
        assert outcome(answer, place(lang, guess=guess))["against"] == told["neither"].format(guess=says)


def test_a_claim_that_fails_is_told_as_failing() -> None:
    answer = try_claims([read_claim("C31")], most=12)[0]
    told = outcome(answer, place(claim="C31", guess="holds"))
    assert told["verdict"] == "fails" and told["says"].startswith("Fails") and "predicted wrong" in told["against"]
    assert claims()["C31"].told("en").explained in told["explained"]


@pytest.mark.parametrize("lang", languages())
def test_the_boundary_is_told_in_words(lang: str) -> None:
    answer = try_claims([read_claim("C03")], most=12)[0]
    said = ruling(answer, lang, words(lang))
    turnover = words(lang)["quantities"]["turnover"]["label"]
    assert turnover.lower() in said.lower() and "customers." not in said
    assert ("0.0" in said) == (lang == "en")


def test_pictures_and_tables_show_the_same_numbers() -> None:
    said, answer = words("en"), try_it("C01")[0].answers[0]
    over, base, checks = (make(answer, "en", said) for make in (edge_pictures, base_pictures, check_pictures))
    assert len(over) == 2 and len(base) == 3 and len(checks) == 6
    json.dumps([over, base, checks], allow_nan=False)
    tables = edge_tables(answer, "en", said)
    for n, figure in enumerate(checks):
        main = [point.checks[n // 2].main for point in answer.points]
        drawn = figure["table"]["rows"]
        edge = answer.edges[n % 2]
        assert [row[0] for row in drawn] == [f"{value:g}" for value in edge.values]
        assert {row[1] for row in drawn} <= {round(one.mean, 4) for one in main}
        assert [row["name"] for row in tables[n % 2]["rows"]] == [row[0] for row in drawn]
        assert figure["option"]["series"][1]["markLine"]["data"][0]["yAxis"] == 0
    assert len({json.dumps(f["option"]["yAxis"]["min"]) for f in checks[:2]}) == 1
    assert len(checks_table(answer, "en", said)["rows"]) == 3


def test_the_shade_covers_where_it_holds() -> None:
    answer = try_claims([read_claim("C03")], most=12)[0]
    (figure,) = edge_pictures(answer, "en", words("en"))
    ((low, high),) = figure["option"]["series"][-1]["markArea"]["data"]
    held = answer.edges[0].held()
    assert low["xAxis"] == held[0] and held[-1] < high["xAxis"] < 0.3


def test_ages_have_a_picture_each() -> None:
    answer = try_it("C32")[0].answers[0]
    drawn = base_pictures(answer, "sv", words("sv"))
    assert len(drawn) == 5 and drawn[0]["title"].startswith("byn: ")
    assert {len(figure["table"]["rows"]) for figure in drawn} == {5}
    assert len({figure["option"]["yAxis"]["max"] for figure in drawn}) == 1
    assert edge_pictures(answer, "sv", words("sv")) == []


@pytest.mark.parametrize("name", list(claims()))
def test_markets_that_open_in_the_sandbox_are_those_of_the_claim(name: str) -> None:
    claim = claims()[name]
    for variant in claim.names():
        values = market_of(claim, variant)
        if values is not None:
            scenario, settings = claim.settings_of(variant)
            numbers = {key: value for key, value in values.items() if key not in ("scenario", "periods")}
            opened = set_quantities(load(values["scenario"]), numbers).market
            assert opened.model_dump(exclude={"periods"}) == load(scenario, settings).market.model_dump(
                exclude={"periods"}
            )


def test_ways_to_go_on() -> None:
    regimes = ways(claims()["C01"], place("fi", claim="C01"))
    assert regimes[0]["href"] == "/?lang=fi" and len(regimes) == 3
    assert "strategies.partnership.effort" in ways(claims()["C09"], place(claim="C09"))[1]["href"]
    assert ways(claims()["C05"], place(claim="C05")) == []  # a chain is no number


def test_a_market_called_by_a_number_says_of_what() -> None:
    assert clear(claims()["C20"], "0.2", "fi") == "alustan palkkio 0,2"
    assert clear(claims()["C31"], "0.5 in long chain", "fi").endswith("0,5 (pitkä ketju)")
    assert clear(claims()["C01"], "partnership", "sv") == "partnerskap"


def test_files_hold_every_contrast() -> None:
    answer = try_it("C12")[0].answers[0]
    saved = files(answer, replace(place("sv"), values=USUAL | {"claim": "C12"}))
    rows = list(csv.DictReader(io.StringIO(saved["files"][0]["content"])))
    assert len(rows) == sum(len(check.findings) for point in answer.points for check in point.checks)
    assert saved["command"] == f"valuenet claims C12 --replications {FEW} --seed 1 --language sv"
