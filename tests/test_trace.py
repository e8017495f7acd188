"""docs/trace.md: every element of TRACE, every promise, and only tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "trace.md").read_text("utf-8")
ELEMENTS = (  # Grimm et al. 2014
    *("Problem formulation", "Model description", "Data evaluation", "Conceptual model evaluation"),
    *("Implementation verification", "Model output verification", "Model analysis", "Model output corroboration"),
)
NAMED = sorted(set(re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", PAGE)))
PROMISES = re.findall(r"^\| (\d+)\. .* \| (.*) \|$", PAGE, re.MULTILINE)


def functions_in(file: str) -> set[str]:
    code = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(code) if isinstance(node, ast.FunctionDef)}


def test_every_element_of_trace_is_there():
    assert re.findall(r"^## \d\. (.*)$", PAGE, re.MULTILINE) == list(ELEMENTS)


@pytest.mark.parametrize(("file", "test"), NAMED, ids="::".join)
def test_what_is_named_exists(file, test):
    assert (ROOT / file).is_file()
    assert not test or test in functions_in(file)


def test_every_promise_has_tests_or_says_that_it_has_none():
    assert [int(number) for number, _ in PROMISES] == list(range(1, 37))
    assert [number for number, held in PROMISES if "::test_" not in held and "*not tested*" not in held.lower()] == [
        number for number, held in PROMISES if held == "`tests/test_closed_forms.py`"
    ]


def test_no_test_of_the_engine_is_forgotten():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    listed = makefile.partition("ENGINE_TESTS := $(patsubst %,tests/test_%.py,")[2].partition(")")[0]
    of_the_face = {"agents", "agents_whole", "create", "decisions", "model", "population"}
    named = {file for file, _ in NAMED}
    asked = set(listed.replace("\\", "").split()) - of_the_face - {"networks"}
    assert [name for name in sorted(asked) if f"tests/test_{name}.py" not in named] == []


def anchors(page: Path) -> set[str]:
    """Return what headings of a page are called in links."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["odd", "odd-tables", "trace", "credibility", "scenarios", "cli"])
def test_links_into_pages_lead_to_a_heading(name):
    page = ROOT / "docs" / f"{name}.md"
    links = re.findall(r"\]\(([\w./-]*\.md)?#([\w-]+)\)", page.read_text("utf-8"))
    assert [link for link in links if link[1] not in anchors(page.parent / link[0] if link[0] else page)] == []
