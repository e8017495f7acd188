"""The page: the list of lessons, the steps of one, the teacher's notes, the handout."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import solara

from dashboards.figures import told
from dashboards.links import Field, Place, use_place
from dashboards.pages.lessons.answers import Asked
from dashboards.pages.lessons.lesson import Lesson, lessons
from dashboards.pages.lessons.notes import Block, glossary, handout, rubric, teacher_notes
from dashboards.pages.lessons.outcomes import Outcome
from dashboards.pages.lessons.parts import Blocks, bullets, element, paragraphs
from dashboards.pages.lessons.pictures import picture
from dashboards.pages.lessons.results import example_of, outcome
from dashboards.pages.lessons.rounds_page import Debriefing, Outcoming, Predicting, Running
from dashboards.pages.lessons.scenes import next_links, overview_links, step_links, ways
from dashboards.pages.lessons.steps import GUESS, OF_A_ROUND, Given, Step, fields, given, label, steps_of
from dashboards.pages.lessons.vue import Ways
from dashboards.widgets.vue import Figures
from dashboards.working import Doing, Tick, use_work
from scenarios.catalogue import ScenarioError

STYLE = Path(__file__).parents[2] / "assets" / "lessons.css"


@solara.component
def Page() -> None:
    """Show what the link asks for; of a mistake in a lesson's file the sentence that says it."""
    try:
        known = fields()
    except ScenarioError as error:
        paragraphs([str(error)], "vn-notice")
    else:
        Whole(known)


@solara.component
def Whole(known: Mapping[str, Field]) -> None:
    """Show the list of lessons, a step of one, its notes or its handout."""
    place = use_place("lessons", known, label)
    name = place.values["lesson"]
    solara.Style(STYLE)
    paragraphs(place.notices, "vn-notice")
    if not name:
        Overview(place)
    elif place.values["show"] == "notes":
        Notes(place, name).key(f"notes {name}")
    elif place.values["show"] == "handout":
        Handout(place, name)
    else:
        Steps(place, lessons()[name])


@solara.component
def Overview(place: Place) -> None:
    """Show the lessons there are."""
    told = place.said["lessons"]["overview"]
    with solara.v.Html(tag="div", class_="vn-cards"):
        for name, lesson in lessons().items():
            texts = lesson.told(place.lang)
            with solara.v.Html(tag="section", class_="vn-card"):
                element("p", [told["minutes"].format(minutes=lesson.minutes)], "vn-minutes")
                element("h2", [texts.title])
                paragraphs([texts.summary])
                bullets(texts.aims)
                Ways(said=overview_links(name, place))


@solara.component
def Steps(place: Place, lesson: Lesson) -> None:
    """Show one step of a lesson, with links to the others."""
    steps, words = steps_of(lesson), place.said["lessons"]
    last = len(steps)
    if place.values["step"] > last:
        paragraphs([words["notices"]["step"].format(steps=last, given=place.values["step"])], "vn-notice")
        place = replace(place, values=place.values | {"step": last})
    step = steps[place.values["step"] - 1]
    element("h2", [lesson.told(place.lang).title], "vn-lesson").key("title")
    Ways(said=step_links(lesson, place))
    with solara.v.Html(tag="div", class_="vn-step").key(f"step {place.values['step']}"):
        if step.kind == "intro":
            Intro(place, lesson)
        elif step.kind == "debrief":
            Debriefing(place, lesson, asked_of(place, lesson))
        else:
            OneRound(place, lesson, step)


def asked_of(place: Place, lesson: Lesson) -> dict[str, tuple[Asked, Given]]:
    """Return the rounds of a lesson in the language of the page, each with the prediction that the link gives."""
    texts, found = lesson.told(place.lang).rounds, {}
    for n, (name, asked) in enumerate(lesson.rounds.items(), 1):
        one = Asked(asked, texts[name], place.said)
        found[name] = (one, given(one, place.values[f"{GUESS}{n}"]))
    return found


@solara.component
def Intro(place: Place, lesson: Lesson) -> None:
    """Show the situation and the role."""
    told, words = lesson.told(place.lang), place.said["lessons"]["steps"]
    element("h3", [words["role"]])
    paragraphs([told.intro.role], "vn-role")
    element("h3", [words["intro"]])
    paragraphs(told.intro.story)
    Ways(said=next_links(lesson, place, True))


@solara.component
def OneRound(place: Place, lesson: Lesson, step: Step) -> None:
    """Show a step of a round: its run and its outcome only after a prediction."""
    asked, made = asked_of(place, lesson)[step.round]
    words = place.said["lessons"]
    element("h3", [words["steps"]["round"].format(n=step.n, title=asked.texts.title)])
    if step.kind == "predict" or not made.settled:
        first = [words["notices"]["first"]] if step.kind != "predict" else []
        paragraphs([made.notice] if made.notice else first, "vn-notice")
        Predicting(place, asked, made.guess, step, run_of(lesson, step))
        Ways(said=next_links(lesson, place, step.kind == "predict" and made.settled))
    elif step.kind == "run":
        Running(place, asked, made.guess, step)
        Ways(said=next_links(lesson, place, True))
    else:
        Outcoming(place, asked, made.guess, step)
        Ways(said=next_links(lesson, place, True))


def run_of(lesson: Lesson, step: Step) -> int:
    """Return the number of the step that runs the round of a step."""
    return steps_of(lesson).index(Step(OF_A_ROUND[1], step.round, step.n)) + 1


@solara.component
def Notes(place: Place, name: str) -> None:
    """Show the teacher's notes with what the runs show, ready to print."""
    lesson = lessons()[name]

    def make(tick: Tick) -> Iterator[dict[str, Outcome]]:
        tick(of=sum(one.runs for one in lesson.rounds.values()))
        found: dict[str, Outcome] = {}
        for one in lesson.rounds:
            found = {**found, one: outcome(name, one, example_of(lesson.rounds[one]), tick)}
            yield found

    def drawn(block: Block) -> solara.Element:
        one = block.rows[0][0]
        asked = Asked(lesson.rounds[one], lesson.told(place.lang).rounds[one], place.said)
        return Figures(said=told([picture(asked, None, found[one])], place.lang, place.said), event_pick=lambda _: None)

    work = use_work(("notes", name), make)
    found = work.latest or {}
    Away(place)
    Doing(work, place.said)
    blocks = [*teacher_notes(lesson, place.lang, found), *rubric(place.lang), *glossary(place.lang)]
    Blocks(blocks, "vn-notes", drawn)


@solara.component
def Handout(place: Place, name: str) -> None:
    """Show the page that a student writes on, ready to print."""
    Away(place)
    Blocks(list(handout(lessons()[name], place.lang)), "vn-notes vn-handout", lambda block: element("div", []))


@solara.component
def Away(place: Place) -> None:
    """Show the ways back to the lesson and to all lessons."""
    told = place.said["lessons"]
    back = {"name": told["notes"]["back"], "href": place.href("lessons", lesson=place.values["lesson"])}
    every = {"name": told["steps"]["all"], "href": place.href("lessons")}
    Ways(said=ways([back, every]))
