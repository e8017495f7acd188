"""docs/odd.md against the code: every equation has its place, every constant its value, nothing is left out."""

import importlib.util
import math
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from sim import draws
from sim.rules import SCHEDULE
from sim.shocks import SHOCKS

ROOT = Path(__file__).parent.parent
TECHNICAL = {"MOST_SLOTS", "NO_SLOT", "NOT_SHOWN"}  # how the program does it, nothing of the model
ODD = (  # Grimm et al. 2020
    "Purpose and patterns",
    "Entities, state variables, and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    *("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing"),
    *("Interaction", "Stochasticity", "Collectives", "Observation"),
)
DECISIONS = (  # Müller et al. 2013, what ODD+D adds
    *("Theoretical and empirical background", "Individual decision making", "Individual learning"),
    *("Individual sensing", "Individual prediction", "Interaction", "Collectives", "Heterogeneity"),
    *("Stochasticity", "Observation", "Implementation"),
)


def maker() -> ModuleType:
    """Return docs/make_odd.py as a module."""
    spec = importlib.util.spec_from_file_location("make_odd", ROOT / "docs" / "make_odd.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ODDS = maker()
PAGE = ODDS.PAGE.read_text("utf-8")
EQUATIONS = ODDS.equations()
CONSTANTS = [one for one in ODDS.constants(ODDS.WITH_CONSTANTS) if one.name not in TECHNICAL]
PURPOSES = {name: value for name, value in vars(draws).items() if name.isupper() and type(value) is int}


def headings(level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} (?:[\d.]+ )?(.*)$", PAGE, re.MULTILINE)


def users_of_constants() -> dict[str, set[tuple[str, str]]]:
    """Return for every constant the (file, function) pairs that use it; of one that others import, they too."""
    users: dict[str, set[tuple[str, str]]] = {}
    for path in ODDS.WITH_CONSTANTS:
        for name, function in ODDS.functions_of(path).items():
            for node in ODDS.ast.walk(function):
                if isinstance(node, ODDS.ast.Name) and node.id.isupper():
                    users.setdefault(node.id, set()).add((path.relative_to(ROOT).as_posix(), name))
    return users


USERS = users_of_constants()


def told(constant: NamedTuple, value: float) -> bool:
    """Whether an equation that uses a constant says this value."""
    texts = [one.text for one in EQUATIONS if USERS[constant.name] & set(one.places)]
    numbers = [float(number) for text in texts for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)]
    return any(math.isclose(number, value) for number in numbers)


def test_every_element_of_the_protocol_is_found_by_its_name():
    assert headings(2)[: len(ODD)] == list(ODD)
    assert headings(3)[: len(CONCEPTS)] == list(CONCEPTS)
    assert headings(3)[len(CONCEPTS)] == "Decisions (ODD+D)"
    asked = PAGE.partition("| ODD+D asks |")[2].partition("\n\n")[0]
    assert [point for point in DECISIONS if f"| *{point}*" not in asked] == []


def test_every_rule_has_its_submodel_and_its_file_is_named():
    assert [name for name in headings(3) if name in {rule.__name__ for rule in SCHEDULE}] == [
        rule.__name__ for rule in SCHEDULE
    ]
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "sim" / "rules").glob("*.py")}
    assert [file for file in sorted(files) if file not in PAGE] == []


@pytest.mark.parametrize("one", EQUATIONS, ids=lambda one: one.name)
def test_every_equation_has_its_place_in_the_code(one):
    assert one.places
    for file, name in one.places:
        assert (ROOT / file).is_file(), file
        assert name in ODDS.functions_of(ROOT / file), f"{file} has no function {name}"


def test_equations_are_numbered_and_none_is_overlooked():
    names = [one.name for one in EQUATIONS]
    assert len(names) > 80
    counts = Counter(name.partition(".")[0] for name in names)
    assert names == [f"{kind}.{n + 1}" for kind, count in counts.items() for n in range(count)]
    assert re.findall(r"^- \*\*([a-z]+\.\d+)\*\*", PAGE, re.MULTILINE) == names  # each ends with a place
    mentioned = re.findall(r"\b([a-z]+)\.(\d+)\b", PAGE)
    assert {f"{kind}.{n}" for kind, n in mentioned if kind in counts} == set(names)


@pytest.mark.parametrize("one", CONSTANTS, ids=lambda one: one.name)
def test_every_constant_stands_on_the_page_with_its_value(one):
    assert told(one, one.value), f"no equation that uses {one.name} of {one.file} says {one.value:g}"


@pytest.mark.parametrize("one", CONSTANTS, ids=lambda one: one.name)
def test_a_changed_constant_is_noticed(one):
    assert not told(one, one.value * 1.07)


def test_technical_constants_are_there():
    assert {one.name for one in ODDS.constants(ODDS.WITH_CONSTANTS)} >= TECHNICAL


def test_every_purpose_of_a_draw_is_in_the_table():
    rows = re.findall(r"^\| ((?:\d+ [A-Z_]+(?:, )?)+) \|", PAGE, re.MULTILINE)
    found = {name: int(number) for row in rows for number, name in re.findall(r"(\d+) ([A-Z_]+)", row)}
    assert found == {name: number for name, number in PURPOSES.items() if name not in {"ROUNDS", "NUMBERS"}}


def test_no_two_purposes_share_their_draws():
    numbers = [number for name, number in PURPOSES.items() if name not in {"ROUNDS", "NUMBERS"}]
    assert len(set(numbers)) == len(numbers)


def test_every_shock_is_described():
    section = PAGE.partition("### 7.11 Shocks")[2].partition("\n### ")[0].lower()
    assert [kind for kind in SHOCKS if f"| {kind} |" not in section and f"*{kind}*" not in section] == []


def test_the_tables_are_fresh():
    assert ODDS.TABLES.read_text("utf-8") == ODDS.tables(), "run: python docs/make_odd.py"


def test_every_quantity_is_mentioned():
    tables = ODDS.TABLES.read_text("utf-8")
    for _, name, _ in ODDS.quantities():
        assert f"`{name}`" in PAGE + tables
    on_the_page = set(re.findall(r"\w+", PAGE))
    silent = {name for section, name, _ in ODDS.quantities() if section not in ("rules", "variants")} - on_the_page
    knobs = {name for kind in (ODDS.Strategy, ODDS.Tier, ODDS.Department, ODDS.Shock) for name in kind.model_fields}
    assert (silent | (knobs - on_the_page)) == set()


def test_every_variant_is_in_the_tables_with_what_it_says():
    tables = ODDS.TABLES.read_text("utf-8")
    for rule, name, text in ODDS.variants():
        assert f"### {rule}: {name}\n\n{text}\n" in tables


def test_a_variant_says_where_it_is_from_or_what_for():
    assert [(rule, name) for rule, name, text in ODDS.variants() if len(text) < 80] == []


def test_tables_hold_no_empty_part():
    tables = ODDS.TABLES.read_text("utf-8")
    for title in ("Equations", "Constants", "State variables", "Quantities", "Rule variants", "Measures"):
        assert tables.partition(f"\n## {title}\n")[2].partition("\n## ")[0].count("\n| ") > 3
