"""Replications as such: their files, what is accepted, the scorecard in words, as JSON and on disk, mistakes."""

import csv
import json
import math
from pathlib import Path

import pytest
from pydantic import ValidationError

from scenarios import replication
from scenarios.catalogue import REPLICATIONS, ScenarioError, names
from scenarios.cli import main
from scenarios.replication import Answer, Check, Found, Preset, Replication, find_replications, measure_of
from scenarios.replication import read_replication as read
from scenarios.scenario import Scenario, load
from scenarios.scorecard import accepted, check_rows, cited, missed, page, record, score_rows, shown, summary

SHIPPED = names(REPLICATIONS)
ABOUT = {"measure": "m", "says": "what it is", "how": "simulated"}
PAPER = "Doe, J. A. & Roe, R. (1999), A result, Journal 1, 1-2."


def check(**fields: object) -> Check:
    return Check.model_validate({**ABOUT, **fields})


def answer(*found: tuple[Check, float], name: str = "made-up") -> Answer:
    told = Replication(
        id="R90", paper=PAPER, equations=["a = b"], engine="All of it.", departs="A lot.", checks=[c for c, _ in found]
    )
    return Answer(name, "A made-up result", 7, told, tuple(Found(*one) for one in found))


MET, MISSED = (check(expected=2.0, relative=0.1), 2.1), (check(at_most=0.4, unit="EUR"), 0.6)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_replication_can_be_read_loaded_and_measured(name):
    told = read(name)
    assert read(told_name(told.id)) == told  # no two have one id
    assert Preset(name).scenario().title
    assert callable(measure_of(name))
    assert cited(told.paper)[-4:].isdigit()
    assert len({(one.measure, one.says) for one in told.checks}) == len(told.checks)


def told_name(identity: str) -> str:
    return find_replications([identity])[0]


@pytest.mark.parametrize(
    ("fields", "low", "high", "words"),
    [
        ({"expected": 2.0, "tolerance": 0.5}, 1.5, 2.5, "1.5 to 2.5"),
        ({"expected": -2.0, "relative": 0.1}, -2.2, -1.8, "-2.2 to -1.8"),
        ({"expected": 2.0, "tolerance": 0.5, "relative": 0.5}, 1.0, 3.0, "1 to 3"),
        ({"expected": 2.0, "tolerance": 0.5, "at_least": 1.9}, 1.9, 2.5, "1.9 to 2.5"),
        ({"expected": 3.0}, 3 - 3e-9, 3 + 3e-9, "exactly"),
        ({"expected": 0.0}, 0.0, 0.0, "exactly"),
        ({"expected": 0.4, "tolerance": 1e-9}, 0.4 - 1e-9, 0.4 + 1e-9, "0.4 ± 1e-09"),
        ({"at_least": 0.97}, 0.97, math.inf, "at least 0.97"),
        ({"at_most": 0.4}, -math.inf, 0.4, "at most 0.4"),
        ({"at_least": 0.23, "at_most": 0.39}, 0.23, 0.39, "0.23 to 0.39"),
    ],
)
def test_what_is_accepted(fields, low, high, words):
    one = check(**fields)
    assert one.accepted() == pytest.approx((low, high), abs=1e-12)
    assert accepted(one) == words
    middle = [value for value in (low, high) if math.isfinite(value)]
    assert all(one.passes(value) for value in middle)
    beyond = [value + step for value, step in ((low, -1e-6), (high, 1e-6)) if math.isfinite(value)]
    assert not any(one.passes(value) for value in (*beyond, math.nan, math.inf, -math.inf))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "needs expected, at_least or at_most"),
        ({"at_least": 1.0, "tolerance": 0.1}, "a tolerance needs what is expected"),
        ({"at_least": 2.0, "at_most": 1.0}, "nothing is both at least 2 and at most 1"),
        ({"expected": 1.0, "at_least": 2.0}, "nothing is both at least 2 and at most 1"),
        ({"expected": 1.0, "how": "guessed"}, "'approximate', 'direction' or 'reported'"),
        ({"at_least": 0.0, "how": "reported"}, "what is only reported has no expected, at_least or at_most"),
        ({"expected": math.nan}, "finite"),
        ({"expected": 1.0, "tolerance": -0.1}, "greater than or equal to 0"),
        ({"expected": 1.0, "relative": 1.5}, "less than or equal to 1"),
    ],
)
def test_a_check_that_asks_nothing_or_too_much_is_refused(fields, says):
    with pytest.raises(ValidationError, match=says):
        check(**fields)


