"""Whatever stands in an address or in a figure's JSON, nothing runs, nothing breaks, and no nonsense is shown.

Every widget is tried with every part of its state replaced, as a whole and in its first entry.
"""

import base64
import json
from html.parser import HTMLParser

import pytest
import traitlets
from pages.built import HTML
from widgets.onpage import SEEN, page_with

from attn_core import widgets

MARKUP = "</script><script>window.ran=1</script>"
IMAGE = '<img src=x onerror="window.ran=1">'
STRINGS = [MARKUP, IMAGE, "\u2028\u2029", "\u202e\x00", "constructor", "__proto__", ""]
OTHERS = [None, True, [], [[]], {}, {"0": 1, "length": 2}, [[[[0]]]]]
HUGE, LONG = "x" * 1_000_000, "x" * 20_000  # a million is slow in an address: once for each widget, in one part
# what Python's json would not write: JavaScript's parser refuses the first two and reads the third as infinity
TEXTS = ["NaN", "-Infinity", "1e999", "-1e308", "[" * 5_000 + "]" * 5_000]

every_widget = pytest.mark.parametrize("stem", widgets.STEMS)


def in_first_entry(value, new):
    """A nested list with its first number, string or boolean replaced."""
    if isinstance(value, list) and value:
        return [in_first_entry(value[0], new), *value[1:]]
    return new


def changed(state):
    """For each part, the state with every kind of nonsense in its place."""
    for name, value in state.items():
        huge = HUGE if name == next(iter(state)) else LONG
        firsts = [*STRINGS, huge, None, [], {}]
        if not isinstance(in_first_leaf(value), bool):
            firsts.append(True)  # the other of two is no nonsense
        for new in [MARKUP, *OTHERS, *(in_first_entry(value, each) for each in firsts)]:
            if new != value and not type(new) is type(value) is bool:
                yield name, {**state, name: new}


def texts(state):
    """States as JSON texts: every part changed, a part that is unknown, and what is no state at all."""
    for _, new in changed(state):
        yield json.dumps(new)
    for name, value in state.items():
        mark = "in place of this"
        for text in TEXTS:
            yield json.dumps({**state, name: in_first_entry(value, mark)}).replace(f'"{mark}"', text)
    yield json.dumps({**state, IMAGE: MARKUP})
    yield json.dumps(state)[:-1] + ',"__proto__":{"onerror":1}}'
    yield from ("", "null", "[]", "{}", "0", '"x"', json.dumps(HUGE), "{", "[" * 100_000)


def may_be_any_text(stem, name):
    """Whether a part holds words of the author's own, which may be any words."""
    trait, value = widgets.by_stem(stem).class_traits()[name], widgets.by_stem(stem)().state()[name]
    return not isinstance(trait, traitlets.Enum) and isinstance(in_first_leaf(value), str)


def in_first_leaf(value):
    return in_first_leaf(value[0]) if isinstance(value, list) and value else value


def less(number):
    """A little less; what is whole stays whole."""
    return number - max(1, round(number * 0.1)) if isinstance(number, int) else number * 0.9


