"""What all pages share: words in three languages, links, results that are kept, work in the background."""

import json
import re
import string
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import solara

from dashboards import links
from dashboards.app import PAGES, frame
from dashboards.figures import Axis, Bar, Cell, Cloud, Line, Point, bars, ends, heat, intervals, lines, points, told
from dashboards.links import PATHS, Choice, Number, Word, language_of, read, write
from dashboards.pages.compare.markets import CONTROLS, Choices
from dashboards.shelf import Shelf
from dashboards.words import TEXT, languages, number, percent, signed, words
from dashboards.working import Progress, Stopped, Tick, use_work
from scenarios.contest.game import GROUPS, MARKETS
from scenarios.reasons import ROLES

ROOT = Path(__file__).parent.parent
FIELDS = {"share": Number(0.15, 0, 0.5, 0.01, 2), "kind": Choice("b", ("a", "b")), "file": Word("", "[0-9a-f]{4}")}


def leaves(node: object, path: str = "") -> dict[str, str]:
    if isinstance(node, dict):
        return {key: text for name, below in node.items() for key, text in leaves(below, f"{path}.{name}").items()}
    assert isinstance(node, str), path
    return {path: node}


def blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def letters(text: str) -> str:
    """Return a text without what is filled in."""
    return "".join(fixed for fixed, *_ in string.Formatter().parse(text))


# Words


def test_the_three_languages_have_the_same_files():
    assert languages() == ("en", "fi", "sv")
    files = {language: {path.name for path in (TEXT / language).iterdir()} for language in languages()}
    assert files["fi"] == files["sv"] == files["en"]
    assert {f"{page}.toml" for page in PAGES} <= files["en"]


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_language_says_everything(language):
    english, said = leaves(words("en")), leaves(words(language))
    assert said.keys() == english.keys()
    assert {path for path in said if blanks(said[path]) != blanks(english[path])} == set()
    assert {path for path in said if bool(said[path]) != bool(english[path])} == set()
    same = {path for path, text in said.items() if text == english[path] and len(letters(text)) > 8}
    assert {path for path in same if not path.endswith((".toml", ".formula"))} == set()


def spoken() -> str:
    """Return all code of the dashboard, where the keys of texts are named."""
    code = [path for kind in ("*.py", "*.vue") for path in (ROOT / "dashboards").rglob(kind)]
    return "\n".join(path.read_text("utf-8") for path in code)


NAMED_BY_THE_MODEL = ("quantities", "measures", "probes", "shocks", "names")  # tests of theirs hold them against it


def test_no_text_is_without_use():
    """A key is used where its own name stands in the code, or where it is one of the names of a table there."""
    known = set(re.findall(r"[A-Za-z_][A-Za-z_0-9-]*", spoken())) | {*ROLES, *MARKETS, *GROUPS}
    english = {file: tables for file, tables in words("en").items() if file not in NAMED_BY_THE_MODEL}
    assert {path for path in leaves(english) if not set(path.split(".")[2:]) <= known} == set()


def test_no_text_is_missing():
    """What the widgets say is there: each `words.key` of a Vue file is a key of some table, or made in Python."""
    known = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", str(words("en")))) | set(re.findall(r'"(\w+)"', spoken()))
    widgets = [path.read_text("utf-8") for path in (ROOT / "dashboards").rglob("*.vue")]
    asked = {key for text in widgets for key in re.findall(r"\bwords\.(\w+)", text)}
    assert asked - known == set()


def test_numbers_are_written_as_in_the_language():
    assert [number(-1.256, 2, words(language)) for language in languages()] == ["−1.26", "−1,26", "−1,26"]
    assert [number(12345.6, 1, words(language)) for language in languages()] == [
        "12,345.6",
        "12\xa0345,6",
        "12\xa0345,6",
    ]
    assert [percent(0.125, 1, words(language)) for language in languages()] == ["12.5%", "12,5\xa0%", "12,5\xa0%"]
    assert [signed(value, 1, words("en")) for value in (0.3, -0.04, 0.04, -2.0, float("nan"))] == [
        "+0.3", "0.0", "0.0", "−2.0", "–"]  # fmt: skip


