"""Write `docs/teaching`: notes, handouts, rubric and glossary in every language, from the lessons and their runs.

`python docs/make_teaching.py` runs every round of every lesson once (under a minute).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from dashboards.pages.lessons.answers import Asked, design_rows, is_curve, sentence
from dashboards.pages.lessons.experiments import try_round
from dashboards.pages.lessons.lesson import Lesson, lessons
from dashboards.pages.lessons.looks import looks_of, option_looks
from dashboards.pages.lessons.notes import Block, glossary, handout, rubric, teacher_notes
from dashboards.pages.lessons.outcomes import Outcome, outcome_of
from dashboards.pages.lessons.results import example_of
from dashboards.pages.lessons.rounds import Change, Design
from dashboards.words import languages, number, percent, words
from scenarios.drawing import colour, dash, label, svg

TEACHING = Path(__file__).parent / "teaching"
PICTURES = "pictures"
HEIGHT = 2.8  # inches
SAID_BY = "<!-- made by docs/make_teaching.py from dashboards/lessons and dashboards/text -->"


def outcomes_of(lesson: Lesson) -> dict[str, Outcome]:
    """Return the outcome of every round; of a design with the terms its file gives."""
    found = {}
    for name, one in lesson.rounds.items():
        found[name] = outcome_of(one, try_round(one, lambda: None, dict(example_of(one))))
    return found


def texts(lesson: str, found: dict[str, Outcome], lang: str) -> dict[str, str]:
    """Return the files of a lesson in a language, by their names."""
    one = lessons()[lesson]
    notes = written(teacher_notes(one, lang, found), lesson)
    return {f"{lesson}.md": notes, f"{lesson}-handout.md": written(handout(one, lang), lesson)}


def common(lang: str) -> dict[str, str]:
    """Return the files that belong to every lesson."""
    return {
        "README.md": "\n".join(_index(lang)) + "\n",
        "rubric.md": written(rubric(lang), ""),
        "glossary.md": written(glossary(lang), ""),
    }


def _index(lang: str) -> Iterator[str]:
    said = words(lang)["lessons"]
    yield from (SAID_BY, "", f"# {said['page']['heading']}", "", said["page"]["intro"], "")
    yield f"| {said['fields']['lesson']} | {said['notes']['minutes']} | | |"
    yield "| --- | --- | --- | --- |"
    for name, lesson in lessons().items():
        links = f"[{said['overview']['notes']}]({name}.md) | [{said['overview']['handout']}]({name}-handout.md)"
        yield f"| {lesson.told(lang).title} | {lesson.minutes} | {links} |"
    yield from ("", f"[{said['rubric']['heading']}](rubric.md) · [{said['glossary']['heading']}](glossary.md)")
    others = [f"[{words(code)['common']['name']}](../{code}/README.md)" for code in languages() if code != lang]
    yield from ("", " · ".join(others))


def written(blocks: Iterable[Block], lesson: str) -> str:
    """Return blocks as Markdown."""
    return "\n\n".join([SAID_BY, *(_markdown(block, lesson) for block in blocks)]) + "\n"


def _markdown(block: Block, lesson: str) -> str:
    if block.kind == "list":
        return "\n".join(f"- {row[0]}" for row in block.rows)
    if block.kind == "board":
        return f"```text\n{block.text}\n```"
    if block.kind == "picture":
        return f"![{block.text}]({PICTURES}/{lesson}-{block.rows[0][0]}.svg)"
    if block.kind == "lines":
        return "\n\n".join([f"{block.text}:", *["\\_" * 60 for _ in block.rows]])
    if block.kind == "table":
        head, *rows = ["| " + " | ".join(row) + " |" for row in block.rows]
        above = [block.text, ""] if block.text else []
        return "\n".join([*above, head, "|" + " --- |" * len(block.rows[0]), *rows])
    return "#" * int(block.kind[1:]) + f" {block.text}" if block.kind.startswith("h") else block.text


def picture(lesson: str, name: str, asked: Asked, found: Outcome) -> str:
    """Return the picture of an outcome as SVG."""
    alt = asked.words["notes"]["alt"].format(round=asked.texts.title, sentence=sentence(asked, found))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_title(label(asked.texts.result), loc="left", fontsize=10)
        (_curves if is_curve(asked.round) else _estimates)(axes, asked, found)

    return svg(f"{lesson}-{name}", alt, HEIGHT, draw)


def _curves(axes: Any, asked: Asked, found: Outcome) -> None:
    looks = looks_of(asked.round, {market: market for market in found.curves or {}})
    for market, levels in (found.curves or {}).items():
        look, means = looks[market], [one.mean for one in levels]
        errors = [[one.mean - one.low for one in levels], [one.high - one.mean for one in levels]]
        style = {"color": colour(look), "linestyle": dash(look), "marker": "os^"[look % 3], "capsize": 3}
        axes.errorbar(asked.round.varied, means, errors, label=label(asked.texts.markets[market]), **style)
    if found.span is not None:
        axes.axvspan(found.span.low, found.span.high, color="black", alpha=0.08)
        axes.axvline(found.span.best, color="black", linestyle=":")
    axes.set_xlabel(label(asked.texts.axis))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0, asked.said)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 1, asked.said)))
    if len(found.curves or {}) > 1:
        axes.legend()


def _estimates(axes: Any, asked: Asked, found: Outcome) -> None:
    share = isinstance(asked.round, Change)
    if share and found.span is not None:
        rows = [(asked.words["table"]["model"], *found.span, 0)]
    elif isinstance(asked.round, Design):
        designed = enumerate(design_rows(asked, found).items())
        rows = [(name, one.mean, one.low, one.high, look) for look, (name, one) in designed]
    else:
        looks, levels = option_looks(asked.round), {name: found.levels[f"options.{name}"] for name in found.order}
        rows = [(asked.texts.options[name], one.mean, one.low, one.high, looks[name]) for name, one in levels.items()]
    for k, (_, mean, low, high, look) in enumerate(rows):
        style = {"color": colour(look), "marker": "os^D"[look % 4], "capsize": 4}
        axes.errorbar([k], [mean], [[mean - low], [high - mean]], **style)
    axes.set_xticks(range(len(rows)), [label(name, 24) for name, *_ in rows])
    axes.set_xlim(-0.5, len(rows) - 0.5)
    axes.axhline(0, color="black", linewidth=0.8)
    write = (
        (lambda value, _: percent(value, 0, asked.said)) if share else (lambda value, _: number(value, 1, asked.said))
    )
    axes.yaxis.set_major_formatter(FuncFormatter(write))


def main() -> None:
    """Write all files."""
    for lang in languages():
        (TEACHING / lang / PICTURES).mkdir(parents=True, exist_ok=True)
        for file, text in common(lang).items():
            (TEACHING / lang / file).write_text(text, encoding="utf-8")
    for name, lesson in lessons().items():
        found = outcomes_of(lesson)
        for lang in languages():
            for file, text in texts(name, found, lang).items():
                (TEACHING / lang / file).write_text(text, encoding="utf-8")
            for one, outcome in found.items():
                asked = Asked(lesson.rounds[one], lesson.told(lang).rounds[one], words(lang))
                place = TEACHING / lang / PICTURES / f"{name}-{one}.svg"
                place.write_text(picture(name, one, asked, outcome), encoding="utf-8")


if __name__ == "__main__":
    main()
