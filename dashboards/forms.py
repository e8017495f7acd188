"""What the widgets `Controls`, `Upload` and `Tables` are given: fields with their words and ranges, tables."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.limits import UPLOAD
from dashboards.links import Number, Place
from dashboards.words import Words, number

Control = dict[str, Any]


def slider(name: str, value: float, field: Number, told: Mapping[str, str], percent: bool = False) -> Control:
    """Return a slider; `told` has its label, help, and if it likes low_end, high_end and formula."""
    return _numeric("slider", name, value, field, told) | {"percent": percent}


def entry(name: str, value: float, field: Number, told: Mapping[str, str]) -> Control:
    """Return a number that is typed."""
    return _numeric("number", name, value, field, told)


def _numeric(kind: str, name: str, value: float, field: Number, told: Mapping[str, str]) -> Control:
    ends = {"low": field.low, "high": field.high, "step": field.step}
    return {"name": name, "kind": kind, "value": value, **ends, **told}


def select(name: str, value: str, options: Mapping[str, str], told: Mapping[str, str]) -> Control:
    """Return a choice among `options`, from value to label."""
    listed = [{"value": option, "label": label} for option, label in options.items()]
    return {"name": name, "kind": "select", "value": value, "options": listed, **told}


def group(fields: Sequence[Control], title: str = "", opened: bool = True) -> dict[str, Any]:
    """Return a group; one with a title can be folded."""
    return {"title": title, "open": opened, "fields": list(fields)}


def form(place: Place, heading: str, groups: Sequence[dict[str, Any]]) -> str:
    """Return the JSON of a form, with what was wrong with the link."""
    notices = {"heading": heading, "lang": place.lang, "notices": list(place.notices)}
    return json.dumps(notices | place.said["common"]["forms"] | {"groups": list(groups)})


def upload(name: str, told: Mapping[str, str], accept: str, notices: Sequence[str], place: Place) -> str:
    """Return the JSON of a field for a file; `told` has its label and help, `accept` the endings it may have."""
    said = place.said["common"]["files"]
    large = said["too_large"].replace("{most}", number(UPLOAD / 1e6, 0, place.said))
    return json.dumps(
        {"name": f"vn-{name}", "accept": accept, "most": UPLOAD, "notices": list(notices), "too_large": large, **told}
    )


def tables(shown: Sequence[Mapping[str, Any] | None], said: Words) -> str:
    """Return the JSON of tables."""
    return json.dumps({"tables": list(shown), **said["common"]["tables"]})
