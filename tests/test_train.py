"""Training: what is learnt, when it stops, that it is the same each time, and that an interrupt costs nothing."""

import os
import signal
import threading
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from attn_core.train import History, fit

ADAM = partial(torch.optim.Adam, lr=0.05)


@pytest.fixture(autouse=True)
def ctrl_c_interrupts():
    """Also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def line(seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 1))


def draw(rng):
    x = torch.tensor(rng.normal(size=(16, 2)), dtype=torch.float32)
    return x, x[:, :1] - x[:, 1:]


def loss(module, batch):
    return ((module(batch[0]) - batch[1]) ** 2).mean()


def error(module):
    return loss(module, draw(np.random.default_rng(99))).item()


def weights(module):
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])


def ctrl_c_at(step):
    """Draw batches, and press Ctrl-C while drawing that of a step."""
    drawn = []

    def interrupted(rng):
        drawn.append(1)
        if len(drawn) == step + 1:
            signal.raise_signal(signal.SIGINT)
        return draw(rng)

    return interrupted


# ---- learning ----


def test_one_step_is_that_of_gradient_descent_by_hand():
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, 2.0)
    sgd = partial(torch.optim.SGD, lr=0.1)
    # loss w², slope 2w = 4: from 2 to 2 − 0.1 · 4
    history = fit(module, lambda m, _: (m.weight**2).sum(), lambda rng: None, steps=1, seed=0, optimizer=sgd, clip=9)
    assert history == History(losses=[4.0], checks=[], ended="steps")
    assert module.weight.item() == pytest.approx(1.6)
    # clipped to length 1: from 1.6 to 1.5
    fit(module, lambda m, _: (m.weight**2).sum(), lambda rng: None, steps=1, seed=0, optimizer=sgd, clip=1.0)
    assert module.weight.item() == pytest.approx(1.5, abs=1e-5)


def test_more_steps_learn_more():
    module = line()
    before = error(module.eval())
    module.train()
    history = fit(module, loss, draw, steps=200, seed=0, optimizer=ADAM, validate=error, every=50)
    assert [step for step, _ in history.checks] == [50, 100, 150, 200]
    assert history.checks[-1][1] < 0.2 < 1 < before
    assert len(history.losses) == 200 and history.ended == "steps"


def test_validation_is_in_evaluation_mode_without_gradients_and_the_mode_comes_back():
    module, seen = line().eval(), []

    def validate(m):
        seen.append((m.training, torch.is_grad_enabled()))
        return 0.0

    def seen_loss(m, batch):
        seen.append((m.training, torch.is_grad_enabled()))
        return loss(m, batch)

    fit(module, seen_loss, draw, steps=2, seed=0, validate=validate, every=1)
    assert seen == [(True, True), (False, False), (True, True), (False, False)]
    assert not module.training


# ---- the same each time ----


def test_the_seed_decides_batches_and_dropout_and_nothing_else_does():
    torch.manual_seed(1)
    first, second, other = line(), line(), line()
    a = fit(first, loss, draw, steps=20, seed=3)
    torch.manual_seed(2)
    np.random.seed(5)  # noqa: NPY002
    b = fit(second, loss, draw, steps=20, seed=3)
    c = fit(other, loss, draw, steps=20, seed=4)
    assert a == b and torch.equal(weights(first), weights(second))
    assert a.losses != c.losses


def test_the_global_generator_of_torch_is_left_as_it_was():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    fit(line(), loss, draw, steps=3, seed=0)
    assert torch.equal(torch.rand(3), expected)


# ---- the end ----


def test_it_stops_when_it_gets_no_better_and_takes_the_best_weights_back():
    module, kept = line(), []
    said = iter([3.0, 1.0, 2.0, 1.0, 5.0, 0.0])

    def validate(m):
        kept.append(weights(m))
        return next(said)

    history = fit(module, loss, draw, steps=100, seed=0, validate=validate, every=2, patience=3)
    assert history.checks == [(2, 3.0), (4, 1.0), (6, 2.0), (8, 1.0), (10, 5.0)]
    assert history.ended == "patience" and len(history.losses) == 10
    assert torch.equal(weights(module), kept[1]) and not torch.equal(kept[1], kept[-1])


def test_it_stops_at_the_first_check_that_is_good_enough_and_keeps_those_weights():
    module, kept = line(), []
    said = iter([3.0, 0.5, 1.0, 0.0])

    def validate(m):
        kept.append(weights(m))
        return next(said)

    history = fit(module, loss, draw, steps=100, seed=0, validate=validate, every=2, goal=0.5)
    assert history.checks == [(2, 3.0), (4, 0.5)]
    assert history.ended == "goal" and len(history.losses) == 4
    assert torch.equal(weights(module), kept[-1])


def test_a_goal_that_is_not_reached_changes_nothing():
    with_goal, without = line(), line()
    history = fit(with_goal, loss, draw, steps=6, seed=0, validate=error, every=2, goal=-1.0)
    fit(without, loss, draw, steps=6, seed=0)
    assert history.ended == "steps" and torch.equal(weights(with_goal), weights(without))


def test_without_patience_the_last_weights_stay():
    module, kept = line(), []

    def validate(m):
        kept.append(weights(m))
        return float(len(kept))

    fit(module, loss, draw, steps=4, seed=0, validate=validate, every=1)
    assert torch.equal(weights(module), kept[-1]) and not torch.equal(kept[0], kept[-1])


@pytest.mark.parametrize("what", [lambda loss: loss * float("nan"), lambda loss: torch.sqrt(loss * 0)])
def test_a_loss_or_a_gradient_that_is_not_finite_ends_it_with_the_weights_before(what):
    module, calls, kept = line(), [], []

    def diverging(m, batch):
        calls.append(1)
        if len(calls) == 3:
            kept.append(weights(m))
        return what(loss(m, batch)) if len(calls) == 3 else loss(m, batch)

    history = fit(module, diverging, draw, steps=10, seed=0)
    assert history.ended == "diverged" and len(history.losses) == 2
    assert torch.equal(weights(module), kept[0]) and torch.isfinite(weights(module)).all()


def test_ctrl_c_returns_what_was_learnt_so_far():
    module, same = line(), line()
    history = fit(module, loss, ctrl_c_at(4), steps=100, seed=0)
    assert history.ended == "interrupted" and len(history.losses) == 5
    fit(same, loss, draw, steps=5, seed=0)
    assert torch.equal(weights(module), weights(same))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_ends_it_at_once():
    module = line().eval()

    def impatient(rng):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        return draw(rng)

    with pytest.raises(KeyboardInterrupt):
        fit(module, loss, impatient, steps=100, seed=0)
    assert not module.training
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_ctrl_c_is_ignored_it_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert fit(line(), loss, ctrl_c_at(1), steps=5, seed=0).ended == "steps"
    finally:
        signal.signal(signal.SIGINT, before)


def test_it_trains_in_another_thread_too():
    ended = []
    thread = threading.Thread(target=lambda: ended.append(fit(line(), loss, draw, steps=3, seed=0).ended))
    thread.start()
    thread.join()
    assert ended == ["steps"]


# ---- checkpoints ----


@pytest.mark.parametrize("step", [0, 6, 9, 10])
def test_an_interrupted_training_goes_on_to_the_same_weights(tmp_path, step):
    whole, halves = line(), line()
    options = {"steps": 30, "seed": 0, "optimizer": ADAM, "validate": error, "every": 10}
    expected = fit(whole, loss, draw, **options)
    options["checkpoint"] = tmp_path / "checkpoint.pt"
    assert fit(halves, loss, ctrl_c_at(step), **options).ended == "interrupted"
    again = line(seed=7)  # other weights, as after a restart
    assert fit(again, loss, draw, **options) == expected
    assert torch.equal(weights(again), weights(whole))


def test_patience_counts_on_over_an_interrupt(tmp_path):
    options = {"steps": 50, "seed": 0, "every": 2, "patience": 3, "checkpoint": tmp_path / "checkpoint.pt"}
    module, best = line(), []

    def worse(m):
        best.append(weights(m))
        return float(len(best))

    assert fit(module, loss, ctrl_c_at(4), validate=worse, **options).ended == "interrupted"
    again = line(seed=7)
    history = fit(again, loss, draw, validate=worse, **options)
    assert history.ended == "patience" and [step for step, _ in history.checks] == [2, 4, 6, 8]
    assert torch.equal(weights(again), best[0])


def test_a_finished_training_is_not_run_again(tmp_path):
    path = str(tmp_path / "checkpoint.pt")
    first = line()
    history = fit(first, loss, draw, steps=7, seed=0, checkpoint=path)
    again = line(seed=7)
    assert fit(again, loss, ctrl_c_at(0), steps=7, seed=0, checkpoint=path) == history
    assert torch.equal(weights(again), weights(first))


def test_a_crash_goes_on_from_the_last_checkpoint(tmp_path):
    options = {"steps": 30, "seed": 0, "every": 10, "checkpoint": tmp_path / "checkpoint.pt"}

    def crash(rng, left=[25]):  # noqa: B006
        left[0] -= 1
        if not left[0]:
            raise MemoryError
        return draw(rng)

    with pytest.raises(MemoryError):
        fit(line(), loss, crash, **options)
    drawn = []
    module, whole = line(seed=7), line()
    fit(module, loss, lambda rng: drawn.append(1) or draw(rng), **options)
    fit(whole, loss, draw, steps=30, seed=0)
    assert len(drawn) == 10 and torch.equal(weights(module), weights(whole))


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.pt"
    fit(line(), loss, draw, steps=3, seed=0, checkpoint=path)
    before = path.read_bytes()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        fit(line(), loss, draw, steps=6, seed=0, checkpoint=path)
    assert path.read_bytes() == before and [found.name for found in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "checkpoint.pt"
    fit(line(), loss, draw, steps=3, seed=0, checkpoint=path)
    whole = path.read_bytes()
    for end in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"checkpoint .* is damaged \(.*\): remove it to begin anew"):
            fit(line(), loss, draw, steps=6, seed=0, checkpoint=path)


def test_a_checkpoint_of_another_seed_is_refused(tmp_path):
    path = tmp_path / "checkpoint.pt"
    fit(line(), loss, draw, steps=3, seed=0, checkpoint=path)
    with pytest.raises(ValueError, match="was made with seed 0, not 1: remove it to begin anew"):
        fit(line(), loss, draw, steps=3, seed=1, checkpoint=path)


# ---- what is refused, what is shown ----


@pytest.mark.parametrize(
    ("options", "said"),
    [({"steps": 0}, "steps must be 1 or more, got 0"), ({"every": 0}, "every must be 1 or more, got 0"),
     ({"patience": 0, "validate": error}, "patience must be 1 or more, got 0"),
     ({"patience": 2}, "patience needs validate"), ({"goal": 0.5}, "goal needs validate")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        fit(line(), loss, draw, **{"steps": 1, "seed": 0, **options})


def test_progress_is_shown_and_can_be_turned_off(monkeypatch, capsys):
    monkeypatch.setenv("ATTN_CORE_PROGRESS", "0")
    fit(line(), loss, draw, steps=3, seed=0)
    assert capsys.readouterr() == ("", "")
    monkeypatch.delenv("ATTN_CORE_PROGRESS")
    fit(line(), loss, draw, steps=3, seed=0)
    shown = capsys.readouterr()
    assert "/3" in shown.err and shown.out == ""
