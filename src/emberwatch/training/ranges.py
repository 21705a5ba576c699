"""How far the numbers between layers reach, so that they can be quantised with fixed steps.

Fixed steps make a post's answer its own: with steps chosen anew for every batch it would depend on its company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from emberwatch.training.encoders import Reader
from emberwatch.training.learning import filled

Range = tuple[float, float]
PARTS = ("attend", "attended", "widen", "narrow")
_TOGETHER = 16


def ranges(reader: Reader, ids: Sequence[list[int]]) -> dict[str, Range]:
    """For the input of each linear layer, by name ("l0.attend"): the mean over batches of the least and the greatest
    number of real tokens, which a stray giant moves little."""
    seen: dict[str, list[Range]] = defaultdict(list)
    real = torch.ones(1, 1)
    hooks = []

    def watch(name: str, module: nn.Module) -> None:
        def note(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            told = inputs[0][real.bool()]
            seen[name].append((float(told.min()), float(told.max())))

        hooks.append(module.register_forward_pre_hook(note))

    for number, layer in enumerate(reader.body.layers):
        for part in PARTS:
            watch(f"l{number}.{part}", getattr(layer, part))
    reader.eval()
    with torch.no_grad():
        for start in range(0, len(ids), _TOGETHER):
            table, real = filled(ids[start : start + _TOGETHER])
            reader(table, real)
    for hook in hooks:
        hook.remove()
    return {name: _mean(told) for name, told in seen.items()}


def _mean(told: list[Range]) -> Range:
    least, most = (sum(side) / len(told) for side in zip(*told, strict=True))
    return min(least, 0.0), max(most, 0.0)
