"""Take the pictures of the dashboard that the documents show: `python docs/make_images.py [PAGE ...]`.

It serves the dashboard and opens it in the Chromium found on the PATH, so it needs the extras `app` and `test`.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.visits import CHROMIUM, FLAGS, serve

IMAGES = Path(__file__).parent / "images"
SETTLED = 1500  # ms: fonts and charts are there
LONG = 180_000  # ms
PERIOD = 60  # shown in the networks
# Of each page: the link, and the height of the picture in pixels.
PAGES = {
    "compare": ("?lang=en&customers=100", 1000),
    "compare-fi": ("?lang=fi&customers=100&complexity=0.8", 1000),
    "sandbox": ("sandbox?lang=en", 1100),
    "map": ("map?lang=en", 1280),
    "claims": ("claims?lang=en", 900),
    "lessons": ("lessons?lang=sv", 900),
    "strategy": ("strategy?lang=en", 1100),
    "research": ("research?lang=en", 1000),
}


def main() -> None:
    """Write the pictures asked for, or all."""
    asked = sys.argv[1:] or list(PAGES)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for address in serve(Path(folder), "dashboards.serving:app"):
            for name in asked:
                take(browser, address, name)
        browser.close()


def take(browser: Browser, address: str, name: str) -> None:
    """Write the picture of one page, once all is there that it computes."""
    link, height = PAGES[name]
    context = browser.new_context(viewport={"width": 1280, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/{link}")
    page.wait_for_selector(".vn-page h2", timeout=LONG)
    page.wait_for_selector("progress", state="detached", timeout=LONG)
    page.wait_for_timeout(SETTLED)
    show_middle(page)
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()


def show_middle(page: Page) -> None:
    """Put the player, where there is one, into the middle of the run."""
    scrub = page.query_selector(".vn-player input[type=range]")
    if scrub:
        scrub.evaluate(f"(field) => {{ field.value = {PERIOD}; field.dispatchEvent(new Event('input')); }}")
        page.wait_for_timeout(SETTLED)


if __name__ == "__main__":
    main()
