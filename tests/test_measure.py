"""What is counted against formulas, what is timed against a clock of ours, what is held against what is allocated."""

import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import attn_core as ac
from attn_core import measure

B, L, D, H = 2, 5, 8, 16
X = torch.ones(B, L, D)


# ---- parameters ----


def test_parameters_are_those_of_the_formulas():
    assert measure.parameters(nn.GRU(D, H)) == 3 * (D * H + H * H + 2 * H)
    assert measure.parameters(nn.MultiheadAttention(D, 2)) == 4 * (D * D + D)
    assert measure.parameters(nn.ReLU()) == 0


def test_a_shared_or_frozen_parameter_is_not_counted_twice_or_at_all():
    tied = nn.Sequential(nn.Linear(D, D, bias=False), nn.Linear(D, D, bias=False))
    assert measure.parameters(tied) == 2 * D * D
    tied[1].weight = tied[0].weight
    assert measure.parameters(tied) == D * D
    tied[0].weight.requires_grad_(False)
    assert measure.parameters(tied) == 0


# ---- multiply-adds ----

RECURRENT = B * L * H * (D + H)
ATTENTION = 4 * B * L * D * D + 2 * B * L * L * D
COSTS = {
    "matrix": (lambda: X @ torch.ones(D, H), B * L * D * H),
    "matrix and vector": (lambda: X[0] @ torch.ones(D), L * D),
    "matrices and vector": (lambda: X @ torch.ones(D), B * L * D),
    "two vectors": (lambda: X[0, 0] @ torch.ones(D), D),
    "vector added to": (lambda: torch.addmv(torch.ones(L), X[0], torch.ones(D)), L * D),
    "linear": (lambda: nn.Linear(D, H)(X), B * L * D * H),
    "convolution": (lambda: nn.Conv1d(D, H, 3, padding=1)(X.mT), B * L * 3 * D * H),
    "rnn": (lambda: nn.RNN(D, H)(X), RECURRENT),
    "lstm": (lambda: nn.LSTM(D, H)(X), 4 * RECURRENT),
    "gru": (lambda: nn.GRU(D, H)(X), 3 * RECURRENT),
    "attention": (lambda: F.scaled_dot_product_attention(X[None], X[None], X[None]), 2 * B * L * L * D),
    "heads": (lambda: nn.MultiheadAttention(D, 2, batch_first=True)(X, X, X), ATTENTION),
    "heads in use": (lambda: nn.MultiheadAttention(D, 2, batch_first=True).eval()(X, X, X), ATTENTION),
    "attend": (lambda: ac.attend(X, X, X), 2 * B * L * L * D),
    "entry by entry": (lambda: X * X + X, 0),
}


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("grad", [True, False], ids=["grad", "no grad"])
def test_multiply_adds_are_those_of_the_formulas(name, grad):
    function, cost = COSTS[name]
    with torch.set_grad_enabled(grad):
        assert measure.multiply_adds(function) == cost


def test_multiply_adds_are_half_of_what_torch_counts_where_torch_sees_all():
    layer = nn.Sequential(nn.Linear(D, H), nn.Linear(H, 3), nn.Conv1d(L, 4, 1))
    with FlopCounterMode(display=False) as counter:
        layer(X).sum().backward()
    assert measure.multiply_adds(lambda x: layer(x).sum().backward(), X) == counter.get_total_flops() / 2
    assert counter.get_total_flops() > 4 * (B * L * D * H + B * L * H * 3)


def test_counting_leaves_the_settings_of_torch_as_they_were():
    def settings():
        return (
            torch.backends.mha.get_fastpath_enabled(),
            torch.backends.mkldnn.enabled,
            torch.backends.cuda.flash_sdp_enabled(),
        )

    seen = []
    before = settings()
    assert before == (True, True, True)  # as torch comes; the tests above have counted too
    measure.multiply_adds(lambda: seen.append(settings()))
    assert settings() == before and seen != [before]
    with pytest.raises(ArithmeticError):
        measure.multiply_adds(lambda: (_ for _ in ()).throw(ArithmeticError()))
    assert settings() == before


