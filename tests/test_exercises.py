"""Questions in both their forms, and the judging of a reader's function, whatever it does."""

import math
import threading
import time
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from answers import MISTAKES, RIGHT
from answers.three_steps import stable

import attn_core as ac
from attn_core.exercises import check, checking, predict, trial
from attn_core.exercises.checking import EXERCISES, judge
from attn_core.exercises.question import Question
from attn_core.exercises.table import Case, Exercise

CHOICES = {"The longer": "Length counts.", "Neither": "So it is for the `cosine`."}
KINDS = {
    "reveal": Question("Why?", "Because `e > 0`."),
    "choices": Question("Which?", "The longer", CHOICES),
    "number": Question("How much?", 0.25, {0.5: "Twice that.", 0.25: "A quarter."}, 0.01),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


class Parsed(HTMLParser):
    """The tags of a piece of HTML, each closed, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


# ---- predict ----


def test_reveal_folds_the_answer_under_the_question():
    assert KINDS["reveal"].html().splitlines() == [
        '<div class="predict" data-predict="reveal">',
        "<p><b>Why?</b></p>",
        '<details><summary style="cursor: pointer"><u>Show the answer</u></summary>',
        "<p>Because <code>e &gt; 0</code>.</p>",
        "</details>",
        "</div>",
    ]
    assert repr(KINDS["reveal"]) == "Why?\nAnswer: Because `e > 0`."


def test_choices_stand_in_the_open_in_their_order_and_the_verdicts_are_folded_away():
    assert KINDS["choices"].html().splitlines() == [
        '<div class="predict" data-predict="choices">',
        "<p><b>Which?</b></p>",
        "<ul>",
        "<li>The longer</li>",
        "<li>Neither</li>",
        "</ul>",
        '<details><summary style="cursor: pointer"><u>Show the answer</u></summary>',
        "<ul>",
        "<li><b>✓ Right:</b> The longer. Length counts.</li>",
        "<li><b>✗ Not this:</b> Neither. So it is for the <code>cosine</code>.</li>",
        "</ul>",
        "</details>",
        "</div>",
    ]
    assert repr(KINDS["choices"]).splitlines() == [
        "Which?",
        "  - The longer",
        "  - Neither",
        "✓ Right: The longer. Length counts.",
        "✗ Not this: Neither. So it is for the `cosine`.",
    ]


def test_number_says_its_tolerance_and_the_right_one_comes_first():
    assert KINDS["number"].html().splitlines() == [
        '<div class="predict" data-predict="number" data-tolerance="0.01">',
        "<p><b>How much?</b></p>",
        '<details><summary style="cursor: pointer"><u>Show the answer</u></summary>',
        "<ul>",
        '<li data-value="0.25"><b>✓ Right:</b> 0.25, give or take 0.01. A quarter.</li>',
        '<li data-value="0.5"><b>✗ Not this:</b> 0.5. Twice that.</li>',
        "</ul>",
        "</details>",
        "</div>",
    ]
    assert repr(KINDS["number"]).splitlines()[0] == "How much? (a number)"
    assert "✓ Right: 3.\n" in Question("n?", 3, tolerance=0).html().replace("</b>", "").replace("</li>", "")


def test_numbers_of_numpy_read_as_those_of_python():
    plain = Question("x?", -0.5, {0.5: "No."}, 0.1)
    typed = Question("x?", np.float64(-0.5), {np.float32(0.5): "No."}, np.float64(0.1))
    assert typed.html() == plain.html()
    assert "−0.5, give or take 0.1." in plain.html()


@every_kind
def test_html_is_whole_without_attributes_or_forms_and_has_no_id(kind):
    parsed = Parsed(KINDS[kind].html())
    assert parsed.tags.count("details") == parsed.tags.count("summary") == 1
    assert not {"form", "input", "script", "style", "button"} & set(parsed.tags)
    assert all(name in ("class", "style") or name.startswith("data-") for name in parsed.attributes)


def test_every_text_is_escaped():
    evil = '<script>alert("&")</script>'
    for question in (
        Question(evil, evil),
        Question(evil, evil, {evil: evil, "no": evil}),
        Question(evil, 1, {2: evil}, 0.5),
    ):
        parsed = Parsed(question.html())
        assert "script" not in parsed.tags
        assert parsed.text.count(evil) >= 2
        assert repr(question).count(evil) >= 2


def test_texts_of_several_lines_become_one():
    assert Question("Is\n   it?", " No.\n").html() == Question("Is it?", "No.").html()


@every_kind
def test_question_is_displayed_once_in_both_forms(kind, monkeypatch):
    shown = []
    monkeypatch.setattr("attn_core.exercises.question.display", shown.append)
    question = KINDS[kind]
    choices, tolerance = question.reasons or None, getattr(question, "tolerance", None)
    assert predict(question.text, question.answer, choices=choices, tolerance=tolerance) is None
    [displayed] = shown
    assert displayed._repr_mimebundle_() == {"text/html": question.html(), "text/plain": repr(question)}


REFUSED = {
    "question must be a text, got int": (3, "a"),
    "question must be a text, got an empty one": (" ", "a"),
    "answer must be a text, got NoneType": ("q", None),
    "answer must be a text, got bool": ("q", True),
    "a number as answer needs a tolerance, got 3 without: 0 is for a count": ("q", 3),
    "choices must be a mapping of answers to reasons, got list": ("q", "a", ["a", "b"]),
    "the reason for 'b' must be a text, got NoneType": ("q", "a", {"a": "x", "b": None}),
    "the reason for 'b' must be a text, got an empty one": ("q", "a", {"a": "x", "b": ""}),
    "a choice must be a text, got int": ("q", "a", {"a": "x", 1: "y"}),
    "choices must be two or more, got 1": ("q", "a", {"a": "x"}),
    "answer must be one of the choices 'a', 'b', got 'c'": ("q", "c", {"a": "x", "b": "y"}),
    "with a tolerance, answer must be a finite number, got 'a'": ("q", "a", None, 1),
    "with a tolerance, answer must be a finite number, got nan": ("q", math.nan, None, 1),
    "tolerance must be a finite number from 0, got -1": ("q", 1, None, -1),
    "tolerance must be a finite number from 0, got '1'": ("q", 1, None, "1"),
    "with a tolerance, choices must be finite numbers, got 'a'": ("q", 1, {"a": "x"}, 1),
    "choices has 1.5, which counts as right: 1 ± 1": ("q", 1, {1.5: "x"}, 1),
}


@pytest.mark.parametrize("told", REFUSED)
def test_question_that_is_none_is_refused_with_what_was_wanted_and_what_came(told):
    with pytest.raises((TypeError, ValueError)) as error:
        Question(*REFUSED[told])
    assert str(error.value) == told


# ---- check ----


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_are_praised_with_the_number_of_cases(name):
    verdict = judge(name, RIGHT[name])
    assert verdict.right is True
    assert verdict.text.startswith(f"✓ {name} is right on all {len(EXERCISES[name].hidden())} cases")
    assert " ".join(verdict.text.split()).endswith("Well done.")


def test_temperature_gives_softmax_the_share_that_was_wanted():
    for case in EXERCISES["temperature"].hidden():
        gap, share = case.arguments
        found = EXERCISES["temperature"].reference(gap, share)
        np.testing.assert_allclose(ac.softmax(np.array([0.0, gap]), temperature=found)[1], share)


@pytest.mark.parametrize(("name", "answer", "told"), MISTAKES)
def test_common_mistakes_are_met_by_a_case_that_shows_them(name, answer, told):
    verdict = judge(name, answer)
    assert verdict.right is False
    assert verdict.text.startswith(f"✗ {name} is not right yet.")
    assert told.lower() in " ".join(verdict.text.lower().split()) or told in verdict.text


@pytest.mark.parametrize("name", EXERCISES)
def test_hidden_cases_are_the_same_each_time_and_come_from_small_to_large(name):
    one, two = EXERCISES[name].hidden(), EXERCISES[name].hidden()
    assert len(one) >= 7
    for case, same in zip(one, two, strict=True):
        for array, again in zip(case.arguments, same.arguments, strict=True):
            np.testing.assert_array_equal(array, again)
    counts = [sum(np.size(argument) for argument in case.arguments) for case in one]
    assert counts == sorted(counts)


@pytest.fixture
def exercise(monkeypatch):
    """A small exercise, `double`, whose cases are not listed in order."""
    sizes = [5, 1, 3, 100]
    double = Exercise(
        takes=("x",),
        gives=("y",),
        task="Take x (n,), and return twice that.",
        reference=lambda x: 2 * x,
        cases=lambda rng: [Case((np.arange(1.0, n + 1),)) for n in sizes],
    )
    monkeypatch.setitem(EXERCISES, "double", double)


@pytest.mark.usefixtures("exercise")
class TestWhateverAFunctionDoes:
    @staticmethod
    def told(answer):
        verdict = judge("double", answer)
        assert verdict.right is False
        return verdict.text

    def test_smallest_case_that_goes_wrong_is_shown(self):
        text = self.told(lambda x: 2 * x if len(x) < 3 else 3 * x)
        assert text.splitlines() == [
            "✗ double is not right yet.",
            "  x    = [1., 2., 3.]",
            "  wanted [2., 4., 6.]",
            "  got    [3., 6., 9.]",
        ]

    def test_large_case_is_shown_in_short(self):
        text = self.told(lambda x: 2 * x if len(x) < 100 else 3 * x)
        assert "x    = [  1.,   2.,   3., ...,  98.,  99., 100.]" in text

    def test_difference_beyond_four_decimals_is_shown_with_more(self):
        assert self.told(lambda x: 2 * x + 1e-5).endswith("wanted [2.]\n  got    [2.00001]")

    def test_none_says_that_there_may_be_no_return(self):
        text = self.told(lambda x: None)
        assert "✗ double returned None instead of y, a numpy array of shape\n(1,): is there a `return`?" in text

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (lambda x: list(2 * x), "must return y as a numpy array of shape (1,), and returned a list of 1."),
            (lambda x: torch.tensor(2 * x), "must return y as a numpy array of shape (1,), and returned a Tensor."),
            (lambda x: (i for i in x), "must return y as a numpy array of shape (1,), and returned a generator."),
            (lambda x: "2", "must return y as a numpy array of shape (1,), and returned a str."),
            (lambda x: 2 * x + 0j, "must return y as real numbers, and returned complex128."),
            (lambda x: x > 0, "must return y as real numbers, and returned bool."),
            (lambda x: np.array([None]), "must return y as real numbers, and returned object."),
            (lambda x: 2 * x[:, None], "must return y of shape (1,), and returned shape (1, 1)."),
            (lambda x: np.float64(2.0), "must return y of shape (1,), and returned shape ()."),
        ],
    )
    def test_result_of_another_kind_is_told_by_kind_or_shape(self, answer, told):
        text = " ".join(self.told(answer).split())
        assert text == f"✗ double {told} x = [1.]"

    def test_whole_numbers_and_single_precision_are_right_too(self):
        assert judge("double", lambda x: (2 * x).astype(int)).right
        assert judge("double", lambda x: (2 * x).astype(np.float32)).right

    def test_error_becomes_a_sentence(self):
        text = self.told(lambda x: x @ np.ones((2, 2)))
        assert text.startswith("✗ double raised ValueError: matmul")
        assert "Traceback" not in text
        assert self.told(lambda x: exec("raise KeyError")).startswith("✗ double raised KeyError.\n")

    def test_leaving_python_does_not_leave_the_notebook(self):
        assert self.told(lambda x: exit()).startswith("✗ double raised SystemExit")

    def test_endless_recursion_becomes_a_sentence(self):
        def endless(x):
            return endless(x)

        assert self.told(endless).startswith("✗ double raised RecursionError")

    def test_function_that_never_returns_is_stopped(self, monkeypatch):
        monkeypatch.setattr(checking, "SECONDS", 0.2)
        ticks = []

        def endless(x):
            while x[0] == x[0]:
                ticks.append(1)
                time.sleep(0.001)

        before = threading.active_count()
        assert self.told(endless) == "✗ double did not come to an end within 0.2 seconds.\n  x = [1.]"
        assert threading.active_count() == before
        count = len(ticks)
        time.sleep(0.05)
        assert len(ticks) == count

    def test_without_threads_it_runs_all_the_same(self, monkeypatch):
        class NoThreads:
            def __init__(self, **kwargs): ...
            def start(self):
                raise RuntimeError("can't start new thread")

        monkeypatch.setattr(trial.threading, "Thread", NoThreads)
        assert judge("double", lambda x: 2 * x).right
        assert self.told(lambda x: 1 / 0).startswith("✗ double raised ZeroDivisionError")

    def test_changed_argument_is_told_and_the_case_shown_is_as_it_was(self):
        def change(x):
            x *= 2
            return x

        assert self.told(change) == "✗ double changes x, which belongs to the caller: work on a\ncopy.\n  x = [1.]"

    def test_what_a_wrong_function_printed_is_shown_in_short(self, capsys):
        def talk(x):
            for i in range(7):
                print("line", i)

        text = self.told(talk)
        assert text.endswith("It printed:\n  line 0\n  line 1\n  line 2\n  line 3\n  line 4\n  … and 2 lines more")
        assert capsys.readouterr() == ("", "")

    def test_what_a_right_function_printed_is_counted(self, capsys):
        verdict = judge("double", lambda x: print("hm") or 2 * x)
        assert " ".join(verdict.text.split()).endswith("It also printed 4 lines, not shown here.")
        assert verdict.right
        assert capsys.readouterr() == ("", "")

    def test_warnings_stay_away_and_those_of_the_reader_come_back(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.told(lambda x: np.log(x - x) + np.exp(x * 1e5))
            with pytest.raises(UserWarning, match="mine"):
                warnings.warn("mine", stacklevel=1)

    @pytest.mark.parametrize("answer", [lambda: 1, lambda x, y: x])
    def test_function_of_other_arguments_is_told_how_it_is_called(self, answer):
        assert self.told(answer) == "✗ double must take its arguments as double(x) does."

    def test_more_arguments_with_defaults_are_welcome(self):
        assert judge("double", lambda x, *, factor=2: factor * x).right

    def test_function_without_a_signature_is_tried(self):
        assert judge("double", np.positive).right is False

    def test_result_instead_of_a_function_is_told(self):
        text = 'give the function itself, check("double", double), and not'
        assert " ".join(self.told(np.ones(3)).split()) == f"✗ double: {text} an ndarray."
        assert " ".join(self.told((1, 2)).split()) == f"✗ double: {text} a tuple of 2."

    def test_print_options_of_the_reader_change_nothing(self):
        def wrong(x):
            return 3 * x

        usual = self.told(wrong)
        with np.printoptions(precision=1, suppress=True, legacy="1.13"):
            assert self.told(wrong) == usual

    def test_negative_zero_is_zero(self):
        assert "got    [0.]" in self.told(lambda x: -0.0 * x)

    def test_text_is_the_same_each_time(self):
        def wrong(x):
            return x + 1 if len(x) < 3 else x

        assert len({self.told(wrong) for _ in range(3)}) == 1


@pytest.fixture
def two_results(monkeypatch):
    """An exercise, `attention`, that gives two results."""

    def reference(query, key, value):
        return ac.attend(query, key, value, score=ac.scores.dot)

    def cases(rng):
        return [Case(tuple(rng.normal(size=shape) for shape in ((m, 2), (n, 2), (n, 1)))) for m, n in ((3, 4), (1, 2))]

    attention = Exercise(("query", "key", "value"), ("output", "weights"), "Attend.", reference, cases)
    monkeypatch.setitem(EXERCISES, "attention", attention)


@pytest.mark.usefixtures("two_results")
class TestTwoResults:
    @staticmethod
    def told(answer):
        return judge("attention", answer).text

    def test_both_are_judged(self):
        def answer(query, key, value):
            weights = torch.softmax(torch.tensor(query @ key.T), dim=-1).numpy()
            return weights @ value, weights

        assert self.told(answer) == "✓ attention is right on all 2 cases. Well done."
        assert self.told(lambda *arrays: list(answer(*arrays))).startswith("✓")

    def test_one_instead_of_two_is_told(self):
        text = " ".join(self.told(lambda query, key, value: ac.attend(query, key, value)[0]).split())
        assert text.startswith("✗ attention must return output and weights, and returned an ndarray. query")

    def test_kind_of_each_is_told(self):
        text = self.told(lambda query, key, value: (ac.attend(query, key, value)[0], None))
        assert text.startswith("✗ attention returned None instead of weights")

    def test_where_both_are_wrong_the_weights_are_shown_since_the_output_follows_from_them(self):
        text = self.told(lambda query, key, value: ac.attend(query, key, value))
        assert "wanted weights [[" in text and "got weights    [[" in text and "output" not in text

    def test_output_alone_is_shown_where_the_weights_are_right(self):
        def answer(query, key, value):
            output, weights = ac.attend(query, key, value, score=ac.scores.dot)
            return output + 1, weights

        assert "wanted output" in self.told(answer)


def test_number_is_wanted_where_the_exercise_gives_one():
    text = judge("temperature", lambda gap, share: "hot").text
    assert text.startswith("✗ temperature must return temperature as a number, and")


@pytest.mark.parametrize("name", EXERCISES)
def test_without_an_answer_it_is_yours_to_write(name, capsys):
    assert check(name, None) is None
    first, *task = capsys.readouterr().out.splitlines()
    assert first == f"{name}({', '.join(EXERCISES[name].takes)}) is yours to write."
    assert " ".join(task) == EXERCISES[name].task
    assert EXERCISES[name].task.endswith(".")
    assert all(argument in EXERCISES[name].task for argument in EXERCISES[name].takes)


def test_check_prints_what_judge_says(capsys):
    check("softmax", stable)
    assert capsys.readouterr().out == judge("softmax", stable).text + "\n"


def test_unknown_name_is_an_error_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"^no exercise 'sofmax': there are .*softmax"):
        check("sofmax", None)