# Links


@pytest.mark.parametrize("values", [{}, {"share": 0.3, "kind": "a"}, {"file": "00ff", "share": 0.0}])
def test_a_link_leads_back(values):
    values = {name: field.default for name, field in FIELDS.items()} | values
    query = write(values, FIELDS, "fi")[1:]
    assert read(query, FIELDS) == (values, [])
    assert language_of(query) == ("fi", [])


@pytest.mark.parametrize(
    ("query", "used"),
    [
        ("share=7", 0.5),
        ("share=-1e308", 0.0),
        ("share=inf", 0.5),
        ("share=nan", 0.15),
        ("share=", 0.15),
        ("share=1%3Cscript%3E", 0.15),
        ("kind=c", "b"),
        ("kind=../../etc", "b"),
        ("file=00ff/..", ""),
        ("file=00FF", ""),
    ],
)
def test_what_is_wrong_in_a_link_is_clamped_and_told(query, used):
    name = query.partition("=")[0]
    values, notices = read(query, FIELDS)
    assert values == {field: FIELDS[field].default for field in FIELDS} | {name: used}
    assert [notice.name for notice in notices] == [name]
    for language in languages():
        sentence = links.told(notices[0], FIELDS[name], "This", words(language))
        assert sentence.startswith("This:")
        assert "{" not in sentence


@pytest.mark.parametrize(
    "query", [None, "", "x=1&y", "&&==", "%ff%00=%", "a=" + "b" * 100_000, "&".join("abcd=1" * 500)]
)
def test_any_other_link_is_the_default(query):
    assert read(query, FIELDS) == ({name: field.default for name, field in FIELDS.items()}, [])


@pytest.mark.parametrize("query", ["lang=../../etc", "lang=xx"])
def test_an_unknown_language_is_told(query):
    lang, notices = language_of(query)
    assert lang == "en"
    assert notices[0].given in links.told(notices[0], None, "", words("en"))


def test_too_many_customers_get_a_sentence_with_the_most_there_can_be():
    values, notices = read("customers=5000", CONTROLS)
    assert values["customers"] == CONTROLS["customers"].high == 400
    for language in languages():
        sentence = links.told(notices[0], CONTROLS["customers"], "Customers", words(language))
        assert "400" in sentence
        assert "5000" in sentence


def test_controls_and_choices_are_the_same():
    assert Choices(**{name: field.default for name, field in CONTROLS.items()}) == Choices()


def test_the_frame_leads_to_every_page_and_language():
    shown = frame("compare", "sv", "lang=sv&complexity=0.3&lang=sv")
    assert [link["href"] for link in shown["links"]] == [f"{PATHS[page]}?lang=sv" for page in PAGES]
    assert [link["here"] for link in shown["links"]].count(True) == 1
    assert [link["href"] for link in shown["others"]] == [f"/?lang={code}&complexity=0.3" for code in languages()]


# Pictures


def test_pictures_and_tables_hold_the_same_numbers():
    x, y, places = Axis("x", 0, 2), Axis("y"), Axis("", names=["p", "q"])
    made = [
        lines("a", "A", x, [1, 2], y, [Line("l", [0.5, float("nan")], [0.4, 0.5], [0.6, 0.7])], follow=True),
        intervals("b", "B", y, [Point("p", 1.0, 0.5, 1.5)], ("from", "to")),
        points("c", "C", x, y, [Cloud("all", [(1.0, 2.0)], ["one"])]),
        bars("d", "D", places, y, [Bar("k", [1.0, None])]),
        heat("e", "E", places, places, [Cell(0, 1, "cell", "#fff", "T", True)]),
    ]
    shown = json.loads(told(made, "fi", words("fi")))
    assert [figure["table"]["rows"] for figure in shown["figures"]] == [
        [[1, 0.5, 0.4, 0.6], [2, None, 0.5, 0.7]],
        [["p", 1.0, 0.5, 1.5]],
        [["all", "one", 1.0, 2.0]],
        [["p", 1.0], ["q", None]],
        [["p", "q", "cell"]],
    ]
    assert all(len(figure["table"]["head"]) == len(figure["table"]["rows"][0]) for figure in shown["figures"])
    assert shown["figures"][0]["option"]["series"][-1]["data"] == [[1, 0.5], [2, None]]