def test_one_missed_check_fails_the_result_and_is_said():
    good, bad = answer(MET), answer(MET, MISSED)
    assert good.passed and not bad.passed
    assert score_rows([good, bad]) == [
        ("R90", "A made-up result", "Doe & Roe 1999", "1 of 1", "pass"),
        ("R90", "A made-up result", "Doe & Roe 1999", "1 of 2", "FAIL"),
    ]
    assert check_rows(bad) == [
        ("what it is", "2", "1.8 to 2.2", "2.1", "simulated", "pass"),
        ("what it is (EUR)", "-", "at most 0.4", "0.6", "simulated", "FAIL"),
    ]
    assert missed([good, bad]) == ["R90 misses: what it is (EUR) is 0.6 here; accepted is at most 0.4"]
    assert "1 of 2 results reproduced, 2 of 3 checks passed" in summary([good, bad])


def test_what_could_not_be_measured_fails():
    empty = answer((MET[0], math.nan))
    assert not empty.passed
    assert check_rows(empty)[0][3:] == ("-", "simulated", "FAIL")
    assert record([empty])["replications"][0]["checks"][0]["here"] is None
    json.dumps(record([empty]), allow_nan=False)


def test_what_is_only_reported_is_no_check():
    reported = check(how="reported", says="beside")
    one = answer(MET, (reported, -5.0))
    assert one.passed and score_rows([one])[0][3:] == ("1 of 1", "pass")
    assert check_rows(one)[1] == ("beside", "-", "-", "-5", "reported", "-")
    assert not answer(MET, (reported, math.nan)).passed  # a name that is not measured
    with pytest.raises(ValidationError, match="at least one must ask for something"):
        answer((reported, 1.0))


def test_a_number_may_have_an_interval():
    found = replication.found_of(MET[0], {"m": 2.0, "m_low": 1.9, "m_high": 2.1})
    assert check_rows(Answer("n", "t", 1, answer(MET).replication, (found,)))[0][3] == "2 (1.9 to 2.1)"


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        (PAPER, "Doe & Roe 1999"),
        ("Weisbuch, G., Kirman, A. & Herreiner, D. 2000, Market", "Weisbuch, Kirman & Herreiner 2000"),
        ("Rochet, J.-C. & Tirole, J. 2003, Platform competition", "Rochet & Tirole 2003"),
        ("An undated note", "An undated note"),
    ],
)
def test_papers_are_cited_by_authors_and_year(paper, words):
    assert cited(paper) == words


def test_numbers_as_people_read_them():
    values = (None, math.nan, 0.31614159, 5.0, 27.4, 123456.7, 4.6e9, -1e-7)
    assert [shown(value) for value in values] == ["-", "-", "0.31614", "5", "27.4", "123457", "4.6e+09", "-1e-07"]


