"""Quantities in words: what a value may be, and one sentence for each mistake pydantic finds."""

import json
import re
from collections.abc import Callable
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.catalogue import HEAD, nearest, short
from sim.config import SECTIONS, Market, quantities
from sim.sections import Department, Strategy, Tier
from sim.shocks import Shock

Keys = tuple[str, ...]  # the place of a value in a scenario: ("exchange", "complexity")
Where = Callable[[Keys], tuple[str, str]]  # gives the file and the dotted name a message shall show

MIXES = {  # where shares of strategies are, and how many there are to follow them
    ("providers", "firm_strategies"): ("providers", "firms"),
    ("providers", "peer_strategies"): ("providers", "peer_share"),
    ("partners", "partner_strategies"): ("partners", "partners"),
    ("couriers", "courier_strategies"): ("couriers", "couriers"),
}
NAMED: dict[str, type[BaseModel]] = {  # tables whose entries have names of the author's
    "departments": Department,
    "chain": Tier,
    "shocks": Shock,
    "strategies": Strategy,
}
LINKS = ("departments", "chain")  # each entry has a mix of strategies
MODELS = "business_models"
TABLES = (*SECTIONS, *NAMED, MODELS)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def is_mix(keys: Keys) -> bool:
    """Return whether `keys` is the place of shares of strategies."""
    return keys in MIXES or (len(keys) == 3 and keys[0] in LINKS and keys[2] == "strategies")


def toml_text(value: object) -> str:
    """Return a value as TOML writes it; a table inline."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_key(k)} = {toml_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    return str(value)


def toml_key(key: object) -> str:
    """Return a key as TOML writes it, quoted only where it must be."""
    return str(key) if _BARE_KEY.fullmatch(str(key)) else toml_text(str(key))


def plain(number: float) -> str:
    """Return a limit without an exponent or needless digits."""
    return str(int(number)) if number == int(number) else f"{number:g}"


def limits(field: FieldInfo) -> tuple[float, float] | None:
    """Return (lowest, highest) of a quantity, None where it is not a number."""
    low = [m.ge for m in field.metadata if hasattr(m, "ge")]
    high = [m.le for m in field.metadata if hasattr(m, "le")]
    return (low[0], high[0]) if low and high else None


def unit(field: FieldInfo) -> str:
    """Return the unit of a quantity."""
    extra = field.json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) else ""


def allowed(field: FieldInfo) -> str:
    """Return what a quantity may be: '0 to 1 (share)', or the words it may be."""
    if between := limits(field):
        return f"{plain(between[0])} to {plain(between[1])} ({unit(field)})"
    if isinstance(extra := field.json_schema_extra, dict) and isinstance(words := extra.get("words"), list):
        return f"one of {', '.join(map(str, words))}"
    if field.annotation is str:
        most = next(m.max_length for m in field.metadata if hasattr(m, "max_length"))
        return f"a text of at most {most} characters ({unit(field)})"
    if field.annotation is not None and isinstance(get_args(field.annotation)[0], str):
        return f"one of {', '.join(get_args(field.annotation))}"
    return "shares that sum to 1, such as {transactional = 1.0}"


def field_of(path: Keys, root: type[BaseModel] = Market) -> FieldInfo | None:
    """Return what the configuration says about the quantity at `path`, None where it is a table or unknown."""
    field: FieldInfo | None = None
    inside: Any = root
    for key in path:
        if _is_table(inside):
            field = inside.model_fields.get(key)
            inside = field.annotation if field else None
        elif get_origin(inside) is dict:
            field, inside = None, get_args(inside)[1]
        else:
            return None
    holds = get_args(inside)[1] if get_origin(inside) is dict else inside
    return None if _is_table(holds) else field


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def sentence(error: Any, where: Where, root: type[BaseModel] = Market) -> str:
    """Turn one error of pydantic (an item of `.errors()`) into a sentence: file, field, value, what is allowed."""
    path, kind = tuple(map(str, error["loc"])), error["type"]
    if kind == "value_error":
        return _of_a_check(path, str(error["ctx"]["error"]), where)
    label, dotted = where(path)
    if kind == "extra_forbidden":
        return f"{label}: {dotted} is not a known key{_suggestion(path, root)}"
    if kind in ("model_type", "dict_type"):
        return f"{label}: {dotted} = {shown(error['input'])} is not a table"
    if kind == "missing":
        return f"{label}: {dotted} is missing: {_allowed_at(path, root)}"
    if kind == "too_long":
        return f"{label}: {dotted}: there are {len(error['input'])}; a market may have {error['ctx']['max_length']}"
    if kind == "too_short":
        return f"{label}: providers.firms and providers.peer_share are both 0: a market needs somebody who provides"
    return f"{label}: {dotted} = {shown(error['input'])} {_complaint(error)}: {_allowed_at(path, root)}"


def _of_a_check(path: Keys, message: str, where: Where) -> str:
    """The configuration's own checks of a whole market say 'field: what is wrong', those of a field only the latter."""
    field, colon, rest = message.partition(": ")
    label, dotted = where((*path, *field.split(".")) if colon else path)
    return f"{label}: {dotted}: {rest if colon else message}"


def _complaint(error: Any) -> str:
    kind, value = error["type"], error["input"]
    whole = isinstance(value, int) and not isinstance(value, bool)
    if kind in ("less_than_equal", "greater_than_equal") or (kind == "float_type" and whole):
        return "is out of range"
    return {
        "int_type": "is not a whole number",
        "float_type": "is not a number",
        "finite_number": "is not a finite number",
        "string_type": "is not a text",
        "string_too_long": "is too long",
    }.get(kind, "is not allowed")


def _allowed_at(path: Keys, root: type[BaseModel]) -> str:
    if is_mix(path[:-1]):
        return "0 to 1 (share)"
    field = field_of(path, root)
    return allowed(field) if field else "a table"


def _suggestion(path: Keys, root: type[BaseModel]) -> str:
    """Name the key that was probably meant: the same word in another table, or the nearest one."""
    if len(path) > 2 and path[0] in (*NAMED, MODELS):
        return _other_key(path, root)
    known = {name: f"{section}.{name}" for section, name, _ in quantities()}
    known |= {key: key for key in (*TABLES, "periods", *HEAD)}
    near = nearest(path[-1], known)
    if near and known[near] != ".".join(path):
        return f"; did you mean {known[near]}?"
    inside = [name for section, name, _ in quantities() if section == path[0]]
    if inside:
        return f"; [{path[0]}] has {', '.join(inside)}"
    return f"; the tables are {', '.join(TABLES)}"


def _other_key(path: Keys, root: type[BaseModel]) -> str:
    """Name the nearest key of a table with a name of the author's, or all it may have."""
    inside: Any = root
    for key in path[:-1]:
        inside = inside.model_fields[key].annotation if hasattr(inside, "model_fields") else get_args(inside)[1]
    keys = ", ".join(inside.model_fields)
    known = f"; the knobs are {keys}" if path[0] == "strategies" else f"; it may be one of {keys}"
    near = nearest(path[-1], inside.model_fields)
    return f"; did you mean {'.'.join((*map(short, path[:-1]), near))}?" if near else known


def shown(value: object) -> str:
    """Return a wrong value for a message."""
    return short(toml_text(value))
