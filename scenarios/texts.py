"""What a scenario says for people: title, description, question, what to look at and source, in three languages."""

from typing import Any, NamedTuple

from scenarios.catalogue import LANGUAGES, REQUIRED, TEXTS, ScenarioError, nearest
from scenarios.layers import Sources, where
from scenarios.sentences import Keys, shown

LONGEST_TEXT = 2000  # characters


class Texts(NamedTuple):
    """The texts of a scenario in one language; empty where the file has none."""

    title: str = ""
    description: str = ""
    question: str = ""
    look_at: str = ""
    source: str = ""

    def under(self, over: "Texts") -> "Texts":
        """Return these texts with those of `over` in place of them where it has any."""
        return Texts(*(second or first for first, second in zip(self, over, strict=True)))

    def given(self) -> dict[str, str]:
        """Return the texts there are, by name."""
        return {name: text for name, text in self._asdict().items() if text}


def read_texts(data: dict[str, Any], sources: Sources) -> dict[str, Texts]:
    """Take the texts for people out of a scenario's content, by language."""
    texts = {"en": _of_language({key: data.pop(key) for key in TEXTS if key in data}, (), sources)}
    for key in REQUIRED:
        if not getattr(texts["en"], key):
            label, dotted = where((key,), sources)
            raise ScenarioError(f'{label}: {dotted} is missing; write {key} = "..." above the first table')
    for language in LANGUAGES[1:]:
        if language in data:
            texts[language] = _of_language(data.pop(language), (language,), sources)
    return texts


def _of_language(table: dict[str, Any], keys: Keys, sources: Sources) -> Texts:
    for key in table:
        if key not in TEXTS:
            label, dotted = where((*keys, key), sources)
            near = nearest(key, TEXTS)
            hint = f"; did you mean {'.'.join((*keys, near))}?" if near else f"; it may be one of {', '.join(TEXTS)}"
            raise ScenarioError(f"{label}: {dotted} is not a known key{hint}")
    return Texts(**{key: _text(table[key], (*keys, key), sources) for key in TEXTS if key in table})


def _text(text: Any, keys: Keys, sources: Sources) -> str:
    """Return a text for people in one line."""
    label, dotted = where(keys, sources)
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise ScenarioError(f"{label}: {dotted} = {shown(text)} is not a text of 1 to {LONGEST_TEXT} characters")
    text = " ".join(text.split())
    if not text.isprintable():
        raise ScenarioError(f"{label}: {dotted} = {shown(text)} has characters that cannot be printed")
    return text
