"""Layers as boxes, and what each costs by formula."""

from dataclasses import dataclass

from attn_core._checks import check_integer


@dataclass(frozen=True)
class Layer:
    """A layer as a box: not how it works, only what it does with a sequence of vectors.

    Parameters
    ----------
    name : str
    matrices : int
        How many (model_dim, model_dim) matrices every position passes through.
    held : int
        How many vectors of width model_dim it computes for every position.
    pairs : int
        How often it meets every pair of positions in model_dim multiply-adds: attention twice, to score and to sum.
    recurrent : bool
        Whether a position waits for the one before it.
    kernel_size : int
        How many neighbouring positions one output sees.

    Examples
    --------
    >>> LSTM.parameters(512), ATTENTION.parameters(512)
    (2097152, 1048576)
    """

    name: str
    matrices: int
    held: int
    pairs: int = 0
    recurrent: bool = False
    kernel_size: int = 1

    def parameters(self, model_dim: int) -> int:
        """Count the weights that the layer learns.

        Parameters
        ----------
        model_dim : int

        Returns
        -------
        int
            ``matrices`` · model_dim².

        Examples
        --------
        >>> GRU.parameters(512)
        1572864
        """
        return self.matrices * _from_one("model_dim", model_dim) ** 2

    def multiply_adds(self, length: int, model_dim: int) -> int:
        """Count the multiply-adds of one forward pass.

        Parameters
        ----------
        length, model_dim : int

        Returns
        -------
        int
            length · ``matrices`` · model_dim² + ``pairs`` · length² · model_dim.

        Notes
        -----
        The orders of growth are those of Vaswani et al. (2017, arXiv 1706.03762), Table 1. The factors are added here:
        of the projections, of the gates, of both products of attention.

        Examples
        --------
        >>> LSTM.multiply_adds(1024, 512) == ATTENTION.multiply_adds(1024, 512)
        True
        """
        n, d = _from_one("length", length), _from_one("model_dim", model_dim)
        return n * self.parameters(d) + self.pairs * n**2 * d

    def steps(self, length: int, *, num_layers: int = 1) -> int:
        """Count the steps that must wait for one another, however many processors there are.

        Parameters
        ----------
        length, num_layers : int

        Returns
        -------
        int
            length + num_layers − 1 where the layers are recurrent, else num_layers.

        Notes
        -----
        One step is one use of a layer. In a recurrent stack, position i of a layer waits for position i of the layer
        below and for position i − 1 of its own, so all layers can work at once, each one position behind.

        Examples
        --------
        >>> LSTM.steps(1024), ATTENTION.steps(1024), LSTM.steps(1024, num_layers=4)
        (1024, 1, 1027)
        """
        n, layers = _from_one("length", length), _from_one("num_layers", num_layers)
        return n + layers - 1 if self.recurrent else layers

    def activations(self, length: int, model_dim: int, *, num_heads: int = 1) -> int:
        """Count the numbers that one forward pass computes, and that training keeps for the way back.

        Parameters
        ----------
        length, model_dim : int
        num_heads : int
            Every head keeps its own weights: length² numbers. Must divide model_dim.

        Returns
        -------
        int
            ``held`` · length · model_dim, and num_heads · length² where every pair of positions has a weight.

        Raises
        ------
        ValueError
            If the heads do not share model_dim evenly.

        Notes
        -----
        Each gate, state, projection, weight and output once, without the input: RNN 1 (state), GRU 4 (two gates,
        candidate, state), LSTM 6 (three gates, candidate, cell, state), convolution 1, attention 5 (query, key, value,
        sum, output), Transformer block 10 (those, and 4 + 1 of its feed-forward layer). A kernel that never forms
        the weights, such as FlashAttention (Dao et al., 2022, arXiv 2205.14135), saves the second term.

        Examples
        --------
        >>> ATTENTION.activations(1024, 512, num_heads=8), LSTM.activations(1024, 512)
        (11010048, 3145728)
        """
        n, d, heads = _from_one("length", length), _from_one("model_dim", model_dim), _from_one("num_heads", num_heads)
        if d % heads:
            raise ValueError(f"num_heads must divide model_dim, got {heads} and {d}")
        return self.held * n * d + (heads * n**2 if self.pairs else 0)

    def path(self, length: int) -> int | None:
        """Count the steps, or the layers, that the first position takes until one output has seen both ends.

        Parameters
        ----------
        length : int

        Returns
        -------
        int or None
            length where the layer is recurrent, 1 where it meets every pair, else ⌈(length − 1) / (kernel_size − 1)⌉
            layers; none if a kernel sees no neighbour.

        Examples
        --------
        >>> RNN.path(1024), ATTENTION.path(1024), convolution(3).path(1024), convolution(1).path(2)
        (1024, 1, 512, None)
        """
        n = _from_one("length", length)
        if self.recurrent:
            return n
        if self.pairs or n == 1:
            return 1
        return None if self.kernel_size == 1 else -(-(n - 1) // (self.kernel_size - 1))  # rounded up


#: The plain recurrent layer: one matrix for the input, one for the state.
RNN = Layer("RNN", matrices=2, held=1, recurrent=True)
#: Three times that: two gates and a candidate.
GRU = Layer("GRU", matrices=6, held=4, recurrent=True)
#: Four times: three gates and a candidate.
LSTM = Layer("LSTM", matrices=8, held=6, recurrent=True)
#: Self-attention: projections to query, key and value, and one of the output.
ATTENTION = Layer("self-attention", matrices=4, held=5, pairs=2)
#: Attention, and a feed-forward layer four times as wide.
BLOCK = Layer("Transformer block", matrices=12, held=10, pairs=2)


def convolution(kernel_size: int) -> Layer:
    """Make a convolution over neighbouring positions: one matrix for each.

    Parameters
    ----------
    kernel_size : int

    Returns
    -------
    Layer

    Examples
    --------
    >>> convolution(3).parameters(512)
    786432
    """
    k = _from_one("kernel_size", kernel_size)
    return Layer("convolution", matrices=k, held=1, kernel_size=k)


def crossing(first: Layer, second: Layer, model_dim: int) -> float | None:
    """Find the length at which two layers need the same multiply-adds.

    Parameters
    ----------
    first, second : Layer
    model_dim : int

    Returns
    -------
    float or None
        None if one of them is cheaper at every length, or both cost the same.

    Notes
    -----
    From length · matrices · model_dim² + pairs · length² · model_dim on both sides. Attention and an LSTM meet at
    2 · model_dim, attention and a GRU at model_dim, attention and a convolution at (kernel_size − 4) · model_dim / 2.

    Examples
    --------
    >>> crossing(ATTENTION, LSTM, 512), crossing(ATTENTION, RNN, 512)
    (1024.0, None)
    """
    d = _from_one("model_dim", model_dim)
    if first.pairs == second.pairs:
        return None
    length = (second.matrices - first.matrices) * d / (first.pairs - second.pairs)
    return length if length > 0 else None


def _from_one(name: str, value: int) -> int:
    if check_integer(name, value) < 1:
        raise ValueError(f"{name} must be 1 or more, got {value}")
    return check_integer(name, value)
