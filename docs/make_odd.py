"""Write `docs/odd-tables.md`: what `docs/odd.md` says, with its places in the code: `python docs/make_odd.py`.

Equations are read from the page, everything else from the code, so that the tables cannot differ from either;
`tests/test_odd.py` holds the page against the same code. Nothing is compiled: sources are only read.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic.fields import FieldInfo

from sim.config import quantities
from sim.final import FINAL
from sim.metrics import MEASURES
from sim.sections import Department, Strategy, Tier
from sim.shocks import Shock

ROOT = Path(__file__).parent.parent
PAGE, TABLES = ROOT / "docs" / "odd.md", ROOT / "docs" / "odd-tables.md"
WITH_CONSTANTS = (*sorted((ROOT / "sim" / "rules").glob("*.py")), ROOT / "sim" / "relations.py")
OF_MEASURES = (ROOT / "sim" / "totals.py", ROOT / "sim" / "final.py", ROOT / "sim" / "money.py")
ITEM = re.compile(r"^- \*\*([a-z]+\.\d+)\*\* (.*) \[(`sim/.*)\]$", re.MULTILINE)
PLACE = re.compile(r"`(sim/[\w/]+\.py)`: ((?:`\w+`(?:, )?)+)")
RECORD = re.compile(r"^([A-Z]+) = record\((?:  # [^\n]*)?\n(.*?)^\)", re.MULTILINE | re.DOTALL)
STATE = {  # records that hold a world's state, and what they are of
    "CLOCK": "the world",
    "TIER": "a tier",
    "SHOCK": "a shock",
    "ACTOR": "an actor",
    "TERMS": "a provider's terms of this period",
    "TIE": "a tie, or an alliance",
    "ENCOUNTER": "a buyer's encounter of this period",
    "TALLY": "a provider's, partner's or courier's period",
}


class Equation(NamedTuple):
    """An item of the page: its name, what it says, and the (file, function) pairs that do it."""

    name: str
    text: str
    places: tuple[tuple[str, str], ...]


class Constant(NamedTuple):
    """A number in capitals: where it is, what it is, which functions of its file use it, what is said beside it."""

    file: str
    name: str
    value: float
    used_by: tuple[str, ...]
    says: str


def equations() -> list[Equation]:
    """Return the items of the page, in its order."""
    found = ITEM.findall(PAGE.read_text("utf-8"))
    return [Equation(name, text, tuple(_places(places))) for name, text, places in found]


def _places(text: str) -> Iterator[tuple[str, str]]:
    for file, functions in PLACE.findall(text):
        yield from ((file, function) for function in re.findall(r"`(\w+)`", functions))


def functions_of(file: Path) -> dict[str, ast.FunctionDef]:
    """Return the functions of a source file by name."""
    return {node.name: node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def constants(files: tuple[Path, ...]) -> list[Constant]:
    """Return every number in capitals of some source files, in their order."""
    return [one for file in files for one in _constants_of(file)]


def _constants_of(file: Path) -> Iterator[Constant]:
    source = file.read_text("utf-8")
    used = {
        name: {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        for name, function in functions_of(file).items()
    }
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            says = source.splitlines()[node.lineno - 1].partition("  # ")[2]
            for name, value in _numbers(node):
                users = tuple(function for function, names in used.items() if name in names)
                yield Constant(file.relative_to(ROOT).as_posix(), name, value, users, says)


def _numbers(node: ast.Assign) -> Iterator[tuple[str, float]]:
    """Yield (name, number) of an assignment to names in capitals; other assignments give nothing."""
    target, value = node.targets[0], node.value
    pairs = zip(target.elts, value.elts, strict=True) if _tuples(target, value) else [(target, value)]  # type: ignore[attr-defined]
    for name, number in pairs:
        if isinstance(name, ast.Name) and name.id.isupper() and (found := _number(number)) is not None:
            yield name.id, found


def _tuples(*nodes: ast.expr) -> bool:
    return all(isinstance(node, ast.Tuple) for node in nodes)


def _number(node: ast.expr) -> float | None:
    """Return a number that is written out, or a power of two such; None for all else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        base, exponent = _number(node.left), _number(node.right)
        return None if base is None or exponent is None else base**exponent
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def variants() -> list[tuple[str, str, str]]:
    """Return (rule, name, docstring) of every rule variant, in order."""
    files = sorted((ROOT / "sim" / "variants").glob("*/[a-z]*.py"))
    return [(file.parent.name, file.stem.replace("_", "-"), _docstring(file)) for file in files]


def _docstring(file: Path) -> str:
    return ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""


