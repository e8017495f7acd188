"""The page 'Lessons' in a real browser: a lesson from the first word to the last, and its papers."""

import re

import pytest

from dashboards.pages.lessons.answers import Asked, sentence
from dashboards.pages.lessons.lesson import lessons
from dashboards.pages.lessons.notes import teacher_notes
from dashboards.pages.lessons.results import example_of, outcome
from dashboards.words import languages, words
from dashboards.working import Tick
from tests.visits import Visit, in_browser

pytestmark = in_browser
GO_ON = Tick(lambda: True, lambda progress: None)
REASON = "Platforms have more to choose from."
OVERPRINTED = """() => {
  const texts = [...document.querySelectorAll(".vn-plot svg text")];
  const boxes = texts.map((one) => [one.textContent, one.getBoundingClientRect()]);
  const apart = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 3;
  const meet = (a, b) => !apart(a, b) && !apart(b, a);
  const met = ([text, a], k) => boxes.slice(k + 1).filter(([, b]) => meet(a, b)).map(([other]) => [text, other]);
  return boxes.flatMap(met);
}"""
STEP = ".vn-ways-steps [aria-current]"


def visited(browser, address, query: str = "", ready: str = ".vn-step", **look) -> Visit:
    return Visit(browser, address, **look).open(f"lessons{query}", ready)


def expected(lesson: str, name: str, lang: str) -> str:
    asked = Asked(lessons()[lesson].rounds[name], lessons()[lesson].told(lang).rounds[name], words(lang))
    return sentence(asked, outcome(lesson, name, (), GO_ON))


def all_outcomes(lesson: str) -> dict:
    rounds = lessons()[lesson].rounds
    return {name: outcome(lesson, name, example_of(one), GO_ON) for name, one in rounds.items()}


def press(visit: Visit, text: str) -> None:
    visit.page.get_by_text(text, exact=True).first.click()


def onward(visit: Visit) -> None:
    """Go to the next step, and wait until it is there."""
    before = visit.page.url
    visit.page.click(".vn-go-on")
    visit.page.wait_for_function("was => location.href !== was", arg=before)


def predicted(visit: Visit, name: str, guess: str) -> str:
    """Give a prediction, watch the run, go to the outcome, and return how the prediction stands to it."""
    visit.page.locator(".vn-predict").get_by_label(guess).check()
    press(visit, words("en")["lessons"]["predict"]["give"])
    visit.page.wait_for_selector(".vn-film canvas")
    assert visit.text(".vn-given") == f"Your prediction: {guess}"
    onward(visit)
    visit.page.wait_for_selector(".vn-plot svg")
    assert visit.text(".vn-answer") == expected("three-ways", name, "en")
    if name == "complex":
        assert visit.text(".vn-reason") == f"{words('en')['lessons']['predict']['reason']}: {REASON}"
    else:
        assert visit.page.query_selector(".vn-reason") is None
    told = visit.text(".vn-verdict-told")
    onward(visit)
    return told


def test_a_lesson_is_completed(browser, address):
    visit, said = visited(browser, address, "", ".vn-card"), words("en")["lessons"]
    assert len(visit.page.query_selector_all(".vn-card")) == 3
    visit.page.click(".vn-card .vn-go-on")
    visit.page.wait_for_selector(".vn-role")
    onward(visit)
    press(visit, said["predict"]["give"])
    assert visit.text(".vn-predict .vn-notice") == said["predict"]["missing"]
    visit.page.fill(".vn-notebook textarea", REASON)
    assert predicted(visit, "complex", "Platform") == said["outcome"]["wrong"]
    assert predicted(visit, "simple", "Transactional") == said["outcome"]["right"]
    visit.page.wait_for_selector(".vn-words .vn-table")
    rows = [row.inner_text() for row in visit.page.query_selector_all(".vn-words tbody tr")]
    assert [said["verdicts"][told] in row for told, row in zip(("wrong", "right"), rows, strict=True)] == [True, True]
    assert len(visit.page.query_selector_all(".vn-question textarea")) == 4
    assert (visit.outside, visit.errors) == ([], [])


def test_nothing_is_shown_before_the_prediction(browser, address):
    for step in (3, 4):
        visit = visited(browser, address, f"?lesson=three-ways&step={step}", ".vn-predict")
        assert visit.text(".vn-notice") == words("en")["lessons"]["notices"]["first"]
        assert visit.page.query_selector("canvas, .vn-plot, .vn-answer") is None
    press(visit, words("en")["lessons"]["predict"]["skip"])
    visit.page.wait_for_selector("canvas")
    assert "guess1=-" in visit.page.url


