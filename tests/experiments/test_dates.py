"""Reading dates: what the record says, and the models that stand beside it."""

import numpy as np
import pytest
import torch

from attn_core import nn, tasks
from attn_core.results import FOLDER, load, weights
from experiments import dates

CONFIG = dates.Config()
FOUND = load("dates")
FIXED, ATTENTION = 0, 1


def test_share_is_the_weight_on_the_right_characters_of_each_part():
    told = np.zeros((1, 10, 4))
    told[0, 0:4, 0] = 1  # the year looks at the first character, the rest nowhere
    told[0, 5:7] = 0.25
    where = np.zeros((1, 10, 4), bool)
    where[0, 0:4, 0] = where[0, 5:7, 1:3] = where[0, 8:10, 3] = True
    assert dates.share(told, where) == [1, 0.5, 0]


@pytest.fixture(scope="module")
def arrays():
    return weights("dates")


@pytest.fixture(scope="module", params=["fixed", "attention"])
def named(request, arrays):
    """A model as a page runs it: from the file alone, and the sizes in the record."""
    name = request.param
    inputs, outputs = (tasks.Alphabet(arrays[kind].item()) for kind in ("inputs", "outputs"))
    sizes = nn.Sizes(inputs.size, outputs.size, FOUND.config["embedding_dim"], FOUND.config["state_dim"])
    model = nn.EncoderDecoder(nn.RecurrentEncoder(sizes, bidirectional=True), dates.DECODERS[name](sizes))
    mine = {key.removeprefix(f"{name}."): value for key, value in arrays.items() if key.startswith(f"{name}.")}
    assert {value.dtype.name for value in mine.values()} == {"float16"}
    assert sum(value.nbytes for value in mine.values()) < 100 * 1024
    model.load_state_dict({key: torch.from_numpy(value).float() for key, value in mine.items()})
    return name, model.eval(), inputs, outputs


@pytest.mark.parametrize(
    "text", ["3. März 2021", "March 3, 2021", "3 mars 2021", "2021年3月3日", "2021-03-03", "onsdag 3 mars 2021"]
)
def test_the_kept_models_read_dates(named, text):
    _, model, inputs, outputs = named
    codes = torch.from_numpy(inputs.encode(text))[None]
    symbols, _ = model.generate(codes, lengths=torch.tensor([len(text)]), most=10)
    assert outputs.decode(symbols[0]) == "2021-03-03"


def test_the_kept_models_are_those_of_the_first_seed_and_rounding_costs_nothing(named):
    name, model, *_ = named
    rng = np.random.default_rng(99)
    right, _ = dates.written(model, tasks.dates(rng, 500))
    assert right.mean() > FOUND["final"][0, 0, list(dates.DECODERS).index(name)] - 0.03
    np.testing.assert_allclose(FOUND["rounded"], FOUND["final"][:, 0], atol=0.002)


def test_the_file_is_small_enough_to_be_fetched():
    assert (FOLDER / "dates.npz").stat().st_size < 200 * 1024


# ---- what the record says ----


def test_both_read_dates_in_the_end():
    assert FOUND.mean("final")[0].min() > 0.97
    assert FOUND["reached"].all()


def test_attention_needs_several_times_fewer_steps():
    ratio = FOUND["steps"][:, 0, FIXED] / FOUND["steps"][:, 0, ATTENTION]
    assert ratio.min() > 3


def test_more_than_half_of_the_weight_lies_where_the_answer_stands_or_beside_it():
    assert (FOUND.mean("near") > 0.5).all()
    assert (FOUND.mean("mass") > 1.5 * FOUND.mean("uniform")).all()
