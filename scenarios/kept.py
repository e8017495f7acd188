"""What a long study has found so far, in one JSON file: an interrupted study goes on where it stopped."""

import json
import os
from pathlib import Path
from typing import Any

from scenarios.catalogue import ScenarioError
from sim.version import MODEL_VERSION

VERSION = "model_version"


def read_kept(path: Path) -> dict[str, Any]:
    """Return what was kept; nothing where there is no file.

    Raises
    ------
    ScenarioError
        If it was made with another model version: the rest would not fit to it.
    """
    content = json.loads(path.read_text("utf-8")) if path.exists() else {VERSION: MODEL_VERSION}
    if (made := content.pop(VERSION, None)) != MODEL_VERSION:
        raise ScenarioError(f"{path} was made with model version {made}, not {MODEL_VERSION}: remove it to begin anew")
    return content


def keep(path: Path, content: dict[str, Any], indent: int | None = None) -> None:
    """Write what was found so far, whole or not at all."""
    partial = path.with_suffix(".part")
    separators = (",", ":") if indent is None else None
    text = json.dumps({VERSION: MODEL_VERSION} | content, indent=indent, separators=separators, allow_nan=False)
    partial.write_text(text + "\n", encoding="utf-8")
    os.replace(partial, path)