def test_a_link_is_the_step_with_its_prediction_in_every_language(browser, address):
    link = "lesson=platform-fee&step=7&guess2=0.3"
    for lang in languages()[1:]:
        visit = visited(browser, address, f"?lang={lang}&{link}", ".vn-plot svg")
        assert visit.text(".vn-answer") == expected("platform-fee", "best-fee", lang)
        assert visit.text(".vn-verdict-told") == words(lang)["lessons"]["outcome"]["high"]
        assert visit.text(STEP) == words(lang)["lessons"]["steps"]["outcome"]
        assert words(lang)["lessons"]["table"]["yours"] in visit.text(".vn-plot svg")
    press(visit, "Suomi")
    visit.page.wait_for_function("document.documentElement.lang === 'fi'")
    visit.page.wait_for_selector(".vn-plot svg")
    assert "guess2=0.3" in visit.page.url


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?lesson=chess", "Lesson: “chess”"),
        ("?lesson=three-ways&step=19", "This lesson has 8 steps, not 19"),
        ("?lesson=three-ways&step=4&guess1=barter", "“barter” is not a prediction of the round “The IT system”"),
        ("?lesson=three-ways&step=2&guess1=%3Cb%3E", "Prediction: “<b>”"),
        ("?lesson=three-ways&show=secrets", "View: “secrets”"),
    ],
)
def test_a_bad_link_gets_a_sentence(browser, address, query, says):
    visit = visited(browser, address, query, ".vn-notice")
    assert visit.text(".vn-notice").startswith(says)
    assert visit.errors == []


def test_notes_stay_in_the_browser(browser, address):
    visit = visited(browser, address, "?lesson=three-ways&step=8&guess1=platform&guess2=-", ".vn-question textarea")
    visit.page.fill("#vn-note-felt", "I was sure.")
    visit.page.wait_for_timeout(200)
    before = visit.traffic
    visit.page.fill("#vn-note-seen", "At work.")
    visit.page.wait_for_timeout(200)
    assert visit.traffic == before
    visit.page.reload()
    visit.page.wait_for_selector(".vn-question textarea")
    assert visit.page.input_value("#vn-note-felt") == "I was sure."
    visit.page.emulate_media(media="print")
    assert visit.page.is_visible("text=I was sure.")
    assert (
        visited(browser, address, "?lesson=three-ways&step=8", "#vn-note-felt").page.input_value("#vn-note-felt") == ""
    )


def test_the_keyboard_is_enough(browser, address):
    visit = visited(browser, address, "?lesson=platform-fee&step=5", ".vn-predict")
    visit.page.focus("#vn-number")
    visit.page.keyboard.press("Home")
    for _ in range(12):
        visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("canvas")
    assert "guess2=0.12" in visit.page.url
    assert visit.text(".vn-given") == "Your prediction: 12%"


@pytest.mark.parametrize(
    ("query", "ready"),
    [
        ("?lang=fi", ".vn-card"),
        ("?lang=fi&lesson=strategy&step=11", ".vn-predict"),
        ("?lang=fi&lesson=platform-fee&step=2", ".vn-predict"),
        ("?lang=fi&lesson=three-ways&step=4&guess1=platform", ".vn-table"),
        ("?lang=fi&lesson=three-ways&step=8&guess1=platform", ".vn-table"),
        ("?lang=fi&lesson=three-ways&show=notes", ".vn-board"),
    ],
)
def test_everybody_can_use_the_page(browser, address, query, ready):
    visit = visited(browser, address, query, ready, width=390)
    visit.page.wait_for_selector("progress", state="detached")
    assert visit.violations() == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("lesson", "lang"), list(zip(lessons(), languages(), strict=True)))
def test_a_handout_is_one_page(browser, address, lesson, lang):
    visit = visited(browser, address, f"?lang={lang}&lesson={lesson}&show=handout", ".vn-handout")
    paper = visit.page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_notes_keep_their_form_while_results_come_in(browser, address):
    """A heading stays a heading when what stands above it grows."""
    visit = visited(browser, address, "?lesson=strategy&show=notes", ".vn-notes")
    visit.page.wait_for_selector("text=Without the internet")
    visit.page.wait_for_selector("progress", state="detached")
    blocks = list(teacher_notes(lessons()["strategy"], "en", all_outcomes("strategy")))
    shown = [one.text_content().strip() for one in visit.page.query_selector_all(".vn-notes h3")]
    assert shown == [block.text for block in blocks if block.kind == "h3"]
    assert len(visit.page.query_selector_all(".vn-notes .vn-plot svg")) == len(lessons()["strategy"].rounds)


@pytest.mark.parametrize(
    "query", ["lesson=three-ways&step=4&guess1=platform", "lesson=strategy&step=13&guess4=yes_0.35_0.5_0.4_0.85"]
)
@pytest.mark.parametrize("lang", ["fi", "sv"])
def test_names_do_not_overprint_on_a_phone(browser, address, query, lang):
    visit = visited(browser, address, f"?lang={lang}&{query}", ".vn-plot svg text", width=390)
    assert visit.page.evaluate(OVERPRINTED) == []
