"""The glossary: every term in English and Chinese, and Chinese that says what it is."""

import re

import pytest
from pages.built import HTML, ROOT

HAN = re.compile(r"[\u3400-\u9fff]+")
SAME_IN_CHINESE = {"hardmax", "softmax", "sparsemax", "Transformer"}
WANTED = (
    "注意力 查询 键 值 权重 归一化 加权求和 带权求和 软注意力 硬注意力 局部注意力 全局注意力 自注意力 交叉注意力 "
    "多头注意力 多层注意力 编码器 解码器 编码器–解码器 序列到序列 点积 余弦相似度 多层感知机 相似度 得分 掩码 温度"
)


def entries():
    """The terms of each entry of the list, as they stand in the source."""
    text = (ROOT / "book/glossary.md").read_text().split("```{glossary}\n")[1].split("\n```")[0]
    return [[line for line in entry.split("\n") if not line.startswith(" ")] for entry in text.split("\n\n")]


def test_terms_are_in_order_and_each_has_its_chinese():
    english = [terms[0] for terms in entries()]
    assert english == sorted(english, key=str.lower)
    for name, *chinese in entries():
        assert not HAN.search(name)
        assert bool(chinese) == (name not in SAME_IN_CHINESE)
        assert all(HAN.search(term) for term in chinese)
    assert set(WANTED.split()) <= {term for terms in entries() for term in terms[1:]}


def test_every_term_is_on_the_page_with_an_anchor_of_its_own():
    page = (HTML / "book/glossary.html").read_text()
    for terms in entries():
        for term in terms:
            assert len(re.findall(rf'<dt id="[^"]+">(?:<span lang="zh-Hans">)?{term}<', page)) == 1, term


@pytest.mark.parametrize("path", sorted(HTML.glob("book/**/*.html")), ids=lambda path: path.stem)
def test_chinese_text_says_that_it_is_chinese(path):
    text = re.sub(r"<(script|style|pre|title)\b.*?</\1>|<meta[^>]*>", "", path.read_text(), flags=re.S)
    inside = "".join(re.findall(r'<span lang="zh-Hans">(.*?)</span>', text))
    assert "".join(HAN.findall(text)) == "".join(HAN.findall(inside))
    assert HAN.search(text) or path.stem != "glossary"


@pytest.mark.browser
def test_chinese_is_drawn_in_fonts_made_for_it_and_never_slanted(visit):
    page = visit("book/glossary.html")
    styles = page.evaluate(
        "[...document.querySelectorAll('.bd-article :lang(zh)')].map((e) => getComputedStyle(e))"
        ".map((s) => [s.fontFamily, s.fontStyle].join())"
    )
    [style] = set(styles)
    assert style.startswith('"PingFang SC"') and style.endswith("sans-serif,normal")


@pytest.mark.browser
def test_search_finds_a_chinese_word(visit):
    page = visit("search.html?q=余弦相似度")
    page.locator("#search-results li a", has_text="Glossary").first.wait_for()


@pytest.mark.browser
def test_term_and_its_chinese_share_a_line_on_a_phone(visit):
    page = visit("book/glossary.html", width=360, height=780)
    english, chinese = page.locator("#term-query"), page.locator(".glossary dt", has_text="查询")
    one, two = english.bounding_box(), chinese.bounding_box()
    assert abs(one["y"] + one["height"] / 2 - two["y"] - two["height"] / 2) < 4
    assert one["x"] + one["width"] <= two["x"]