def test_a_scale_holds_every_value_and_zero():
    assert ends([0.3, None, 4.1], [float("nan"), -0.7]) == (-1.0, 4.5)
    assert ends([12.0, 31.0]) == (0.0, 35.0)
    assert ends([0.0], []) == ends() == (0.0, 1.0)


# What sessions share


def test_a_shelf_makes_once_and_forgets_the_oldest():
    shelf, made = Shelf(2), []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    threads = [threading.Thread(target=shelf.get, args=("a", lambda: make("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["a"]
    assert [shelf.get(key, lambda key=key: make(key)) for key in "bacb"] == list("BACB")
    assert made == ["a", "b", "c", "b"]
    assert len(shelf) == 2


def test_who_waits_can_go_away():
    shelf, begun, go_on = Shelf(2), threading.Event(), threading.Event()
    slow = threading.Thread(target=shelf.get, args=("a", lambda: (begun.set(), go_on.wait(20))))
    slow.start()
    begun.wait(20)
    tick = Tick(lambda: False, lambda progress: None)
    with pytest.raises(Stopped):
        shelf.get("b", lambda: "never", tick.wait)
    go_on.set()
    slow.join()
    assert shelf.get("b", lambda: "now") == "now"


def test_who_gives_way_goes_on_in_the_end(monkeypatch):
    monkeypatch.setattr("dashboards.shelf.LONGEST", 0.1)
    shelf, waited = Shelf(2), []
    shelf.get("a", lambda: shelf.calm(lambda: waited.append(1)) or "made")  # meanwhile its turn is taken
    assert 0 < len(waited) < 20


def test_what_fails_leaves_nothing_behind():
    shelf = Shelf(2)
    with pytest.raises(ZeroDivisionError):
        shelf.get("a", lambda: 1 / 0)
    assert len(shelf) == 0
    assert shelf.get("a", lambda: 1) == 1


def test_a_tick_counts_says_and_stops():
    said, wanted = [], [True]
    tick = Tick(lambda: wanted[0], said.append)
    tick(of=3)
    tick()
    tick(2, 3)
    assert said == [Progress(0, 3)]  # not more than a few reports a second
    wanted[0] = False
    with pytest.raises(Stopped):
        tick()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, or too long."""
    end = time.monotonic() + 20
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)


def test_work_that_was_replaced_does_not_take_the_place_of_the_new():
    begun, go_on, seen, others = threading.Event(), threading.Event(), [], threading.enumerate()

    def make(key: str) -> Iterator[str]:
        if key == "slow":
            begun.set()
            go_on.wait(20)  # it looks at nothing meanwhile, as a run does
        yield key

    @solara.component
    def asking(key: str, turn: int) -> None:
        work = use_work(key, lambda tick: make(key))
        seen.append((work.latest, work.current))

    _, page = solara.render(asking("slow", 1), handle_error=False)
    begun.wait(20)
    slow = [thread for thread in threading.enumerate() if thread not in others]
    page.render(asking("quick", 2))
    until(lambda: seen[-1] == ("quick", True))
    go_on.set()
    until(lambda: not any(thread.is_alive() for thread in slow))
    page.render(asking("quick", 3))
    assert seen[-1] == ("quick", True)
    page.close()