def test_the_page_shows_failures_in_bold_and_bars_as_text():
    bars = answer((check(says="|a| b", expected=1.0), 2.0))
    text = page([answer(MET), bars], "valuenet replicate")
    assert "**FAIL**" in text and "\\|a\\| b" in text and "Made by `valuenet replicate`" in text
    assert "- R90 misses: |a| b is 2 here; accepted is exactly 1" in text
    assert text.count("Departures: A lot.") == 2


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Two results of no market worth the name, one of which reads data; what they measure is given at once."""
    checks = '[[replication.checks]]\nmeasure = "m"\nsays = "it"\nhow = "exact"\nexpected = {}\n'
    for name, identity, data, published in (("plain", "R90", "", 1.0), ("of-data", "R91", "ratings", 2.0)):
        head = f'title = "{name}"\ndescription = "-"\n[replication]\nid = "{identity}"\npaper = "Doe 1999, A."\n'
        told = f'equations = ["a"]\nengine = "-"\ndata = "{data}"\n'
        (tmp_path / f"{name}.toml").write_text(head + told + checks.format(published), "utf-8")
    for module in ("catalogue", "replication"):
        monkeypatch.setattr(f"scenarios.{module}.REPLICATIONS", tmp_path)
    monkeypatch.setattr(
        replication, "measure_of", lambda name: lambda preset: {"m": 1.0 if preset.data is None else 2.0}
    )
    market = load("transactional").market
    monkeypatch.setattr(replication.Preset, "scenario", lambda self: Scenario(self.name, self.name, "", market))


def test_a_result_that_fails_is_an_answer_not_an_error(made_up, capsys):
    assert main(["replicate"]) == 0
    said = capsys.readouterr()
    assert "1 of 2 results reproduced" in said.out and "FAIL" in said.out
    assert "R91 misses: it is 1 here; accepted is exactly 2" in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    assert main(["replicate", "of-data"]) == 0
    assert "R91. of-data" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["R90", "r90", "plain", "pl"])
def test_a_result_is_found_by_id_name_or_beginning(made_up, asked):
    assert find_replications([asked, "R90"]) == ["plain"]


def test_all_are_tried_by_id_where_none_is_asked_for(made_up):
    assert find_replications([]) == ["plain", "of-data"]


def test_json_and_files_hold_every_check(made_up, capsys, tmp_path):
    folder = tmp_path / "out"
    assert main(["replicate", "--json", "--seed", "5", "--out", str(folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["passed"] for one in told["replications"]] == [True, False] and told["seed"] == 5
    assert sorted(map(Path, told.pop("files"))) == sorted(folder.iterdir())
    assert json.loads((folder / "results.json").read_text("utf-8")) == told
    rows = list(csv.DictReader((folder / "scorecard.csv").read_text("utf-8").splitlines()))
    assert [(row["id"], row["here"], row["passed"]) for row in rows] == [
        ("R90", "1.0", "True"),
        ("R91", "1.0", "False"),
    ]
    assert "| R91 | of-data | Doe 1999 | 0 of 1 | **FAIL** |" in (folder / "scorecard.md").read_text("utf-8")


def test_data_take_the_place_of_those_that_are_shipped(made_up, tmp_path, capsys):
    (tmp_path / "own.csv").write_text("", "utf-8")
    assert main(["replicate", "of-data", "--data", str(tmp_path / "own.csv")]) == 0
    assert "1 of 1 results reproduced" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["R99"], "R99: there is no such replication; `valuenet list --replications` shows those there are"),
        (["plane"], "plane: there is no such replication; did you mean plain?"),
        (["--data", "x.csv"], "--data: plain reads no data; name what does before it: of-data"),
        (["R90", "--data", "x.csv"], "--data: plain reads no data; name what does before it: of-data"),
        (["R91", "--data", "nowhere.csv"], "--data nowhere.csv: there is no such file"),
        (["R91", "--data", "."], "--data .: there is no such file"),
        (
            ["--seed", "-1"],
            "argument --seed: -1 is out of range: 0 to 18446744073709551615; see valuenet replicate --help",
        ),
    ],
)
def test_a_mistake_gets_one_sentence(made_up, capsys, arguments, sentence):
    assert main(["replicate", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.splitlines()[-1] == f"valuenet: {sentence}"


def test_a_folder_of_the_user_is_refused_before_anything_runs(made_up, capsys, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine", "utf-8")
    assert main(["replicate", "--out", str(tmp_path / "mine")]) == 2
    assert "did not write" in capsys.readouterr().err


def test_seeds_end_where_seeds_end():
    assert list(Preset("n", 2**64 - 2).seeds(2)) == [2**64 - 2, 2**64 - 1]
    with pytest.raises(ScenarioError, match=f"--seed: {2**64 - 2} is too large for 3 runs"):
        Preset("n", 2**64 - 2).seeds(3)


def test_replications_are_listed(capsys):
    assert main(["list", "--replications", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["replications"]
    assert [one["name"] for one in told] == find_replications([])
    assert all(set(one) == {"id", "name", "title", "paper"} for one in told)
