"""Robust verdicts: labels follow from what changed, an interrupted study goes on, and the page tells what came out."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scenarios.claim_runs import as_it_is
from scenarios.claim_verdicts import FAILS, HOLDS, HOLDS_WHERE, UNDECIDED, try_claims
from scenarios.claims import claim_of
from scenarios.kept import keep, read_kept
from scenarios.maps import strategy_map
from scenarios.robustness import (
    ARTEFACT,
    AS_IT_IS,
    FINDING,
    MOSTLY,
    OPEN,
    another_rule,
    another_value,
    conclude,
    letters,
    region,
    stay,
    try_all,
)
from scenarios.robustness_page import CLAIMS, MAPS, claims_of, page, regions_of
from scenarios.scenario import ScenarioError, load
from sim.ensemble import run
from tests.toy_claim import toy

ROOT = Path(__file__).parent.parent
SMALL = {"customers": 40, "periods": 12, "firms": 6}
RULES = {"trust = a", "choose = b"}
CONSTANTS = [f"constant {n}" for n in range(20)]
SPLIT = ["TTPP", "TTPP", "SSPp", "SSSS"]


def verdicts(base: str, others: dict[str, str]) -> dict[str, str]:
    """Return the verdicts of all tries: `base`, but for some."""
    return dict.fromkeys((AS_IT_IS, *RULES, *CONSTANTS), base) | others


@pytest.mark.parametrize(
    ("base", "others", "label"),
    [
        (HOLDS, {}, FINDING),
        (HOLDS, {"trust = a": HOLDS_WHERE, "constant 1": HOLDS_WHERE}, FINDING),
        (FAILS, {}, FINDING),
        (HOLDS_WHERE, {"trust = a": FAILS}, ARTEFACT),
        (FAILS, {"choose = b": HOLDS_WHERE}, ARTEFACT),
        (HOLDS, {"choose = b": UNDECIDED}, MOSTLY),
        (HOLDS, {"constant 3": FAILS}, MOSTLY),
        (HOLDS, dict.fromkeys(CONSTANTS[:2], UNDECIDED), MOSTLY),
        (HOLDS, dict.fromkeys(CONSTANTS[:3], UNDECIDED), MOSTLY),
        (HOLDS, dict.fromkeys(CONSTANTS[:2], FAILS), MOSTLY),
        (HOLDS, dict.fromkeys(CONSTANTS[:3], FAILS), ARTEFACT),
        (UNDECIDED, {"constant 3": HOLDS}, OPEN),
    ],
)
def test_a_label_follows_from_what_changed(base, others, label):
    one = conclude(verdicts(base, others), RULES)
    assert one.label == label
    assert (one.verdict, one.tries) == (base, len(CONSTANTS))


def test_what_changes_a_conclusion_is_named():
    one = conclude(verdicts(HOLDS, {"trust = a": FAILS, "choose = b": HOLDS_WHERE, "constant 7": UNDECIDED}), RULES)
    assert one.rules == {"trust = a": FAILS}
    assert one.constants == {"constant 7": UNDECIDED}


def test_a_changed_verdict_is_noticed():
    """A cheap market gives more value; where nothing is worth anything, it does not."""
    changes = {
        AS_IT_IS: as_it_is,
        "trust = a": another_rule("trust", "recent"),
        "choose = b": another_value("value", 0),
    }
    claims = [claim_of(toy(), "toy")]
    found = {name: try_claims(claims, most=4, change=change)[0].verdict for name, change in changes.items()}
    one = conclude(found, RULES)
    assert found[AS_IT_IS] in (HOLDS, HOLDS_WHERE)
    assert (one.label, list(one.rules)) == (ARTEFACT, ["choose = b"])


def test_a_change_reaches_the_market():
    scenario = load("partnership", SMALL)
    other = another_rule("trust", "two-layer")(scenario)
    assert other.market.rules.trust_rule == "two-layer"
    assert run(other.market, 1).results() != run(scenario.market, 1).results()
    assert another_value("cost", 1.2)(scenario).market.costs.cost == pytest.approx(4.8)
    assert another_value("memory", 1.2)(scenario).market.exchange.memory == 1.0  # the most that is allowed


def test_an_interrupted_study_goes_on_where_it_stopped(tmp_path):
    file, asked = tmp_path / "kept.json", []

    def attempt(name, fails=False):
        def one(part):
            asked.append((part, name))
            if fails:
                raise KeyboardInterrupt
            return [part, name]

        return one

    def study(last):
        kept = read_kept(file)
        parts = {CLAIMS: {"a": attempt("a"), "b": attempt("b", last)}, MAPS: {"a": attempt("a")}}
        try_all(kept, parts, lambda part, name: keep(file, kept))
        return kept

    with pytest.raises(KeyboardInterrupt):
        study(last=True)
    assert asked == [(CLAIMS, "a"), (MAPS, "a"), (CLAIMS, "b")]
    kept = study(last=False)
    assert asked[3:] == [(CLAIMS, "b")]
    assert kept == read_kept(file) == {CLAIMS: {"a": [CLAIMS, "a"], "b": [CLAIMS, "b"]}, MAPS: {"a": [MAPS, "a"]}}


def test_results_of_another_model_are_refused(tmp_path):
    (tmp_path / "kept.json").write_text('{"model_version": 1, "claims": {}}')
    with pytest.raises(ScenarioError, match="model version 1, not"):
        read_kept(tmp_path / "kept.json")


def test_a_map_is_kept_as_letters():
    regimes = [load(name, SMALL) for name in ("transactional", "partnership", "platform")]
    made = strategy_map(regimes, x="complexity", y="turnover", size=3, replications=2)
    rows = letters(made, "TPS")
    assert [
        [("TPS"[s] if sure else "tps"[s]) for s, sure in zip(*row, strict=True)]
        for row in zip(made.winners(), ~made.contested(), strict=True)
    ] == [list(row) for row in rows]


def test_a_region_is_sure_somewhere_and_hangs_together():
    assert [region(SPLIT, letter) for letter in "TPS"] == [HOLDS] * 3
    assert region(["tTTt", "pppp"], "P") == UNDECIDED
    assert region(["TTTT", "TTTT"], "P") == FAILS
    assert region(["PTTP", "TTTT"], "P") == FAILS
    assert region(["PTTT", "TPTT"], "P") == HOLDS  # corners join


def test_winners_that_stay_are_counted():
    assert stay(SPLIT, SPLIT) == (1.0, 1.0)
    assert stay(["TTPP"], ["TtSp"]) == (0.75, 0.5)
    assert stay(["tt"], ["TT"])[0] == 1.0
    assert np.isnan(stay(["tt"], ["TT"])[1])


@pytest.fixture(scope="module")
def script() -> dict:
    return runpy.run_path(str(ROOT / "docs" / "make_robustness.py"))


def test_the_page_is_up_to_date(script):
    kept, asked = read_kept(ROOT / "docs" / "robustness.json"), script["asked"]()
    tries = script["tries"]()
    assert {part: set(kept[part]) - set(tries[part]) for part in kept} == {CLAIMS: set(), MAPS: set()}
    assert (ROOT / "docs" / "robustness.md").read_text("utf-8") == page(kept, asked), (
        "run python docs/make_robustness.py --page"
    )


def test_the_page_names_what_a_conclusion_depends_on(script):
    asked = script["asked"]()
    rule, constant = asked.rules[0], "beta x 0.8"
    names = (AS_IT_IS, *asked.rules, constant)
    kept = {
        CLAIMS: {name: {"C01": "holds where: customers.turnover <= 0.02", "C02": HOLDS} for name in names},
        MAPS: {name: dict.fromkeys(asked.across, SPLIT) for name in names},
    }
    kept[CLAIMS][rule] = {"C01": FAILS, "C02": HOLDS}
    kept[MAPS][constant] = {x: ["TTPP", "TTPP", "TTPP", "TTPP"] for x in asked.across}
    assert {claim: one.label for claim, one in claims_of(kept, asked).items()} == {"C01": ARTEFACT, "C02": FINDING}
    labels = {regime: one.label for (_, regime), one in regions_of(kept, asked).items()}
    assert labels == {"transactional": FINDING, "partnership": FINDING, "platform": ARTEFACT}
    text = page(kept, asked)
    assert "| artefact | 1: C01 |" in text
    assert f"So far {2 * len(names)} of {asked.tries} tries are done" in text
    assert f"| {constant} (has none) |" in text.replace("artefact | has one | ", "| ")


def test_a_constant_of_the_rules_is_multiplied_wherever_they_have_it():
    """In a process of its own, as the script does it: there is no way back."""
    code = """
import runpy, sys
script = runpy.run_path("docs/make_robustness.py")
learn = sys.modules["sim.rules.learn"]
before = learn.QUALITY_RATE
script["with_constant"]("sim.rules.learn.QUALITY_RATE", 1.2, lambda: print(learn.QUALITY_RATE / before))
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True, env=env)
    assert float(done.stdout) == pytest.approx(1.2)
