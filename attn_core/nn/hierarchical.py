"""Attention on two levels: over the words of each sentence, and over the sentences of the document."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn

from attn_core import masks
from attn_core._checks import check_home

from .encoders import RecurrentEncoder, read
from .pooling import AttentionPool
from .sizes import Sizes

Pool = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]  # a module or a function: (states, mask) -> (output, weights)


class LevelWeights(NamedTuple):
    """The weights of both levels.

    Parameters
    ----------
    sentences : tensor (B, S)
        They sum to one over the sentences of a document.
    words : tensor (B, S, W)
        They sum to one over the words of a sentence.

    Examples
    --------
    >>> import torch
    >>> weights = LevelWeights(torch.tensor([[0.25, 0.75]]), torch.tensor([[[1.0, 0.0], [0.5, 0.5]]]))
    >>> weights.sentences[..., None] * weights.words  # what each word has of the whole
    tensor([[[0.2500, 0.0000],
             [0.3750, 0.3750]]])
    """

    sentences: Tensor
    words: Tensor


class HierarchicalAttention(nn.Module):
    """Make words into a vector for each sentence, and these into one for the document.

    Parameters
    ----------
    sizes : Sizes
        Of num_inputs, embedding_dim and state_dim, even: D. It writes nothing, so num_outputs is for who reads it out.
    word_pool, sentence_pool : callable, optional
        ``pool(states, mask)`` gives output (N, D) and weights (N, L): `mean_pool`, `max_pool`, a module of your own.
        Without it, an `AttentionPool`.
    word_encoder : torch.nn.Module, optional
        ``encoder(inputs, lengths)`` gives states (N, L, D) and mask (N, L). Without it, a bidirectional
        `RecurrentEncoder` of GRUs.
    sentence_encoder : torch.nn.Module, optional
        The same, and its inputs are vectors (N, L, D). Without it, two GRUs, onward and back.

    Raises
    ------
    ValueError
        If an encoder is to be made and state_dim is odd.

    Notes
    -----
    The Hierarchical Attention Network of Yang et al. (2016), "Hierarchical Attention Networks for Document
    Classification", without its last layer. All sentences share one encoder and one pool. With mean or maximum on
    both levels it is what they compare with, HN-AVE and HN-MAX.

    Examples
    --------
    >>> import torch
    >>> model = HierarchicalAttention(Sizes(num_inputs=10, num_outputs=2))
    >>> inputs = torch.tensor([[[3, 1, 4], [5, 9, 0]], [[2, 0, 0], [0, 0, 0]]])
    >>> output, weights = model(inputs, torch.tensor([[3, 2], [1, 0]]))
    >>> output.shape, weights.sentences.shape, weights.words.shape
    (torch.Size([2, 64]), torch.Size([2, 2]), torch.Size([2, 2, 3]))
    >>> weights.sentences[1], weights.words[1, 0]  # one sentence of one word
    (tensor([1., 0.], grad_fn=<SelectBackward0>), tensor([1., 0., 0.], grad_fn=<SelectBackward0>))
    """

    def __init__(
        self,
        sizes: Sizes,
        *,
        word_pool: Pool | None = None,
        sentence_pool: Pool | None = None,
        word_encoder: nn.Module | None = None,
        sentence_encoder: nn.Module | None = None,
    ):
        super().__init__()
        self.sizes, dim = sizes, sizes.state_dim
        self.word_encoder = RecurrentEncoder(sizes, bidirectional=True) if word_encoder is None else word_encoder
        self.word_pool = AttentionPool(dim) if word_pool is None else word_pool
        self.sentence_encoder = _SentenceEncoder(dim) if sentence_encoder is None else sentence_encoder
        self.sentence_pool = AttentionPool(dim) if sentence_pool is None else sentence_pool

    def forward(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, LevelWeights]:
        """Give a vector for each document, and who has which share in it.

        Parameters
        ----------
        inputs : int tensor (B, S, W)
            The words of the sentences of the documents, padded at the end, with any code.
        lengths : int tensor (B, S)
            How many words each sentence has, from 0 to W. A sentence of 0 words is padding, and stands at the end.

        Returns
        -------
        output : tensor (B, D)
            Zero for a document with nothing in it.
        weights : LevelWeights
            ``sentences`` (B, S) and ``words`` (B, S, W); zero on padding.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the model; the text says where.
        """
        if not isinstance(inputs, Tensor):
            raise TypeError(f"inputs must be a torch tensor, got {type(inputs).__name__}")
        if inputs.ndim != 3 or 0 in inputs.shape[1:]:
            raise ValueError(f"inputs must be (B, S, W) with at least one word, got {tuple(inputs.shape)}")
        check_home("lengths", lengths, "inputs", inputs)
        batch, most, longest = inputs.shape
        if lengths.shape != (batch, most):
            raise ValueError(f"lengths must be (B, S) = {(batch, most)}, got {tuple(lengths.shape)}")
        words = masks.padding(lengths, longest)[..., 0, :]  # (B, S, W)
        sentences = words.any(dim=-1)  # (B, S)
        if (sentences[:, 1:] & ~sentences[:, :-1]).any():
            raise ValueError("a sentence without words must stand behind the others, got one before words")
        states, _ = self.word_encoder(inputs.flatten(0, 1), lengths.flatten())  # (B·S, W, D)
        vectors, word_weights = self.word_pool(states, words.flatten(0, 1))
        states, _ = self.sentence_encoder(vectors.unflatten(0, (batch, most)), sentences.sum(dim=1))
        output, sentence_weights = self.sentence_pool(states, sentences)
        return output, LevelWeights(sentence_weights, word_weights.unflatten(0, (batch, most)))


class _SentenceEncoder(nn.Module):
    """An encoder of vectors: two GRUs, onward and back, each for one half of a state."""

    def __init__(self, dim: int):
        super().__init__()
        if dim % 2:
            raise ValueError(f"a bidirectional encoder needs an even state_dim, got {dim}")
        self.layers = nn.ModuleDict(
            {direction: nn.GRU(dim, dim // 2, batch_first=True) for direction in ("onward", "back")}
        )

    def forward(self, vectors: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        mask = masks.padding(lengths, vectors.shape[1])[:, 0]
        return read(self.layers, vectors, mask), mask
