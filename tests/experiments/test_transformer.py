"""The Transformer: what the records say of depth, parts and dates, and the model that stands beside them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn as torch_nn
from torch.nn import functional as F

from attn_core import nn, tasks
from attn_core.results import FOLDER, load, weights
from experiments import parts, ranks, transformer_dates

# Ranks

RANKS, FORMS = load("ranks"), list(ranks.FORMS)


def test_left_is_the_distance_from_the_mean_as_a_share_of_the_whole():
    assert ranks.left(torch.tensor([[[3.0, 4.0], [3.0, 4.0]]])) == 0
    assert ranks.left(torch.tensor([[[1.0], [-1.0]]])) == 1
    assert ranks.left(torch.tensor([[[7.0], [1.0]]])) == pytest.approx((18 / 50) ** 0.5)  # 3 and −3 from 4


def test_without_skips_four_blocks_leave_nothing_whatever_else_there_is():
    without = RANKS["left"][:, :4]  # seeds, forms, depths
    assert [form.get("skip", False) for form in ranks.FORMS.values()] == [False] * 4 + [True] * 5
    assert without[:, :, 4].max() < 1e-4 and without[:, :, 5:].max() < 1e-13
    assert RANKS["left"][:, 4:, 4].min() > 0.1  # with skips


def test_with_skips_twelve_blocks_leave_some_and_most_with_the_norm_before():
    after_twelve = RANKS.mean("left")[:, 12]
    assert after_twelve[4:].min() > 0.03 and FORMS[after_twelve.argmax()] == "all, norm before"


def test_each_block_without_skips_takes_at_least_the_cube():
    assert RANKS["power"].min() > 3
    _, third_block = RANKS.mean("power")[1]
    assert 3 < third_block < 4


def test_sharper_queries_put_it_off_and_do_not_prevent_it():
    left = RANKS.mean("sharper")
    assert (np.diff(left[:, 4]) > 0).all() and left[:, 8].max() < 1e-4


# Parts

PARTS = load("parts")


def of(name):
    return list(parts.FORMS).index(name)


def test_only_positions_cannot_be_taken_away_and_without_them_the_commonest_symbol_is_the_best_guess():
    config = PARTS.config
    drawn = np.random.default_rng(0).integers(config["symbols"], size=(20_000, config["length"]))
    guess = np.mean([np.bincount(row).max() for row in drawn]) / config["length"]
    broken = of("no positions")
    assert PARTS.mean("found")[broken] == pytest.approx(guess, abs=0.04) and not PARTS["reached"][:, broken].any()
    assert np.delete(PARTS["reached"], broken, axis=1).all()
    assert np.delete(PARTS["found"], broken, axis=1).min() > 0.95


def test_without_skips_it_takes_several_times_as_many_steps_and_the_states_are_one_all_the_same():
    assert (PARTS["steps"][:, of("no skips")] > 3 * PARTS["steps"][:, of("whole")]).all()
    last = PARTS["left"][..., -1]
    assert last[:, of("no skips")].max() < 0.01 and last[:, of("whole")].min() > 0.5


def test_a_stack_without_scale_is_one_whose_queries_are_longer():
    config = replace(parts.Config(), depth=1)
    torch.manual_seed(0)
    without = parts.Stack(config, parts.Form(scale=False))
    torch.manual_seed(0)
    other = parts.Stack(config, parts.Form())
    with torch.no_grad():
        for parameter in other.blocks[0].attention.query_proj.parameters():
            parameter *= (config.model_dim / config.num_heads) ** 0.5
    codes = torch.tensor([[1, 2, 3]])
    torch.testing.assert_close(without(codes), other(codes))


def test_a_stack_has_the_parts_of_its_form():
    config = replace(parts.Config(), depth=1)
    stacks = {name: parts.Stack(config, form) for name, form in parts.FORMS.items()}
    assert stacks["no feed-forward"].blocks[0].feed_forward is None
    assert isinstance(stacks["no norm"].blocks[0].attention_norm, torch_nn.Identity)
    assert [stacks[name].blocks[0].attention.num_heads for name in ("whole", "one head")] == [4, 1]
    assert not stacks["no skips"].blocks[0].skip and stacks["whole"].blocks[0].skip


# Dates

CONFIG, FOUND = transformer_dates.Config(), load("transformer_dates")


@pytest.fixture(scope="module")
def kept():
    """The model as a page runs it: from the file alone, and the sizes in the record."""
    arrays = weights("transformer_dates")
    inputs, outputs = (tasks.Alphabet(arrays.pop(kind).item()) for kind in ("inputs", "outputs"))
    assert {value.dtype.name for value in arrays.values()} == {"float16"}
    names = ("model_dim", "num_heads", "hidden_dim", "num_layers")
    model = nn.Transformer(nn.TransformerSizes(inputs.size, outputs.size, *(FOUND.config[name] for name in names)))
    model.load_state_dict({name: torch.from_numpy(value).float() for name, value in arrays.items()})
    return model.eval(), inputs, outputs


def generated(model, batch):
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)
    symbols, _ = model.generate(inputs, lengths=lengths, most=10)
    return (symbols.numpy() == batch.targets).all(axis=1).mean()


def test_the_file_is_small_enough_to_be_fetched():
    assert (FOLDER / "transformer_dates.npz").stat().st_size < 160 * 1024


def test_the_kept_model_is_that_of_the_first_seed_and_rounding_costs_nothing(kept):
    batch = tasks.dates(np.random.default_rng(99), 400)
    assert generated(kept[0], batch) > FOUND["final"][0] - 0.03
    np.testing.assert_allclose(FOUND["rounded"], FOUND["final"], atol=0.015)


def test_to_be_right_after_the_right_symbols_is_to_write_without_a_mistake(kept):
    batch = tasks.dates(np.random.default_rng(98), 200)
    assert transformer_dates.right(kept[0], batch) == pytest.approx(generated(kept[0], batch))


def test_the_kept_model_reads_dates(kept):
    model, inputs, outputs = kept
    for text in ("March 3, 2021", "3 mars 2021", "2021年3月3日"):
        codes = torch.from_numpy(inputs.encode(text))[None]
        symbols, _ = model.generate(codes, lengths=torch.tensor([len(text)]), most=10)
        assert outputs.decode(symbols[0]) == "2021-03-03"


def test_the_loss_of_two_halves_is_the_loss_of_all(kept):
    batch = tasks.dates(np.random.default_rng(97), 9)
    with torch.no_grad():
        said, _ = transformer_dates.logits(kept[0], batch)
        wanted = F.cross_entropy(said.flatten(0, 1), torch.from_numpy(batch.targets).flatten())
        torch.testing.assert_close(transformer_dates.loss(kept[0], batch), wanted)


def test_states_are_told_at_the_start_and_after_each_layer_and_leave_no_hook(kept):
    batch = tasks.dates(np.random.default_rng(96), 2)
    assert transformer_dates.states(kept[0], batch).shape == (CONFIG.num_layers + 1,)
    assert not kept[0].encoder[0]._forward_hooks and not kept[0].encoder[0]._forward_pre_hooks


def test_it_reads_dates_and_needs_more_steps_than_a_gru_with_attention():
    gru = load("dates")
    assert FOUND["final"].min() > 0.9
    assert FOUND["steps"].min() > 2 * gru["steps"][:, 0, 1].max()


def test_no_kind_of_attention_can_be_done_without_and_most_single_heads_can():
    assert FOUND.mean("without_kind").max() < 0.5 < FOUND["whole"].min()
    loss_of_one = FOUND["whole"][:, None, None, None] - FOUND["without"]
    assert (loss_of_one < 0.1).mean() > 0.5
