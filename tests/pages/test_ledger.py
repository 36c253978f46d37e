"""The ledger of claims: what it lists, where its links lead, and what stops the build."""

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest
import yaml
from pages.built import HTML, ROOT, Copy

CLAIMS = yaml.safe_load((ROOT / "book/claims.yml").read_text())["claims"]
ENTRIES = [(chapter, claim) for claim, entry in CLAIMS.items() for chapter in entry["chapters"]]
CHAPTER = "chapters/04-three-steps.ipynb"


class Read(HTMLParser):
    """A ledger page as (chapter, claim) -> what is said of it, and the text of every element with an id."""

    def __init__(self, text):
        super().__init__()
        self.entries, self.chapter, self._entry, self._in = {}, None, None, []
        self.count = re.search(r'class="ledger-count">(.*?)<', text)[1]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "section" and attrs.get("id", "").startswith("chapter-"):
            self.chapter = int(attrs["id"].removeprefix("chapter-"))
        if tag == "dt":
            self._entry = {"id": attrs.get("id"), "dt": "", "dd": "", "link": None}
        if tag == "dd":
            self._entry["kind"] = attrs["class"]
        if tag == "a" and "dd" in self._in:
            self._entry["link"] = attrs["href"]
        self._in.append(tag)

    def handle_data(self, data):
        for part in ("dt", "dd"):
            if part in self._in:
                self._entry[part] += data

    def handle_endtag(self, tag):
        while self._in and self._in.pop() != tag:
            pass
        if tag == "dd":
            claim = re.match(r"C\d+[a-z]?", self._entry["dt"])[0]
            assert (self.chapter, claim) not in self.entries
            self.entries[self.chapter, claim] = self._entry


@cache
def ledger(folder=HTML):
    return Read((folder / "book/claims.html").read_text())


def printed(folder=ROOT):
    """Chapter and claim -> the text of the verdict, as the notebooks of a book hold it."""
    found = {}
    for path in (folder / "chapters").glob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            for output in cell.get("outputs", []):
                if output.get("metadata", {}).get("attn_core"):
                    text = "".join(output["data"]["text/plain"])
                    found[int(path.name[:2]), text.split(":")[0]] = text
    return found


def plain(markdown):
    return " ".join(markdown.replace("*", "").replace("’", "'").split())


def test_every_claim_is_listed_in_each_of_its_chapters_in_the_words_of_the_file():
    assert sorted(ledger().entries) == sorted(ENTRIES)
    for (_, claim), entry in ledger().entries.items():
        assert plain(entry["dt"]) == claim + plain(CLAIMS[claim]["says"])


def test_claims_are_numbered_without_a_gap():
    assert {int(re.sub(r"\D", "", claim)) for claim in CLAIMS} == set(range(1, 36))
    keys = re.findall(r"^  (C\w+):$", (ROOT / "book/claims.yml").read_text(), re.M)
    assert keys == list(CLAIMS)  # YAML keeps the last of two and is silent


def test_every_claim_has_one_anchor():
    anchors = [entry["id"] for entry in ledger().entries.values() if entry["id"]]
    assert sorted(anchors) == sorted(f"claim-{claim}" for claim in CLAIMS)


def test_verdicts_are_those_that_the_chapters_printed():
    verdicts = printed()
    assert {(4, "C33"), (4, "C34")} <= set(verdicts)
    for (chapter, claim), text in verdicts.items():
        entry = ledger().entries[chapter, claim]
        assert plain(entry["dd"]) == plain(f"{text.removeprefix(claim + ': ')}. The trial of {claim}")
        words = entry["kind"].removeprefix("is-").replace("-", " ")
        assert text.startswith(f"{claim}: {words}")
    assert ledger().entries[4, "C33"]["kind"] == "is-holds"
    assert ledger().entries[4, "C34"]["kind"] == "is-holds-when"


def test_links_lead_to_the_verdict_and_back():
    for (chapter, claim), text in printed().items():
        file, anchor = ledger().entries[chapter, claim]["link"].split("#")
        page = (HTML / "book" / file).resolve().read_text()
        [verdict] = re.findall(rf'<p class="attn-verdict" id="{anchor}">(.*?)</p>', page)
        assert plain(re.sub("<.*?>", "", verdict)) == plain(text)
        assert f'<a href="../book/claims.html#claim-{claim}">' in verdict


