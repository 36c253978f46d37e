"""What all decoders share: a first state, symbols in, symbols out."""

import torch
from torch import Tensor, nn

from attn_core._checks import Shape, check_alike, check_arrays

from ._greedy import greedy
from ._inputs import check_codes
from .sizes import Sizes

_SHAPES = tuple(map(Shape.read, ("states (B, L, state_dim)", "summary (B, state_dim)")))


class Decoder(nn.Module):
    """A decoder writes one symbol after the other; a kind of decoder says in ``run`` how."""

    def __init__(self, sizes: Sizes, summary_dim: int):
        super().__init__()
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.num_outputs + 1, sizes.embedding_dim)  # the last: nothing written yet
        self.begin = nn.Linear(summary_dim, sizes.state_dim)

    def run(self, symbols: Tensor, state: Tensor, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read the symbols written so far, (B, T), from a state (B, state_dim), with states (B, L, D) to look at.

        Gives logits (B, T, num_outputs) for the symbols that follow, weights (B, T, L), and the state at the end.
        """
        raise NotImplementedError

    def start(self, states: Tensor, mask: Tensor, summary: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give what a decoder begins with: its first state, and what it may look at."""
        return torch.tanh(self.begin(summary)), states, mask

    def forward(self, targets: Tensor, states: Tensor, mask: Tensor, summary: Tensor) -> tuple[Tensor, Tensor]:
        """Say at each position, from the right symbols before it, which one comes next.

        Parameters
        ----------
        targets : int tensor (B, T)
        states : tensor (B, L, state_dim)
        mask : bool tensor (B, L)
            True where a state may be looked at.
        summary : tensor (B, state_dim)

        Returns
        -------
        logits : tensor (B, T, num_outputs)
        weights : tensor (B, T, L)
        """
        targets = check_codes("targets", targets, self.sizes.num_outputs)
        if len(targets) != len(states):
            raise ValueError(f"targets and states must have one B, got {len(targets)} and {len(states)}")
        start = self._start(states, mask, summary)
        logits, weights, _ = self.run(torch.cat([self._nothing(states), targets[:, :-1]], dim=1), *start)
        return logits, weights

    @torch.no_grad()
    def generate(
        self, states: Tensor, mask: Tensor, summary: Tensor, *, most: int, stop: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """Write the likeliest symbol, read it, and so on.

        Parameters
        ----------
        states, mask, summary : tensor
            As `forward` takes them.
        most : int
            At most so many symbols.
        stop : int, optional
            The symbol that ends a sequence.

        Returns
        -------
        symbols : int tensor (B, T)
            After ``stop`` there is only ``stop``; T is less than ``most`` where all have ended before.
        weights : tensor (B, T, L)
            Zero after ``stop``.
        """
        state, states, mask = self._start(states, mask, summary)
        weights = []

        def step(last: Tensor) -> Tensor:
            nonlocal state
            logits, looked, state = self.run(last, state, states, mask)
            weights.append(looked)
            return logits[:, -1]

        nothing, count = self._nothing(states), self.sizes.num_outputs
        symbols, goes_on = greedy(step, nothing, most=most, stop=stop, num_outputs=count)
        return symbols, torch.cat(weights, dim=1) * goes_on[..., None]

    def _start(self, states: Tensor, mask: Tensor, summary: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        check_arrays({"states": states, "summary": summary}, _SHAPES)
        check_alike({"the decoder": self.begin.weight, "states": states})
        if states.shape[-1] != self.sizes.state_dim:
            raise ValueError(f"the decoder has state_dim = {self.sizes.state_dim}, got states {tuple(states.shape)}")
        return self.start(states, mask, summary)

    def _nothing(self, states: Tensor) -> Tensor:
        """The code for nothing written yet, (B, 1)."""
        return torch.full((len(states), 1), self.sizes.num_outputs, device=states.device)