class Parts(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.handlers, self.state = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        if self.tags[-1] == "script" and not self.state:
            self.state = data


@every_widget
def test_python_refuses_a_hostile_state_or_writes_it_as_text(stem):
    cls = widgets.by_stem(stem)
    state = cls().state()
    sane = Parts(cls().html())
    refused = 0
    for name, new in changed(state):
        try:
            widget = cls(**new)
        except (traitlets.TraitError, ValueError, TypeError):
            refused += 1
            continue
        parts = Parts(widget.html())
        assert not parts.handlers
        assert set(parts.tags) <= set(sane.tags) and parts.tags.count("script") == 1
        assert json.loads(parts.state) == widget.state()
        assert "nan" not in widget.html().lower().split() and "\u2028" not in parts.state
        if any(isinstance(leaf, str) and leaf in STRINGS[:2] for leaf in leaves(new[name])):
            assert may_be_any_text(stem, name)
    assert refused > len(state) * 10


def leaves(value):
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


# ---- in a browser ----

TROUBLE = """(figure) => [
  ...[...figure.querySelectorAll("*")].filter((e) => e.getAttributeNames().some((n) => n.startsWith("on"))),
  ...figure.querySelectorAll("img, iframe, object, embed, link, script:not([type='application/json'])"),
].map((e) => e.outerHTML.slice(0, 80)).concat(
  (figure.textContent.match(/NaN|undefined|Infinity|\\[object/g) ?? []),
  [...figure.querySelectorAll("svg *")].filter((e) => /NaN|undefined|Infinity/.test(e.outerHTML)).map((e) => e.tagName),
)"""
TRY = f"""async ([stem, hashes]) => {{
  const figure = document.querySelector(`figure.attn-widget[data-widget="${{stem}}"]`), found = [];
  const go = (hash) => location.hash === hash || new Promise((done) => {{
    addEventListener("hashchange", () => setTimeout(done), {{ once: true }});   // the widget has drawn by then
    location.hash = hash;
  }});
  const seen = {SEEN}, trouble = {TROUBLE};
  const [base, ...others] = hashes;
  await go(base);
  let before = seen(figure), whole = figure.innerHTML, sound = trouble(figure);
  for (const hash of others) {{
    await go(hash);
    const same = figure.innerHTML === whole;
    found.push([seen(figure) !== before, same ? sound : trouble(figure)]);
    if (found.at(-1)[0]) {{
      await go(base);
      if (seen(figure) !== before) throw Error(`no way back from ${{hash.slice(0, 200)}}`);
    }}
    if (!same) [whole, sound] = [figure.innerHTML, trouble(figure)];
  }}
  for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  if (!found.at(-1)[0] && seen(figure) !== before) throw Error("something came late");
  return found;
}}"""


def address(stem, text):
    return f"#{stem}={base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')}"


def alive(page, figure):
    figure.scroll_into_view_if_needed()
    page.wait_for_function("(figure) => 'live' in figure.dataset", arg=figure.element_handle(), timeout=5000)
    return figure


@pytest.mark.browser
@every_widget
def test_hostile_address_runs_nothing_and_changes_nothing(visit, stem):
    page = visit(page_with(stem), permissions=["clipboard-read", "clipboard-write"])
    figure = alive(page, page.locator(f"figure.attn-widget[data-widget={stem}]").first)
    # the situation as the widget itself writes it into an address
    figure.get_by_role("button", name="copy link").click()
    page.wait_for_function("stem => location.hash.startsWith(`#${stem}=`)", arg=stem)
    text = page.evaluate("location.hash").split("=")[1]
    state = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))

    # some change of a number is shown, so the way is open; it comes along with all that follows
    numbers = [name for name, value in state.items() if isinstance(in_first_leaf(value), int | float)]
    gentle = [{**state, name: in_first_entry(state[name], less(in_first_leaf(state[name])))} for name in numbers]
    hashes = [address(stem, json.dumps(each)) for each in [state, *gentle]]
    shown = [change for change, _ in page.evaluate(TRY, [stem, hashes])]
    assert any(shown)
    base = gentle[shown.index(True)]

    part = {json.dumps(new): name for name, new in changed(base)}
    tried = list(texts(base))
    found = page.evaluate(TRY, [stem, [address(stem, json.dumps(state)), *(address(stem, each) for each in tried)]])
    for each, (change, trouble) in zip(tried, found, strict=True):
        assert not trouble, (each[:300], trouble)
        if change:
            assert each in part and may_be_any_text(stem, part[each]), each[:300]
    assert page.evaluate("window.ran") is None
    assert figure.get_attribute("data-live") == ""


@pytest.mark.browser
@every_widget
def test_hostile_json_in_a_figure_leaves_its_still_form_or_a_sound_picture(visit, stem, site):
    name, state = page_with(stem), widgets.by_stem(stem)().state()
    sound = widgets.by_stem(stem)().html()
    start, end = sound.index("{"), sound.index("</script>")
    tried = [each.replace("<", "\\u003c") for each in texts(state)]
    tried += [json.dumps({other: state[other] for other in state if other != part}) for part in state]
    figures = "".join(sound[:start] + each + sound[end:] for each in tried) + sound
    body = (HTML / name).read_text().replace("</article>", f'<div class="tried">{figures}</div></article>', 1)
    assert body.count('class="tried"') == 1

    page = visit("_static/favicon.svg")
    page.route(f"**/{name}", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto(site + name)
    found = page.evaluate(
        f"""async () => {{
          const trouble = {TROUBLE}, frame = () => new Promise(requestAnimationFrame), found = [];
          for (const figure of document.querySelectorAll(".tried > figure")) {{
            const settled = () => "live" in figure.dataset || figure.querySelector(".attn-failed");
            figure.scrollIntoView();
            for (let n = 0; n < 300 && !settled(); n++) await frame();
            await frame();
            const still = figure.querySelector(".attn-fallback").checkVisibility();
            figure.querySelector("script").remove();
            found.push(["live" in figure.dataset, !!figure.querySelector(".attn-failed"), still, trouble(figure)]);
          }}
          return found;
        }}"""
    )
    assert len(found) == len(tried) + 1
    for each, (live, failed, still, trouble) in zip([*tried, "sound"], found, strict=True):
        assert (live, failed, still) in [(True, False, False), (False, True, True)], each[:300]
        assert not trouble, (each[:300], trouble)
    assert found[-1][0]
    assert page.evaluate("window.ran") is None
