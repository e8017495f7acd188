"""Strict files that are no scenarios (claims, designs): one sentence for each mistake pydantic finds in them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from scenarios.catalogue import ScenarioError, did_you_mean
from scenarios.sentences import shown

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], content: Mapping[str, Any], label: str, kinds: Collection[str] = ()) -> Model:
    """Check the content of a file; `kinds` are the words that tell apart tables of several kinds.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        others = len({_dotted(one["loc"], kinds) for one in errors}) - 1
        more = f" (and {others} more)" if others else ""
        raise ScenarioError(f"{label}: {_sentence(errors[0], model, kinds)}{more}") from None


def _sentence(error: Any, model: type[BaseModel], kinds: Collection[str]) -> str:
    """Turn one error of pydantic into words: field, value, what is allowed."""
    kind, dotted = error["type"], _dotted(error["loc"], kinds)
    at = f"{dotted}: " if dotted else ""
    if kind == "value_error":
        return f"{at}{error['ctx']['error']}"
    if kind == "missing":
        return f"{dotted} is missing"
    if kind == "extra_forbidden":
        return f"{dotted} is not a known key{_near(error['loc'], model)}"
    if kind.startswith("union_tag"):
        return f"{at}kind is one of {', '.join(sorted(kinds))}"
    return f"{dotted} = {shown(error['input'])} is not allowed: {error['msg'][0].lower()}{error['msg'][1:]}"


def _near(keys: tuple[str | int, ...], model: type[BaseModel]) -> str:
    """Name the key that was probably meant, or those there are."""
    fields = dict(model.model_fields)
    inside: Any = model
    for key in keys[:-1]:
        items = get_args(inside)  # of a list or dict: the tables in it
        inside = items[-1] if items else fields[str(key)].annotation if str(key) in fields else None
        fields = dict(getattr(inside, "model_fields", {}))
    return did_you_mean(str(keys[-1]), fields, f"; there are {', '.join(fields)}") if fields else ""


def _dotted(keys: Iterable[str | int], kinds: Collection[str]) -> str:
    """Return where a mistake is, counted from 1, without the names pydantic gives to kinds of values."""
    plain = [key for key in keys if isinstance(key, int) or (key not in kinds and "[" not in key)]
    plain = plain[:-1] if plain and plain[-1] in ("str", "float", "int") else plain
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in plain)
