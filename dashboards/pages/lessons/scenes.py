"""What the widgets of the page are given: words and numbers in one language, ready for JSON."""

import json
from collections.abc import Sequence
from typing import Any

from dashboards.links import Place
from dashboards.pages.lessons.answers import Asked, amount, guess_text
from dashboards.pages.lessons.lesson import Lesson
from dashboards.pages.lessons.notes import QUESTIONS
from dashboards.pages.lessons.outcomes import Guess, Plan
from dashboards.pages.lessons.rounds import Choice, Design, Ranking, Scene
from dashboards.pages.lessons.steps import GUESS, Step, steps_of
from dashboards.player import Clip
from dashboards.trajectory import Film

Said = dict[str, Any]


def ways(links: list[Said]) -> str:
    """Return the JSON of links side by side."""
    return json.dumps({"label": "", "groups": [{"title": "", "links": links}], "look": "row"})


def step_name(lesson: Lesson, step: Step, place: Place) -> str:
    """Return what a step is called, with its round."""
    name = str(place.said["lessons"]["steps"][step.kind])
    return f"{lesson.told(place.lang).rounds[step.round].title}: {name.lower()}" if step.round else name


def step_links(lesson: Lesson, place: Place) -> str:
    """Return the links to all steps of a lesson, a group for each round."""
    told: Said = place.said["lessons"]["steps"]
    groups: dict[str, list[Said]] = {}
    for n, step in enumerate(steps_of(lesson), 1):
        href, here = place.href("lessons", **_same(place), step=n), n == place.values["step"]
        groups.setdefault(step.round or step.kind, []).append({"name": told[step.kind], "href": href, "here": here})
    texts = lesson.told(place.lang).rounds
    titles = {name: f"{n}. {texts[name].title}" for n, name in enumerate(lesson.rounds, 1)}
    shown = [{"title": titles.get(name, ""), "links": links} for name, links in groups.items()]
    return json.dumps({"label": told["label"], "groups": shown, "look": "steps"})


def next_links(lesson: Lesson, place: Place, forward: bool) -> str:
    """Return the links to the step before and, where one may go on, to the one after."""
    told, steps, here = place.said["lessons"]["steps"], steps_of(lesson), place.values["step"]
    links = []
    if here > 1:
        links.append({"name": told["back"], "href": place.href("lessons", **_same(place), step=here - 1)})
    if forward and here < len(steps):
        name = told["next"].format(step=step_name(lesson, steps[here], place))
        links.append({"name": name, "href": place.href("lessons", **_same(place), step=here + 1), "look": "vn-go-on"})
    return ways(links)


def _same(place: Place) -> dict[str, Any]:
    """Return what the link says of the lesson and its predictions, without what is as usual."""
    kept = {name: value for name, value in place.values.items() if name.startswith(GUESS) and value}
    return {"lesson": place.values["lesson"], **kept}


def overview_links(name: str, place: Place) -> str:
    """Return the links from the list of lessons to one of them."""
    told = place.said["lessons"]["overview"]
    views = [("lesson", "start"), ("notes", "notes"), ("handout", "handout")]
    links = [
        {
            "name": told[word],
            "href": place.href("lessons", lesson=name, **({} if show == "lesson" else {"show": show})),
            "look": "vn-go-on" if show == "lesson" else "",
        }
        for show, word in views
    ]
    return ways(links)


def prediction(asked: Asked, guess: Guess | None, lang: str) -> str:
    """Return the JSON of the form of a prediction, with the one given before."""
    told, one = asked.words["predict"], asked.round
    names: list[tuple[str, str]] = []
    if isinstance(one, Choice | Ranking):
        names = [(name, asked.texts.options[name]) for name in one.options]
    elif isinstance(one, Design):
        names = [("yes", told["yes"]), ("no", told["no"])]
    kind = one.kind if names else "number"
    answer = ("yes" if guess.win_win else "no") if isinstance(guess, Plan) else guess if isinstance(guess, str) else ""
    form = {
        "kind": kind,
        "lang": lang,
        "ask": asked.texts.ask,
        "options": [{"name": name, "label": text} for name, text in names],
        "one": answer,
        "places": list(guess) if isinstance(guess, tuple) else [],
        "order": [told["order"].format(n=n) for n in range(1, len(names) + 1)],
        "sliders": _sliders(asked, guess),
    }
    return json.dumps({**{key: told[key] for key in ("give", "skip", "choose", "twice", "missing", "win_win")}, **form})


def _sliders(asked: Asked, guess: Guess | None) -> list[Said]:
    """Return the sliders of a number or a design; they stand where the prediction was, or in the middle."""
    one = asked.round
    if isinstance(one, Design):
        values = guess.knobs if isinstance(guess, Plan) else one.standard
        return [
            {"name": name, "label": asked.texts.knobs[name], "value": values[name], **_range(knob), "percent": False}
            for name, knob in one.knobs.items()
        ]
    if isinstance(one, Choice | Ranking):
        return []
    middle = one.low + round((one.high - one.low) / 2 / one.step) * one.step
    value = guess if isinstance(guess, float) else round(middle, 6)
    return [{"name": "number", "label": asked.texts.axis, "value": value, **_range(one), "percent": one.percent}]


def _range(slider: Any) -> Said:
    return {end: getattr(slider, end) for end in ("low", "high", "step")}


def clips(asked: Asked, films: Sequence[Film]) -> list[Clip]:
    """Return the films with their titles, and where a quantity is varied with its value."""
    return [
        Clip(film, asked.texts.markets[scene.market], _value(asked, scene))
        for scene, film in zip(asked.round.films, films, strict=True)
    ]


def _value(asked: Asked, scene: Scene) -> str:
    return "" if scene.value is None else f"{asked.texts.axis}: {amount(asked, scene.value)}"


def notebook(lesson: str, place: Place, prompts: Any) -> str:
    """Return the JSON of the four questions of the debrief, with room to write."""
    told = place.said["lessons"]["debrief"]
    questions = [{"name": name, "title": told[name], "prompts": list(getattr(prompts, name))} for name in QUESTIONS]
    words = {key: told[key] for key in ("note", "kept")}
    return json.dumps({"lesson": lesson, "questions": questions, **words})


def reason(lesson: str, asked: Asked, name: str, read_only: bool = False) -> str:
    """Return the JSON of the room to write the reason of a prediction, or to read it again."""
    told = asked.words["debrief"]
    question = {"name": name, "title": asked.words["predict"]["reason"], "prompts": []}
    words = {key: told[key] for key in ("note", "kept")}
    return json.dumps({"lesson": lesson, "questions": [question], "read_only": read_only, **words})


def given_text(asked: Asked, guess: Guess | None) -> str:
    """Say which prediction was given, or that none was."""
    told = asked.words["predict"]
    return str(told["none"] if guess is None else told["given"].format(guess=guess_text(asked, guess)))
