"""Libraries that not everybody has: looked up when they are used, with a sentence that says how to get them."""

import importlib
import importlib.util
from typing import Any


def library(name: str, extra: str = "") -> Any:
    """Return a library.

    Raises
    ------
    OSError
        If it is not installed.
    """
    if not installed(name):
        wanted = f'"valuenet[{extra}]"' if extra else name
        raise OSError(f"{name} is not installed: pip install {wanted}")
    return importlib.import_module(name)


def installed(name: str) -> bool:
    """Whether a library is there."""
    return importlib.util.find_spec(name) is not None
