"""A street for two seconds: hidden, shown, hidden again, with no script."""

import pytest
from widgets.test_gaze_page import CHAPTER

from attn_core.widgets import glance
from attn_core.widgets.glance import _Glance


def test_street_is_folded_away_and_hides_again_after_the_time_asked_for(capsys):
    html = _Glance(2.5).html()
    assert html.startswith('<details class="attn-glance"><summary') and " open" not in html.split(">")[0]
    assert "2.5 seconds</summary>" in html
    assert "animation: attn-glance 2.5s steps(1) forwards" in html
    assert html.count("<svg ") == html.count("</svg>") == html.count("<style>") == 1
    assert "<script" not in html and " id=" not in html
    glance(seconds=2)
    assert capsys.readouterr().out.strip() == "A street, to be looked at for 2 seconds"


def test_its_words_do_not_tell_what_will_be_asked():
    html = _Glance(2).html().lower()
    for answer in ("aurora", "0142", "cloud", "cat "):
        assert answer not in html


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_time_that_is_none_is_refused(seconds):
    with pytest.raises(ValueError, match="wanted seconds above 0, an hour at most, got"):
        glance(seconds=seconds)


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_street_shows_for_two_seconds_and_again_when_it_is_opened_again(visit, script):
    page = visit(CHAPTER, java_script_enabled=script)
    scene, summary = page.locator(".attn-glance g"), page.locator(".attn-glance summary")
    assert not scene.is_visible()
    for _ in range(2):
        summary.click()
        assert scene.is_visible()
        page.wait_for_timeout(1200)
        assert scene.is_visible()
        page.wait_for_timeout(1200)
        assert not scene.is_visible()
        assert page.get_by_text("Gone. To look again, close and open.").is_visible()
        summary.click()


@pytest.mark.browser
def test_street_can_be_looked_at_with_the_keyboard(visit):
    page = visit(CHAPTER)
    page.locator(".attn-glance summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".attn-glance g").is_visible()
