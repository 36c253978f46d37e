"""The built book in a browser: its modes, search and contents, a lost reader, print, and no JavaScript."""

import gzip

import pytest
from pages.weighing import Weighed

from book._ext.mathml import to_mathml

pytestmark = pytest.mark.browser


def test_weight_is_that_of_compressed_files(visit, site, html):
    for url, weight in Weighed(visit, "chapters/04-three-steps.html").parts().items():
        file = html / url.removeprefix(site).split("?")[0]
        body = file.read_bytes()
        body = gzip.compress(body) if file.suffix in (".html", ".css", ".js", ".svg") else body
        assert 0 < weight - len(body) < 500, url  # the headers


def test_page_is_whole_without_javascript(visit):
    page = visit("book/index.html", java_script_enabled=False)
    assert page.locator("figure.attn-widget table").first.is_visible()
    assert page.locator(".bd-links a").first.is_visible()
    assert page.locator(".theme-switch-button").is_hidden()
    phone = visit("book/index.html", java_script_enabled=False, width=360, height=780)
    assert phone.locator(".bd-links a").first.is_visible()


def test_mode_is_chosen_and_kept(visit):
    page = visit("book/index.html", mode="dark")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.get_by_role("button", name="Light, dark or as the system").click()
    assert page.evaluate(theme) == "light"
    page.reload()
    assert page.evaluate(theme) == "light"


def test_search_finds_a_word(visit):
    page = visit("book/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softmax")
    page.locator("#search-results li a", has_text="Three steps").first.wait_for()


def test_phone_opens_the_contents(visit):
    page = visit("book/index.html", width=360, height=780)
    page.get_by_role("button", name="Contents of the book").click()
    page.get_by_role("link", name="Three steps").last.wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#pst-primary-sidebar-modal").is_hidden()


def test_root_leads_to_the_front_page(visit):
    page = visit("")
    page.wait_for_url("**/book/index.html")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Attention by Hand")


def test_lost_reader_finds_the_way_back(browser, site):
    page = browser.new_page()
    assert page.goto(site + "no/such/page.html").status == 404
    link = page.get_by_role("link", name="front page")
    link.wait_for()
    assert link.get_attribute("href") == "/attention/"
    page.close()


def test_formula_and_number_share_a_line_and_wide_ones_scroll(visit):
    page = visit("book/references.html", width=360, height=780)
    formula = to_mathml(" + ".join(["abc"] * 40), display=True)
    equation = f'<div class="math equation"><div class="formula">{formula}</div><span class="eqno">(1)</span></div>'
    page.evaluate("(html) => document.querySelector('h1').insertAdjacentHTML('afterend', html)", equation)
    formula, number = page.locator(".formula").bounding_box(), page.locator(".eqno").bounding_box()
    assert formula["y"] < number["y"] + number["height"] / 2 < formula["y"] + formula["height"]
    assert formula["x"] + formula["width"] <= number["x"]
    assert number["x"] + number["width"] <= 360
    assert page.evaluate("document.querySelector('.formula').scrollWidth") > formula["width"]


def test_role_is_never_told_by_colour_alone(visit):
    page = visit("chapters/04-three-steps.html")
    looks = page.evaluate(
        """() => ["query", "key", "value", "output"].map((role) => {
          const word = document.querySelector(`.bd-article p span.role-${role}:not(figure *)`);
          const mark = getComputedStyle(word, "::before");
          return [getComputedStyle(word).color, [mark.display, mark.width, mark.borderRadius, mark.rotate].join(" ")];
        })"""
    )
    colours, marks = zip(*looks, strict=True)
    assert len(set(colours)) == 4
    assert len(set(marks)) == 4
    assert all(mark.startswith("inline-block") for mark in marks)


def test_dark_page_is_printed_in_black_on_white(visit):
    page = visit("chapters/04-three-steps.html", mode="dark")
    page.emulate_media(media="print")
    root = "getComputedStyle(document.documentElement)"
    assert page.evaluate(f"[{root}.backgroundColor, {root}.color]") == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert page.locator(".bd-sidebar-primary").is_hidden()
