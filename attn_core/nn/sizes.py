"""The sizes of a model."""

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