def test_what_no_chapter_has_tried_is_open():
    verdicts = printed()
    untried = {place: entry for place, entry in ledger().entries.items() if place not in verdicts}
    for entry in untried.values():
        assert (entry["kind"], entry["dd"].strip(), entry["link"]) == ("is-open", "open", None)
    tried = len({claim for _, claim in verdicts})
    assert ledger().count == f"{len(CLAIMS)} claims: {tried} tried, {len(CLAIMS) - tried} open."


# ---- in a copy of the book ----


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("ledger"))
    done = copy.build()
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


@pytest.fixture
def changed(book):
    paths = [*book.folder.glob("chapters/*"), book.folder / "book/claims.yml", book.folder / "_toc.yml"]
    before = {path: path.read_bytes() for path in paths}
    yield book
    for path in {*before, *book.folder.glob("chapters/*"), *book.folder.glob("book/bad*")}:
        if path in before:
            path.write_bytes(before[path])
        else:
            path.unlink()


def rename(book, old, new, path=CHAPTER):
    """The verdict on one claim becomes one on another; the line of the file that says so."""
    text = (book.folder / path).read_text()
    at = text.index(f'"claim": "{old}"')
    start, end = text.rindex('"data": {', 0, at), text.index('"output_type"', at)
    text = text[:start] + text[start:end].replace(old, new) + text[end:]
    (book.folder / path).write_text(text)
    return text.count("\n", 0, at) + 1


def tried(book):
    """Chapter and claim -> mark and link, of all that is not open."""
    entries = Read((book.html / "book/claims.html").read_text()).entries
    return {place: (entry["kind"], entry["link"]) for place, entry in entries.items() if entry["kind"] != "is-open"}


def test_a_claim_of_two_chapters_has_a_verdict_in_each_and_a_changed_chapter_is_seen(changed):
    here, there = "../chapters/04-three-steps.html#verdict-", "../chapters/09-with-recurrence.html#verdict-"
    before = tried(changed)
    assert before[4, "C22"] == ("is-holds-when", f"{here}C22")
    assert before[9, "C22"] == ("is-holds-when", f"{there}C22")
    changed.change("chapters/09-with-recurrence.ipynb", "# With recurrence", "# States and steps")
    notebook = json.loads((changed.folder / CHAPTER).read_text())
    for cell in notebook["cells"]:
        if 'verdict("C22"' in "".join(cell["source"]):
            cell["outputs"] = []
    (changed.folder / CHAPTER).write_text(json.dumps(notebook))
    assert changed.build().returncode == 0
    del before[4, "C22"]
    assert tried(changed) == before
    assert "9\u2002States and steps" in (changed.html / "book/claims.html").read_text()


BAD_FILES = {
    ("    says: Attention was used", "    said: Attention was used"): "KeyError: 'says'",
    ("chapters: [2, 3]\n", "chapters: [2, 3, 12]\n"): "chapter 12 is not written",
}
BAD_VERDICTS = {
    ("C33", "C99", CHAPTER): "C99 is no claim of chapter 4 in book/claims.yml",
    ("C34", "C5", CHAPTER): "C5 is no claim of chapter 4 in book/claims.yml",
    ("C4", "C3", "chapters/03-advantages.ipynb"): "a second verdict on C3 in one chapter",
}


def test_mistakes_stop_the_build_each_with_file_and_line(changed):
    where = {}
    for (old, new, path), told in BAD_VERDICTS.items():
        where[told] = rf"{path}:{rename(changed, old, new, path)}: .*"
    for n, ((old, new), told) in enumerate(BAD_FILES.items()):
        claims = (changed.folder / "book/claims.yml").read_text()
        assert old in claims
        (changed.folder / f"book/bad{n}.yml").write_text(claims.replace(old, new))
        (changed.folder / f"book/bad{n}.md").write_text(f"# Bad\n\n```{{ledger}} bad{n}.yml\n```\n")
        changed.change(
            "_toc.yml", "      - file: book/claims\n", f"      - file: book/claims\n      - file: book/bad{n}\n"
        )
        where[told] = rf"book/bad{n}\.md:\d+: .*book/bad{n}\.yml.*"
    done = changed.build()
    assert done.returncode != 0
    for told, place in where.items():
        assert re.search(place + told, done.stderr), (told, done.stderr)
