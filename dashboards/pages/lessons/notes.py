"""Teacher's notes, handouts, rubric, glossary as blocks: the page shows them, `docs/make_teaching.py` writes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dashboards.pages.lessons.answers import Asked, curve_rows, is_curve, sentence, tables, terms
from dashboards.pages.lessons.lesson import Lesson, LessonTexts
from dashboards.pages.lessons.outcomes import Outcome
from dashboards.pages.lessons.rounds import Design
from dashboards.words import Words, languages, words

CRITERIA = ("prediction", "evidence", "cause", "criticism", "transfer")
TERMS = (
    *("value", "period", "transactional", "partnership", "platform", "fee", "complexity", "specificity", "turnover"),
    *("trust", "skill", "insight", "value_without_money", "consent", "win_win", "interval", "tipping"),
)
QUESTIONS = ("felt", "caused", "unrealistic", "seen")


class Block(NamedTuple):
    """A piece of a page: 'h1', 'h2', 'h3', 'p', 'list', 'board', 'table' (head first), 'picture' or 'lines'."""

    kind: str
    text: str = ""
    rows: Sequence[Sequence[str]] = ()


def listed(texts: Sequence[str]) -> Block:
    """Return a list."""
    return Block("list", rows=[[text] for text in texts])


def teacher_notes(lesson: Lesson, lang: str, outcomes: Mapping[str, Outcome]) -> Iterator[Block]:
    """Yield the teacher's notes, with the outcome of every round that has one (of a design: with its example)."""
    said, told = words(lang), lesson.told(lang)
    own = said["lessons"]["notes"]
    yield Block("h1", own["title"].format(title=told.title))
    yield Block("p", told.summary)
    yield Block("h2", own["aims"])
    yield listed(told.aims)
    yield Block("h2", own["plan"])
    yield Block("table", "", plan(lesson, told, said))
    yield from _beginning(told, said)
    for n, name in enumerate(lesson.rounds, 1):
        yield from _round(Asked(lesson.rounds[name], told.rounds[name], said), n, name, outcomes.get(name))
    yield from _end(told, said)


def plan(lesson: Lesson, told: LessonTexts, said: Words) -> list[list[str]]:
    """Return the parts of a lesson with the minutes each takes, under a head."""
    own, steps = said["lessons"]["notes"], said["lessons"]["steps"]
    rows = [[own["part"], own["minutes"]], [steps["intro"], str(lesson.intro.minutes)]]
    for n, (name, asked) in enumerate(lesson.rounds.items(), 1):
        rows.append([steps["round"].format(n=n, title=told.rounds[name].title), str(asked.minutes)])
    return [*rows, [steps["debrief"], str(lesson.debrief.minutes)]]


def _beginning(told: LessonTexts, said: Words) -> Iterator[Block]:
    own = said["lessons"]["notes"]
    yield Block("h2", said["lessons"]["steps"]["intro"])
    yield Block("p", told.intro.role)
    for text in told.intro.story:
        yield Block("p", text)
    yield Block("h3", own["say"])
    yield Block("p", told.intro.say)


def _round(asked: Asked, n: int, name: str, outcome: Outcome | None) -> Iterator[Block]:
    own, told = asked.words["notes"], asked.texts
    yield Block("h2", asked.words["steps"]["round"].format(n=n, title=told.title))
    for text in (*told.story, told.ask):
        yield Block("p", text)
    for heading, texts in (("wrong", told.wrong), ("say", [told.say]), ("watch", [told.watch])):
        yield Block("h3", own[heading])
        yield listed(texts) if len(texts) > 1 else Block("p", texts[0])
    if outcome is not None:
        yield from _shows(asked, name, outcome)
    yield Block("h3", own["why"])
    for text in told.explained:
        yield Block("p", text)
    if asked.round.claims:
        yield Block("p", f"{own['claims']}: {', '.join(asked.round.claims)}")
    yield Block("h3", own["discuss"])
    yield listed(told.discuss)


def _shows(asked: Asked, name: str, outcome: Outcome) -> Iterator[Block]:
    """Yield what the run of a round shows: a sentence, the picture, the tables."""
    own, told = asked.words["notes"], asked.texts
    yield Block("h3", own["shows"])
    if isinstance(asked.round, Design):
        yield Block("p", own["example"].format(terms=terms(asked, asked.round.expected)))
    yield Block("p", sentence(asked, outcome))
    yield Block("picture", own["alt"].format(round=told.title, sentence=sentence(asked, outcome)), [[name]])
    if is_curve(asked.round):
        yield Block("table", told.result, curve_rows(asked, outcome))
    for table in tables(asked, None, outcome):
        rows = [[row["name"], *(_cell(cell) for cell in row["cells"])] for row in table["rows"]]
        yield Block("table", table["caption"], [table["head"], *rows])


def _cell(cell: Mapping[str, str]) -> str:
    return f"{cell['text']} ({cell['under']})" if cell.get("under") else cell["text"]


def _end(told: LessonTexts, said: Words) -> Iterator[Block]:
    own = said["lessons"]["notes"]
    yield Block("h2", own["prompts"])
    yield Block("p", told.debrief.say)
    for question in QUESTIONS:
        yield Block("h3", said["lessons"]["debrief"][question])
        yield listed(getattr(told.debrief, question))
    yield Block("h2", own["board"])
    yield Block("board", told.board.strip("\n"))
    yield Block("h2", own["variations"])
    yield listed(told.variations)
    yield Block("h2", own["network"])
    yield Block("p", own["network_how"])
    yield Block("p", own["links"])


def handout(lesson: Lesson, lang: str) -> Iterator[Block]:
    """Yield the page a student writes on."""
    said, told = words(lang), lesson.told(lang)
    own = said["lessons"]["handout"]
    yield Block("h1", own["title"].format(title=told.title))
    yield Block("p", f"{own['name']}: ______________________________")
    yield Block("p", f"{own['role']}: {told.intro.role}")
    for n, name in enumerate(lesson.rounds, 1):
        texts = told.rounds[name]
        yield Block("h2", said["lessons"]["steps"]["round"].format(n=n, title=texts.title))
        yield Block("p", texts.ask)
        yield Block("lines", own["predict"], [[""]] * 2)
        yield Block("lines", own["outcome"], [[""]] * 2)
    yield Block("h2", own["debrief"])
    for question in QUESTIONS:
        yield Block("lines", said["lessons"]["debrief"][question], [[""]])


def rubric(lang: str) -> Iterator[Block]:
    """Yield what a teacher may grade by."""
    own = words(lang)["lessons"]["rubric"]
    head = [own["criterion"], own["weak"], own["good"], own["strong"]]
    rows = [[own[one]["name"], own[one]["weak"], own[one]["good"], own[one]["strong"]] for one in CRITERIA]
    yield Block("h2", own["heading"])
    yield Block("table", "", [head, *rows])


def glossary(lang: str) -> Iterator[Block]:
    """Yield the terms in this language and the others, with their meaning in this one."""
    own = words(lang)["lessons"]["glossary"]
    order = [lang, *(code for code in languages() if code != lang)]
    head = [words(code)["common"]["name"] for code in order]
    rows = [
        [*(words(code)["lessons"]["glossary"][term]["term"] for code in order), own[term]["means"]] for term in TERMS
    ]
    yield Block("h2", own["heading"])
    yield Block("table", "", [[*head, own["means"]], *rows])
