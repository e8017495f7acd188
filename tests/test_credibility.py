"""docs/credibility.md: written by its script from what is accepted today, with the limits of the model."""

import importlib.util
from pathlib import Path

import pytest

from scenarios.catalogue import REPLICATIONS, names
from scenarios.claims import find_claims
from scenarios.replication import Answer, Found, read_replication
from scenarios.scorecard import CHECKS, accepted, check_rows
from sim.version import MODEL_VERSION

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "credibility.md").read_text("utf-8")


def maker():
    spec = importlib.util.spec_from_file_location("make_credibility", DOCS / "make_credibility.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = maker()


def section_of(identity):
    return PAGE.partition(f"\n### {identity}. ")[2].partition("\n### ")[0]


@pytest.mark.parametrize("name", names(REPLICATIONS))
def test_every_replication_is_told_as_it_is_tried_today(name):
    told = read_replication(name)
    section = section_of(told.id)
    assert f"(market: `scenarios/replications/{name}.toml`)" in section, "run: python docs/make_credibility.py"
    assert all(text in section for text in (told.paper, *told.equations, told.engine, told.departs))
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(told.checks)
    for row, check in zip(rows, told.checks, strict=True):
        words = check_rows(Answer(name, "", 1, told, (Found(check, 0.0),)))[0]
        cells = [cell.strip() for cell in row.replace("\\|", "/").strip("|").split(" | ")]
        assert len(cells) == len(CHECKS)
        assert cells[:3] == [cell.replace("|", "/") for cell in words[:3]]
        assert cells[4] == words[4] and cells[5] in ("-" if check.how == "reported" else "pass", "**FAIL**")
        assert accepted(check) == cells[2]


def test_no_result_is_there_that_is_not_tried():
    assert PAGE.count("\n### R") == len(names(REPLICATIONS))


def test_what_is_written_by_hand_is_on_the_page():
    assert PAGE.startswith(MAKER.INTRODUCTION) and MAKER.LIMITS in PAGE
    assert f"model version {MODEL_VERSION}," in PAGE, "run: python docs/make_credibility.py"


def test_claims_that_fail_are_named_among_the_limits():
    rows = [
        line.split(" | ") for line in (DOCS / "claims.md").read_text("utf-8").splitlines() if line.startswith("| C")
    ]
    verdicts = {row[0].strip("| "): row[2] for row in rows}
    assert set(verdicts) == {claim.id for claim in find_claims(())}
    for claim, verdict in verdicts.items():
        assert (claim in MAKER.LIMITS) == (verdict in ("fails", "undecided")), claim
    assert "C05, C31 and C32 fail, C18 is undecided" in MAKER.LIMITS


def test_every_kind_of_check_is_explained():
    counted = PAGE.partition("| kind of check |")[2].partition("\n\n")[0]
    assert all(f"| {how} | {meaning} |" in counted for how, meaning in MAKER.KINDS.items())