def fields_of(record: str) -> list[tuple[str, str]]:
    """Return (field, unit and meaning) of a record of `sim/records.py`; bad evidence has the words of the good."""
    body = dict(RECORD.findall((ROOT / "sim" / "records.py").read_text("utf-8")))[record]
    found, says = [], ""
    for name, comment in re.findall(r'^    \("(\w+)", "\w+"\),(?:  # (.*))?$', body, re.MULTILINE):
        says = comment or (says if name.endswith("neg") else "")
        found.append((name, says))
    return found


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Return a Markdown table as lines."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [_row(heads), _row(["---"] * len(heads)), *map(_row, cells), ""]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def tables() -> str:
    """Return the page of tables."""
    lines = [
        "# Tables of the model",
        "",
        "Made from the code and from [the model](odd.md) by `python docs/make_odd.py`; "
        "`tests/test_odd.py` sees that they are fresh.",
        "",
        "[Equations](#equations), [constants](#constants), [state variables](#state-variables), "
        "[quantities](#quantities), [rule variants](#rule-variants), [measures](#measures).",
        "",
        *_equations(),
        *_constants(),
        *_state(),
        *_quantities(),
        *_variants(),
        *_measures(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _equations() -> list[str]:
    """Return the table of equations, each with its place and the constants it uses."""
    all_constants = constants(WITH_CONSTANTS)
    rows = []
    for one in equations():
        used = [c for c in all_constants for place in one.places if place[0] == c.file and place[1] in c.used_by]
        told = ", ".join(dict.fromkeys(f"`{c.name}` = {c.value:g}" for c in used))
        rows.append((one.name, one.text, "<br>".join(f"`{file}` `{name}`" for file, name in one.places), told))
    heads = ("equation", "as the page has it", "place in the code", "constants there")
    return ["## Equations", "", *table(heads, rows)]


def _constants() -> list[str]:
    rows = [
        (f"`{one.name}`", f"{one.value:g}", f"`{one.file}`", one.says)
        for one in constants((*WITH_CONSTANTS, *OF_MEASURES))
    ]
    return ["## Constants", "", *table(("name", "value", "file", "what it is"), rows)]


def _state() -> list[str]:
    lines = [
        "## State variables",
        "",
        "Besides these a world holds, as plain arrays, `needs`, `end_needs`, `offerings` (each in [0, 1]), `trend`,",
        "who can be found (`reach`), who is a friend (`friends`), who was served (`sales`), and what rule variants",
        "remember (`notes`): `sim/state.py`.",
        "",
    ]
    for record, what in STATE.items():
        rows = [(f"`{name}`", says) for name, says in fields_of(record) if name != "reserve"]
        lines += [f"### Of {what}", "", *table(("field", "unit and meaning"), rows)]
    return lines


def _quantities() -> list[str]:
    """Return the tables of everything a scenario can set."""
    sections: dict[str, list[tuple[str, FieldInfo]]] = {}
    for section, name, field in quantities():
        sections.setdefault(section, []).append((name, field))
    for title, kind in (
        ("strategies.NAME", Strategy),
        ("chain.NAME", Tier),
        ("departments.NAME", Department),
        ("shocks.NAME", Shock),
    ):
        sections[title] = list(kind.model_fields.items())
    lines = ["## Quantities", "", "`[table]` of a scenario file, name, default, what is allowed, unit, meaning.", ""]
    for title, fields in sections.items():
        rows = [_quantity(name, field) for name, field in fields]
        lines += [f"### [{title}]", "", *table(("name", "default", "allowed", "unit", "meaning"), rows)]
    return lines


def _quantity(name: str, field: FieldInfo) -> tuple[str, ...]:
    ends = {type(rule).__name__: rule for rule in field.metadata}
    low, high = (getattr(ends.get(kind), end, None) for kind, end in (("Ge", "ge"), ("Le", "le")))
    allowed = "" if low is None or high is None else f"{low:g} to {high:,}" if high >= 1e5 else f"{low:g} to {high:g}"
    unit = (field.json_schema_extra or {}).get("unit", "")  # type: ignore[union-attr]
    return f"`{name}`", _shown(field), allowed, str(unit), field.description or ""


def _shown(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    if isinstance(field.default, dict):
        return ", ".join(f"{name} {share:g}" for name, share in field.default.items())
    return f"{field.default:,}" if isinstance(field.default, int) else str(field.default)


def _variants() -> list[str]:
    lines = [
        "## Rule variants",
        "",
        "`[rules]` of a scenario names them; the text is the one at the top of each file.",
        "",
        *table(
            ("rule", "name", "file"),
            [
                (rule, f'`{rule}_rule = "{name}"`', f"`sim/variants/{rule}/{name.replace('-', '_')}.py`")
                for rule, name, _ in variants()
            ],
        ),
    ]
    for rule, name, text in variants():
        lines += [f"### {rule}: {name}", "", text, ""]
    return lines


def _measures() -> list[str]:
    told = {name: (m.unit, m.meaning) for name, m in MEASURES.items()} | FINAL
    rows = [(f"`{name}`", unit, meaning) for name, (unit, meaning) in told.items()]
    return ["## Measures", "", *table(("measure", "unit", "meaning"), rows)]


def main() -> None:
    """Write the tables."""
    TABLES.write_text(tables(), "utf-8")


if __name__ == "__main__":
    main()
