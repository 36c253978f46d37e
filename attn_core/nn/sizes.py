"""The sizes of models."""

from dataclasses import asdict, dataclass

from ._inputs import check_positive


@dataclass(frozen=True)
class Sizes:
    """What an encoder and a decoder must agree on; with these defaults they train on two cores in seconds.

    Parameters
    ----------
    num_inputs, num_outputs : int
        How many symbols there are to read and to write; they have the codes from 0.
    embedding_dim : int
        Width of the vector that stands for a symbol.
    state_dim : int
        Width of the states, of the encoder and of the decoder.

    Raises
    ------
    TypeError, ValueError
        If a size is no positive integer.

    Examples
    --------
    >>> Sizes(num_inputs=10, num_outputs=12).state_dim
    64
    """

    num_inputs: int
    num_outputs: int
    embedding_dim: int = 32
    state_dim: int = 64

    def __post_init__(self):
        check_positive(**asdict(self))


@dataclass(frozen=True)
class TransformerSizes:
    """The sizes of a Transformer; with these defaults it trains on two cores in seconds.

    Parameters
    ----------
    num_inputs, num_outputs : int
        How many symbols there are to read and to write; they have the codes from 0.
    model_dim : int
        D, the width of the vectors.
    num_heads : int
        H, in each attention; it divides model_dim.
    hidden_dim : int
        Width of the hidden layer of the feed-forward parts; 0: no such parts.
    num_layers : int
        N, blocks in the encoder, and as many in the decoder.

    Raises
    ------
    TypeError, ValueError
        If a size is no positive integer, but for hidden_dim.

    Examples
    --------
    >>> TransformerSizes(num_inputs=10, num_outputs=12).model_dim
    32
    """

    num_inputs: int
    num_outputs: int
    model_dim: int = 32
    num_heads: int = 4
    hidden_dim: int = 64
    num_layers: int = 2

    def __post_init__(self):
        check_positive(**{name: size for name, size in asdict(self).items() if name != "hidden_dim"})
