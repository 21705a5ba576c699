"""The encoder in the form in which it learns: a small BERT, read by a mean over its tokens."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 384
HEADS_OF_ATTENTION = 12
_NEVER = -1e4


class Layer(nn.Module):
    """Attention, then a widening and narrowing, each added to what came in and normalised after."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.widen = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.last = nn.LayerNorm(WIDTH, 1e-12)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States [post, token, WIDTH] after this layer; `mask` is added to the attention."""
        posts, length, _ = states.shape
        split = self.attend(states).view(posts, length, 3, HEADS_OF_ATTENTION, -1).permute(2, 0, 3, 1, 4)
        query, key, value = split[0] * split.shape[-1] ** -0.5, split[1], split[2]
        weights = (query @ key.transpose(-1, -2) + mask).softmax(-1).to(value.dtype)
        mixed = (weights @ value).transpose(1, 2).reshape(posts, length, WIDTH)
        states = self.norm(states + self.attended(mixed))
        return self.last(states + self.narrow(functional.gelu(self.widen(states), approximate="tanh")))


class Body(nn.Module):
    """Tokens to states. Word vectors stay as they were learnt from a great deal of text; the rest is tuned."""

    def __init__(self, words: int, *, layers: int, places: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, WIDTH)
        self.places = nn.Embedding(places, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.words.weight.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States [post, token, WIDTH] of token numbers; `mask` is 1 for tokens and 0 for filling."""
        states = self.norm(self.words(ids) + self.places.weight[: ids.shape[1]])
        hidden = ((1.0 - mask) * _NEVER)[:, None, None, :]
        if torch.is_autocast_enabled("cpu"):
            hidden = hidden.to(torch.bfloat16)
        for layer in self.layers:
            states = layer(states, hidden)
        return states


class Reader(nn.Module):
    """A body under one linear head for all columns."""

    def __init__(self, body: Body, columns: int) -> None:
        super().__init__()
        self.body = body
        self.heads = nn.Linear(WIDTH, columns)

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The mean of each post's states."""
        states = self.body(ids, mask)
        return (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)

    def forward(self, ids: Tensor, mask: Tensor, drop: float = 0.0) -> Tensor:
        """Logits [post, column]."""
        return self.heads(functional.dropout(self.pooled(ids, mask), drop, self.training)).float()
