"""The notebook with its outputs, exported as a page, in a browser: everyone can read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from playwright.sync_api import Page, sync_playwright

from tests.lab import jupyterlab

pytestmark = pytest.mark.skipif(
    jupyterlab.CHROMIUM is None, reason="no Chromium here: apt-get install chromium"
)
# nbconvert's own style: grey prompts, colours of code, links without a line under them.
NBCONVERTS = {
    "color-contrast": ".jp-InputPrompt, .jp-OutputPrompt, .highlight, .highlight *",
    "link-in-text-block": ".jp-RenderedMarkdown a",
}


@pytest.fixture(scope="module")
def page(solved, tmp_path_factory):
    """The solution, run, as nbconvert exports it."""
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(solved.notebook)
    path: Path = tmp_path_factory.mktemp("page") / "lab09.html"
    path.write_text(html, "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=jupyterlab.CHROMIUM, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        # Formulas would come from a network.
        page.route("http*://**", lambda route: route.abort())
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        yield page
        browser.close()


def test_axe_finds_nothing_serious_but_nbconverts_own_colours(page: Page):
    found = Axe().run(page).response["violations"]
    serious = []
    for one in (one for one in found if one["impact"] in ("serious", "critical")):
        ours = [
            node["html"]
            for node in one["nodes"]
            if not page.locator(node["target"][0]).first.evaluate(
                "(element, theirs) => !!theirs && element.matches(theirs)",
                NBCONVERTS.get(one["id"]),
            )
        ]
        print(f"{one['id']}: {len(one['nodes'])} in all, {len(ours)} ours")
        serious += [(one["id"], html[:120]) for html in ours]
    assert serious == []


def test_every_picture_of_the_text_says_what_it_shows(page: Page):
    told = page.eval_on_selector_all(
        ".jp-RenderedMarkdown img", "pictures => pictures.map(picture => picture.alt)"
    )
    assert len(told) == 2
    assert [one for one in told if len(one) <= 50] == []


def test_every_figure_is_followed_by_what_it_shows_in_words(page: Page):
    figures = page.locator(".jp-OutputArea-output img").count()
    told = page.locator(".jp-OutputArea-output details").all_text_contents()
    assert len(told) == figures > 12
    assert [one for one in told if len(one) <= 50] == []


def test_the_contents_lead_to_their_headings(page: Page):
    links = page.eval_on_selector_all(
        "a[href^='#']:not(.anchor-link)",
        "links => links.map(link => decodeURIComponent(link.hash.slice(1)))",
    )
    assert len(links) >= 7
    assert all(page.evaluate("id => !!document.getElementById(id)", link) for link in links)


def test_figures_fit_the_window(page: Page):
    widths = page.eval_on_selector_all(
        ".jp-OutputArea-output img", "pictures => pictures.map(picture => picture.naturalWidth)"
    )
    assert max(widths) <= 1000
