"""Questions on a published page: they answer back by mouse and keyboard, keep nothing, and stand without a script.

They are put on a page of the built book, so policy, style and script are those that readers get.
"""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from pages.built import HTML, names

from attn_core.exercises.question import Question

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SCRIPT = re.compile(r'<script[^>]* src="[^"]*_static/predict\.js')
NAME = "book/questions.html"

LENGTH = Question(
    "Same similarity, but one key is longer. Which gets more `weight`?",
    "The longer one",
    {
        "They share evenly": "So it is for the `cosine` score.",
        "The longer one": "The dot product grows with length.",
        "The shorter one": "Its dot product is smaller.",
    },
)
OUTPUT = Question("What is the output?", 14.25, {20: "That is the plain mean.", -0.5: "No value is below 10."}, 0.01)
COUNT = Question("How many weights has one query over 3 keys?", 3, tolerance=0)
NEVER = Question("Does the weight become 0?", "No: softmax never says never.")
QUESTIONS = [LENGTH, OUTPUT, COUNT, NEVER]


@pytest.fixture
def questions(visit, site):
    """Open a page that holds the questions; keywords are those of `visit`."""
    text = (HTML / "book/references.html").read_text()
    cells = "".join(
        f'<div class="cell"><div class="cell_output"><div class="output text_html">{q.html()}</div></div></div>'
        for q in QUESTIONS
    )
    text = re.sub(r"(</h1>).*?(</section>)", lambda m: m[1] + cells + m[2], text, count=1, flags=re.DOTALL)
    if not SCRIPT.search(text):
        text = text.replace("</head>", '<script defer src="../_static/predict.js"></script></head>')

    def open_page(**options):
        page = visit("_static/favicon.svg", **options)
        page.route(site + NAME, lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
        page.goto(site + NAME, wait_until="load")
        assert page.locator(".predict").count() == len(QUESTIONS)
        return page

    return open_page


def asked(page, question):
    return page.get_by_role("group", name=question.text.replace("`", ""))


def said(page, question):
    return page.locator("div.predict", has=asked(page, question)).get_by_role("status")


def test_script_is_on_the_pages_with_a_question_alone():
    for name in names():
        text = (HTML / name).read_text()
        assert bool(SCRIPT.search(text)) == ('class="predict"' in text), name


@pytest.mark.browser
def test_choice_is_answered_with_its_reason_as_often_as_one_tries(questions):
    page = questions()
    group, status = asked(page, LENGTH), said(page, LENGTH)
    group.get_by_role("button", name="Check").click()
    assert status.inner_text() == "Choose an answer first."
    group.get_by_label("They share evenly").check()
    assert status.inner_text() == ""
    group.get_by_role("button", name="Check").click()
    assert status.inner_text() == "✗ Not this: They share evenly. So it is for the cosine score."
    assert status.locator("code").inner_text() == "cosine"
    group.get_by_label("The longer one").check()
    assert status.inner_text() == ""  # what was said of one choice does not stand beside another
    group.get_by_role("button", name="Check").click()
    assert status.inner_text() == "✓ Right: The longer one. The dot product grows with length."
    assert said(page, OUTPUT).inner_text() == ""


@pytest.mark.browser
def test_choice_is_made_by_keyboard_and_nothing_is_said_before_it_is_checked(questions):
    page = questions()
    group, status = asked(page, LENGTH), said(page, LENGTH)
    group.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert group.get_by_label("The longer one").is_checked()
    assert status.inner_text() == ""
    page.keyboard.press("Enter")
    assert status.inner_text().startswith("✓ Right: The longer one.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert status.inner_text() == "✗ Not this: The shorter one. Its dot product is smaller."


NUMBERS = {
    "14.25": "✓ Right: 14.25, give or take 0.01.",
    "14,25": "✓ Right: 14.25, give or take 0.01.",
    " 14.259 ": "✓ Right: 14.25, give or take 0.01.",
    "57/4": "✓ Right: 14.25, give or take 0.01.",
    "1425 %": "✓ Right: 14.25, give or take 0.01.",
    "1.425e1": "✓ Right: 14.25, give or take 0.01.",
    "20": "✗ Not this: 20. That is the plain mean.",
    "−0,5": "✗ Not this: −0.5. No value is below 10.",
    "14.27": "✗ Not this: 14.27 is too large.",
    "-3": "✗ Not this: −3 is too small.",
    "": "Type a number, such as 0.5 or 1/2.",
    "ten": "Type a number, such as 0.5 or 1/2.",
    "1.000,5": "Type a number, such as 0.5 or 1/2.",
    "1/0": "Type a number, such as 0.5 or 1/2.",
    "<b>": "Type a number, such as 0.5 or 1/2.",
}


@pytest.mark.browser
def test_number_is_read_as_people_write_it_and_a_common_wrong_one_has_its_reason(questions):
    page = questions()
    field, status = asked(page, OUTPUT).get_by_role("textbox", name="Your number"), said(page, OUTPUT)
    for typed, told in NUMBERS.items():
        field.fill(typed)
        assert status.inner_text() == ""
        field.press("Enter")
        assert status.inner_text() == told, typed
    field.fill("14.25")
    asked(page, OUTPUT).get_by_role("button", name="Check").click()
    assert status.inner_text() == "✓ Right: 14.25, give or take 0.01."


@pytest.mark.browser
def test_count_without_tolerance_is_exact(questions):
    page = questions()
    field = asked(page, COUNT).get_by_role("textbox")
    for typed, told in {"3": "✓ Right: 3.", "3,0": "✓ Right: 3.", "2.999": "✗ Not this: 2.999 is too small."}.items():
        field.fill(typed)
        field.press("Enter")
        assert said(page, COUNT).inner_text() == told


@pytest.mark.browser
def test_answer_can_be_unfolded_by_keyboard(questions):
    page = questions()
    answer = page.get_by_text(NEVER.answer)
    assert answer.is_hidden()
    page.locator(".predict", has_text=NEVER.text).locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.is_visible()


@pytest.mark.browser
def test_nothing_is_kept(questions):
    page = questions()
    asked(page, LENGTH).get_by_label("The longer one").check()
    page.keyboard.press("Enter")
    asked(page, OUTPUT).get_by_role("textbox").fill("20")
    page.keyboard.press("Enter")
    before = page.url
    kept = "[Object.keys(localStorage).filter((key) => !['mode', 'theme'].includes(key)), Object.keys(sessionStorage)]"
    assert page.evaluate(kept) == [[], []]
    assert page.evaluate("document.cookie") == ""
    assert page.url == before and page.url.endswith(NAME)
    page.reload()
    assert page.get_by_role("radio", checked=True).count() == 0
    assert asked(page, OUTPUT).get_by_role("textbox").input_value() == ""
    assert said(page, LENGTH).inner_text() == ""


@pytest.mark.browser
def test_without_javascript_question_choices_and_answer_are_there(questions):
    page = questions(java_script_enabled=False)
    assert page.locator("form .predict, .predict form").count() == 0
    block = page.locator("div.predict").first
    assert block.get_by_text(LENGTH.text.split("`")[0]).is_visible()
    assert block.locator(":scope > ul > li").all_inner_texts() == list(LENGTH.reasons)
    right = block.locator("details li", has_text="✓ Right: The longer one.")
    assert right.is_hidden()
    block.locator("summary").click()
    assert right.is_visible()


@pytest.mark.browser
def test_on_paper_question_and_answer_are_read_and_no_form(questions):
    page = questions()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for number, question in enumerate(QUESTIONS):
        text = " ".join(page.locator(".predict").nth(number).inner_text().split())
        answers = [NEVER.answer] if question is NEVER else [why for *_, why in question.verdicts()]
        for words in [question.text, *answers]:
            assert words.replace("`", "") in text
    assert page.locator(".predict form").first.is_hidden()
    assert page.locator(".predict summary").first.is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".predict details[open]").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_an_answer(questions, mode):
    page = questions(mode=mode, bypass_csp=True)
    page.evaluate(AXE)
    for _ in range(2):
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        assert [f"{v['id']}: {n['html'][:120]}" for v in found["violations"] for n in v["nodes"]] == []
        asked(page, LENGTH).get_by_label("They share evenly").check()
        page.keyboard.press("Enter")
        for folded in page.locator(".predict summary").all():
            folded.click()


@pytest.mark.browser
def test_questions_fit_a_phone_and_can_be_touched(questions):
    page = questions(width=360, height=780, has_touch=True)
    asked(page, LENGTH).get_by_text("The longer one").tap()
    asked(page, LENGTH).get_by_role("button").tap()
    assert said(page, LENGTH).inner_text().startswith("✓ Right")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for control in page.locator(".predict form :is(label, button)").all():
        assert control.bounding_box()["height"] >= 24
