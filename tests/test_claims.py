"""Claims: their files, mistakes in them, probes, one tried end to end."""

import copy
import json
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from scenarios.catalogue import ScenarioError, claim_ids, claims_library
from scenarios.claim_answers import save_claims
from scenarios.claim_checks import Measured
from scenarios.claim_decisions import BATCH, MOST
from scenarios.claim_figures import picture
from scenarios.claim_pages import page
from scenarios.claim_runs import prepare
from scenarios.claim_verdicts import FAILS, HOLDS, HOLDS_WHERE, UNDECIDED, try_claims
from scenarios.claim_words import words
from scenarios.claims import LANGUAGES, claim_of, find_claims, read_claim
from scenarios.cli import main
from scenarios.probes import PROBES, measure, rank_correlation
from scenarios.scenario import load
from scenarios.watching import watch
from sim.ensemble import run
from tests.toy_claim import TOY, toy

ROOT = Path(__file__).parent.parent
VERDICTS = (HOLDS, HOLDS_WHERE, FAILS, UNDECIDED)

# --- files -------------------------------------------------------------------------------------------------


def test_there_are_32_claims() -> None:
    assert claim_ids() == [f"C{n:02d}" for n in range(1, 33)]
    assert {letter for name in claim_ids() for letter in read_claim(name).source} == set("ABCDE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_are_told_in_every_language(language: str) -> None:
    told = claims_library(language)
    assert len(told) == 32 and len({text for _, _, text in told}) == 32
    for name in claim_ids():
        texts = read_claim(name).told(language)
        for text in (texts.claim, texts.expected, texts.boundary):
            assert text.endswith(".") and text == " ".join(text.split())
    assert words(language).keys() == words("en").keys()


@pytest.mark.parametrize("name", claim_ids())
def test_claims_can_be_tried(name: str) -> None:
    experiment = prepare(read_claim(name))
    claim = experiment.claim
    assert len(experiment.points) > 1 or not claim.boundaries
    for boundary in claim.boundaries:
        assert experiment.base_values[boundary.quantity] is not None
    assert bool(claim.boundaries) or not claim.stops


def test_claims_are_found_by_number(tmp_path: Path) -> None:
    assert [claim.id for claim in find_claims(["c1", "2", "C03", "C01"])] == ["C01", "C02", "C03"]
    assert len(find_claims([])) == 32
    files = [tmp_path / "one.toml", tmp_path / "other.toml"]
    for file in files:
        file.write_text(TOY, "utf-8")
    with pytest.raises(ScenarioError, match="two of the claims have the id C99"):
        find_claims(map(str, files))


MISTAKES = {
    "variant": (
        lambda d: d["checks"][0].update(of="cheep"),
        'checks.1: there is no variant "cheep"; did you mean cheap?',
    ),
    "key": (lambda d: d["checks"][0].update(off=1), "checks.1.off is not a known key"),
    "kind": (lambda d: d["checks"][0].update(kind="x"), "checks.1: kind is one of complements, difference, level"),
    "no kind": (lambda d: d["checks"][0].pop("kind"), "checks.1: kind is one of"),
    "missing": (lambda d: d["checks"][0].pop("over"), "checks.1.over is missing"),
    "limits": (lambda d: d["checks"][0].update(above=1, below=2), "checks.1: above and below are both given"),
    "window": (lambda d: d["checks"][0].update({"from": 9, "to": 2}), "checks.1: periods 9 to 2 are no window"),
    "number": (lambda d: d["checks"][0].update(precision=-1.0), "checks.1.precision = -1.0 is not allowed"),
    "language": (lambda d: d["text"].pop("sv"), "text.sv: is missing"),
    "text": (lambda d: d["text"]["fi"].pop("claim"), "text.fi.claim is missing"),
    "base": (lambda d: d.update(base={}), "variants.dear: names no scenario"),
    "table": (lambda d: d.update(base=3), "base = 3 is not allowed"),
    "id": (lambda d: d.update(id="17"), 'id = "17" is not allowed'),
    "letter": (lambda d: d.update(source=["Z"]), 'source.1 = "Z" is not allowed'),
    "no checks": (lambda d: d.update(checks=[]), "checks = [] is not allowed"),
    "boundary": (lambda d: d["variants"]["dear"].update({"exchange.complexity": 0.1}), "a variant leaves it alone"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_said_in_one_sentence(mistake: str) -> None:
    spoil, said = MISTAKES[mistake]
    content = copy.deepcopy(toy())
    spoil(content)
    with pytest.raises(ScenarioError) as error:
        claim_of(content, "toy.toml")
    assert str(error.value).startswith("toy.toml: ") and said in str(error.value) and "\n" not in str(error.value)


UNTRIABLE = {
    "measure": (lambda d: d["checks"][0].update(measure="value_totl"), "there is no measure or probe"),
    "strategy": (lambda d: d["checks"][0].update(strategy="peer"), 'has no strategy "peer"'),
    "setting": (lambda d: d["variants"].update(dear={"costs.coast": 5.0}), "costs.coast is not a known key"),
    "scenario": (lambda d: d.update(base="transactionl"), "did you mean transactional?"),
    "window": (lambda d: d["checks"][0].update({"from": 50}), "a run has only 9 periods"),
    "pairs": (lambda d: d["variants"]["dear"].update(periods=8), "differ in customers or periods"),
}


@pytest.mark.parametrize("mistake", UNTRIABLE)
def test_what_cannot_be_tried_is_said_in_one_sentence(mistake: str) -> None:
    spoil, said = UNTRIABLE[mistake]
    content = copy.deepcopy(toy())
    spoil(content)
    with pytest.raises(ScenarioError, match="^C99: ") as error:
        prepare(claim_of(content, "toy.toml"))
    assert said in str(error.value) and "\n" not in str(error.value)


def test_unknown_claims(capsys) -> None:
    assert main(["claims", "C77"]) == 2
    assert capsys.readouterr().err.startswith('valuenet: "C77": there is no such claim')


# --- end to end --------------------------------------------------------------------------------------------


def test_a_claim_from_file_to_files(tmp_path: Path) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(TOY, "utf-8")
    ticks: list[tuple[int, int]] = []
    answers = try_claims([read_claim(file)], workers=2, progress=lambda done, total: ticks.append((done, total)))
    assert answers[0].verdict == HOLDS and answers[0].replications == BATCH
    assert ticks[0] == (1, 4 * MOST) and len(ticks) == 4 * BATCH
    saved = save_claims(answers, tmp_path / "out")
    assert {path.name for path in saved} == {"claims.csv", "contrasts.csv", "claims.md", "C99.svg", "results.json"}
    text = (tmp_path / "out" / "claims.md").read_text("utf-8")
    assert "## C99. Cheap is good." in text and "](C99.svg)" in text
    assert (tmp_path / "out" / "C99.svg").read_text("utf-8").startswith("<svg")


def test_workers_and_batches_do_not_change_the_answer(tmp_path: Path) -> None:
    claim = claim_of(toy(), "toy")
    one, other = (try_claims([claim], workers=workers, most=4)[0].to_dict() for workers in (1, 3))
    assert one == other
    assert try_claims([claim], seed=2, most=4)[0].to_dict() != one


def test_a_failing_claim_is_an_answer(tmp_path: Path, capsys) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(TOY.replace('of = "cheap"\nover = "dear"', 'of = "dear"\nover = "cheap"'), "utf-8")
    assert main(["claims", str(file), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [claim["verdict"] for claim in content["claims"]] == ["fails"]
    assert main(["claims", str(file), "--language", "sv"]) == 0
    out = capsys.readouterr().out
    assert "Billigt är bra." in out and "Gäller inte." in out


def test_several_claims_are_a_table(capsys) -> None:
    assert main(["claims", "C03", "C09", "--replications", "3", "--language", "fi"]) == 0
    out = capsys.readouterr().out
    assert "C03" in out and "C09" in out and "tulos" in out


def test_looking_leaves_the_run_as_it_is() -> None:
    market = load("partnership", {"customers.customers": 40, "periods": 20}).market
    watched, plain = watch(market, 5, None, [3, 12, 99]), run(market, 5)
    assert set(watched.looks) == {3, 12, 20} and len(watched.looks[3].ties) == 40
    assert np.array_equal(watched.run.totals, plain.totals)
    np.testing.assert_equal(watched.run.results(), plain.results())


def test_rank_correlation() -> None:
    up = np.arange(9.0)
    assert rank_correlation(up, up**3) == pytest.approx(1) and rank_correlation(up, -up) == pytest.approx(-1)
    assert np.isnan(rank_correlation(up[:4], up[:4])) and np.isnan(rank_correlation(up, 0 * up))


def test_windows_and_strategies_of_measures() -> None:
    market = load("mixed-market", {"customers.customers": 60, "periods": 30}).market
    watched = watch(market, 5, None, [])
    totals = watched.run.totals["encounters"]
    column = list(market.strategies).index("partnership")
    said = measure(watched, Measured("volume_share", "partnership", 10, 20))
    assert said == pytest.approx(totals[9:20, column].sum() / totals[9:20].sum())
    assert measure(watched, Measured("encounters", "", 10, 20)) == pytest.approx(totals[9:20].sum(axis=1).mean() / 60)
    assert measure(watched, Measured("value_total")) == watched.run.results()["value_total"]


def test_the_claim_and_the_probe_of_the_document(tmp_path: Path, monkeypatch) -> None:
    text = (ROOT / "docs" / "writing-claims.md").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(text.partition("```toml\n")[2].partition("```")[0], "utf-8")
    answer = try_claims(find_claims([str(tmp_path / "mine.toml")]), most=3)[0]
    assert answer.verdict in VERDICTS and len(answer.points) == 4
    monkeypatch.setattr("scenarios.probes.PROBES", dict(PROBES))
    (tmp_path / "mine.py").write_text(text.partition("```python\n")[2].partition("```")[0], "utf-8")
    runpy.run_path(str(tmp_path / "mine.py"))
    watched = watch(load("partnership", {"customers.customers": 40, "periods": 20}).market, 5, None, [])
    assert 0 < measure(watched, Measured("retained")) < 1


def test_claims_are_listed_in_any_language(capsys: pytest.CaptureFixture) -> None:
    assert main(["list", "--claims", "--language", "sv", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["claims"]
    assert [one["id"] for one in listed] == list(claim_ids())
    assert listed[0]["claim"] == read_claim("C01").told("sv").claim


# --- words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", claim_ids())
def test_variants_have_names_in_every_language(name: str) -> None:
    claim = read_claim(name)
    assert all(claim.told(language).explained.endswith((".", ")")) for language in LANGUAGES)
    spoken = {one for one in [*claim.variants, *claim.conditions] if not one.replace(".", "").isdigit()}
    for language in LANGUAGES[1:]:
        assert claim.told(language).names.keys() == spoken


def test_names_of_nothing_are_refused() -> None:
    content = copy.deepcopy(toy())
    content["text"]["sv"]["names"] = {"cheep": "billig"}
    with pytest.raises(ScenarioError, match='text.sv.names: there is no variant or condition "cheep"; did you mean'):
        claim_of(content, "toy.toml")


def test_a_claim_is_told_in_one_language_throughout() -> None:
    answer = try_claims([read_claim("C11")], most=3)[0]
    told = page([answer], "fi")
    numbers = re.sub(r"`[^`]*`", "", told)  # settings are quoted as files have them
    assert "avoin (suuri epäluulo)" in told and "0,5" in told and "Artikkeli B" in told
    assert not re.search(r"\d\.\d| minus | not < |open|Article", numbers)
    assert "suljettu (tavallinen epäluulo)" in picture(answer, "fi") and "kyllä" in picture(answer, "fi")
    assert "closed in usual suspicion" in picture(answer) and answer.to_dict("fi")["main"]["label"].startswith(
        "open in"
    )


def test_lists_of_numbers_keep_apart_in_every_language() -> None:
    answer = try_claims([read_claim("C11")], most=3)[0]
    assert "0.3, 0.4" in page([answer]) and "0,3; 0,4" in page([answer], "sv")
    assert answer.where("sv", lambda quantity: "andel").startswith("andel ")


def test_who_stops_does_not_wait_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    monkeypatch.setattr("scenarios.claim_runs._measure", lambda wanted, task: begun.append(task) or [1.0])

    def stop(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        try_claims([claim_of(toy(), "toy")], progress=stop)
    assert len(begun) < 4 * BATCH