# ---- time ----


class Clock:
    """Time that passes only when a function says so."""

    def __init__(self, monkeypatch):
        self.now, self.order = 0.0, []
        monkeypatch.setattr(measure, "perf_counter", lambda: self.now)

    def takes(self, name, *seconds):
        waits = iter(seconds)

        def function():
            self.order.append(name)
            self.now += next(waits)

        return function


def test_rounds_are_interleaved_and_the_median_leaves_out_what_came_between(monkeypatch):
    clock = Clock(monkeypatch)
    # One call to warm up, one to see that a turn is long enough, then the rounds.
    found = measure.time(
        {"a": clock.takes("a", 9, 1, 1, 2, 3, 4, 50), "b": clock.takes("b", 9, 1, 7, 7, 7, 7, 7)}, rounds=5
    )
    assert "".join(clock.order) == "aabb" + 5 * "ab"
    assert found == {"a": measure.Timing(3, 2, 4), "b": measure.Timing(7, 7, 7)}


def test_what_is_quick_is_called_several_times_a_turn(monkeypatch):
    clock = Clock(monkeypatch)
    found = measure.time({"a": clock.takes("a", *[0.25] * 1000)}, rounds=2, least=1.5)
    # To warm up, then turns of 1, 2, 4 and 8, then two rounds of 8.
    assert found["a"].median == 0.25 and len(clock.order) == 1 + 1 + 2 + 4 + 8 + 2 * 8


def test_the_real_clock_tells_more_work_from_less():
    small, large = torch.ones(32, 32), torch.ones(320, 320)
    found = measure.time({"large": lambda: large @ large, "small": lambda: small @ small}, rounds=5, least=1e-3)
    assert list(found) == ["large", "small"]
    assert found["small"].high < found["large"].low
    assert 0 < found["small"].low <= found["small"].median <= found["small"].high


@pytest.mark.parametrize(("functions", "rounds"), [({}, 5), ({"a": list}, 0)])
def test_nothing_to_time_is_refused(functions, rounds):
    with pytest.raises(
        ValueError, match=f"needs a function and a round, got {len(functions)} functions and {rounds} rounds"
    ):
        measure.time(functions, rounds=rounds)


# ---- memory ----


def test_peak_is_what_lives_at_the_same_time():
    x = torch.ones(1000, 25)  # 100,000 bytes
    assert measure.peak_memory(lambda: None) == 0
    assert measure.peak_memory(lambda: x) == 0
    assert measure.peak_memory(lambda: [x.exp(), x.exp(), x.exp()]) == 300_000
    assert measure.peak_memory(lambda: [x.exp().sum() for _ in range(10)]) == pytest.approx(100_000, abs=100)

    def freed_before_the_last():
        a = x.exp()
        b = a.exp()
        del a
        return b.exp()

    assert measure.peak_memory(freed_before_the_last) == 200_000


def test_peak_sees_what_is_kept_for_the_way_back_and_what_an_operator_needs_inside():
    x = torch.ones(1000, 25, requires_grad=True)
    assert measure.peak_memory(lambda: x.exp().exp().exp().sum().backward()) >= 300_000
    y = torch.ones(25, 1000).T  # to lay it out in one piece torch goes through blocks of it
    assert 100_000 < measure.peak_memory(lambda: y.reshape(-1)) < 120_000


def test_attention_holds_the_weights_of_every_pair():
    q = torch.ones(300, 4)
    assert 300 * 300 * 4 <= measure.peak_memory(lambda: ac.attend(q, q, q)) < 10 * 300 * 300 * 4


def test_the_profiler_writes_nothing_on_the_page():
    code = "import torch; from attn_core import measure; print(measure.peak_memory(lambda: torch.ones(1000)))"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("4000\n", "")
