"""What scenarios, quantities and measures are called in a language; what has a name of its author's keeps it."""

from collections.abc import Mapping
from typing import NamedTuple

from dashboards.pages.research.designs import titles
from dashboards.words import Words, number, words
from scenarios.sweeps.keep import OF

SIGNIFICANT = 3


class Labels(NamedTuple):
    """The words of a language and the titles of the library's scenarios."""

    said: Words
    titles: Mapping[str, str]

    def measure(self, name: str) -> str:
        """Return what a measure is called, perhaps that of one strategy ('trust of partnership')."""
        measure, of, strategy = name.partition(OF)
        known = self.said["measures"].get(measure)
        label = str(known["label"]) if known else measure
        return f"{label} ({strategy})" if of else label

    def quantity(self, name: str) -> str:
        """Return what a quantity is called; one of a strategy or a shock keeps its path beside it."""
        own = name.rpartition(".")[2]
        known = self.said["quantities"].get(own)
        label = str(known["label"]) if known else own
        return label if name.count(".") < 2 else f"{label} ({name})"

    def scenario(self, name: str) -> str:
        """Return what a scenario is called."""
        regimes = self.said["common"]["regimes"]
        return str(regimes[name]["title"]) if name in regimes else self.titles.get(name, name)

    def number(self, value: float | str | None) -> str:
        """Write a number with three significant digits; a text stays as it is."""
        if isinstance(value, str):
            return value
        if value is None or value != value:
            return number(None, 0, self.said)
        digits = len(str(int(abs(value)))) if abs(value) >= 1 else 0
        text = number(value, max(SIGNIFICANT - digits, 0), self.said)
        decimal = self.said["common"]["decimal"]
        return text.rstrip("0").removesuffix(decimal) if decimal in text else text


def labels(language: str) -> Labels:
    """Return the labels of a language."""
    return Labels(words(language), titles(language))
