"""The deep tier: two small encoders, one for English and one for all other languages, in int8 under ONNX Runtime."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from emberwatch.triage.fast import Fast
from emberwatch.triage.fast import shipped as shipped_fast
from emberwatch.triage.reading import MODELS_READ, Reading
from emberwatch.triage.scores import HEADS, Floats, Scores, WrongModel, probabilities_of
from emberwatch.triage.telling import tells
from emberwatch.triage.tokens import reduced
from emberwatch.vocabulary.verdicts import Reason, Tier

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

LONGEST = 128
"""Tokens of a post that are read."""
TOGETHER = 8
"""Posts in one run of an encoder: few enough to stay in the processor's cache, which is faster than more."""
_FAINT = 0.02
ENGLISH = "en"


def prepared(text: str) -> str:
    """A post as the encoders take it: handles as "@", links as "http", every place kept. Training shares this."""
    return reduced(text[:MODELS_READ])


class Encoder:
    """One encoder with its heads: a token sequence in, one calibrated logit a head out."""

    def __init__(self, model: bytes, tokenizer: bytes) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session: InferenceSession = onnxruntime.InferenceSession(model, options)
        self._tokenizer: Tokenizer = Tokenizer.from_str(tokenizer.decode())
        self._tokenizer.enable_truncation(LONGEST)
        width = self._session.get_outputs()[0].shape[1]
        if width != len(HEADS):
            raise WrongModel(f"The encoder answers {width} questions, this code asks {len(HEADS)}. Run `make train`.")

    def read(self, readings: Sequence[Reading]) -> tuple[Floats, Floats]:
        """Logits and vectors of length one, in the order of `readings`. Posts of like length run together."""
        encodings = self._encode([prepared(reading.text) for reading in readings])
        order = sorted(range(len(readings)), key=lambda index: len(encodings[index].ids))
        logits = np.zeros((len(readings), len(HEADS)), dtype=np.float32)
        vectors: Floats | None = None
        for start in range(0, len(order), TOGETHER):
            places = order[start : start + TOGETHER]
            found, pictures = self._session.run(["logits", "vectors"], _fed([encodings[place] for place in places]))
            logits[places] = found
            vectors = np.zeros((len(readings), pictures.shape[1]), dtype=np.float32) if vectors is None else vectors
            vectors[places] = pictures
        return logits, np.zeros((0, 0), dtype=np.float32) if vectors is None else vectors

    def words(self, reading: Reading, heads: Sequence[int], most: int) -> list[tuple[Reason, ...]]:
        """The words whose own share of each head's logit is largest: the heads read a mean over tokens, so that the
        logit is a sum of what the tokens add, exactly."""
        text = prepared(reading.text)
        (encoding,) = self._encode([text])
        (by_token,) = self._session.run(["by_token"], _fed([encoding]))
        return [_told(reading, text, encoding, by_token[0, :, head], most) for head in heads]

    def _encode(self, texts: list[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])


def _fed(encodings: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
    longest = max(len(encoding.ids) for encoding in encodings)
    ids = np.zeros((len(encodings), longest), dtype=np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
    counts = np.array([len(encoding.ids) for encoding in encodings], dtype=np.int64)
    return {"ids": ids, "counts": counts}


def _told(reading: Reading, text: str, encoding: Encoding, shares: Floats, most: int) -> tuple[Reason, ...]:
    """Shares of tokens summed into words, the heaviest of them as reasons."""
    places: dict[int, tuple[int, int]] = {}
    total: dict[int, float] = {}
    for (start, end), number, share in zip(encoding.offsets, encoding.word_ids, shares.tolist(), strict=True):
        if number is not None and start < end:
            places[number] = (places.get(number, (start, end))[0], end)
            total[number] = total.get(number, 0.0) + share
    told = []
    for number in sorted(total, key=lambda number: -total[number]):
        first, last = places[number]
        first = last - len(text[first:last].lstrip())
        if total[number] > _FAINT and first >= reading.shift and tells(text[first:last]):
            told.append(Reason(first - reading.shift, last - reading.shift, round(total[number], 3)))
    return tuple(told[:most])


class Beside(msgspec.Struct, frozen=True):
    """The fast tier, and how much its logits count beside each encoder's, one number a head: it knows more words, they
    know more of what words do to each other."""

    fast: Fast
    english: Floats
    many: Floats


class Deep:
    """The close reader: English with one encoder, everything else with the other, the fast tier's word beside."""

    tier = Tier.DEEP

    def __init__(self, name: str, english: Encoder, many: Encoder, beside: Beside) -> None:
        self.name = name
        self._english = english
        self._many = many
        self._beside = beside

    def read(self, readings: Sequence[Reading], languages: Sequence[str | None]) -> Scores:
        """Probabilities and vectors of posts, in their order. The first half of a vector is the English encoder's,
        the second the other's, so that posts are compared with those that the same encoder read."""
        pairs = zip(readings, languages, strict=True)
        english = np.array([_is_english(reading, language) for reading, language in pairs], dtype=np.bool_)
        logits = self._beside.fast.logits(readings) * np.where(
            english[:, None], self._beside.english, self._beside.many
        )
        halves: list[tuple[NDArray[np.int64], Floats]] = []
        for encoder, mine in ((self._english, np.flatnonzero(english)), (self._many, np.flatnonzero(~english))):
            if len(mine):
                own, pictures = encoder.read([readings[place] for place in mine.tolist()])
                logits[mine] += own
                halves.append((mine, pictures))
            else:
                halves.append((mine, np.zeros((0, 0), dtype=np.float32)))
        width = max(pictures.shape[1] for _, pictures in halves) if len(readings) else 0
        vectors = np.zeros((len(readings), 2 * width), dtype=np.float32)
        for half, (mine, pictures) in enumerate(halves):
            if len(mine):
                vectors[mine, half * width : (half + 1) * width] = pictures
        return Scores(probabilities_of(logits), vectors)

    def words(
        self, reading: Reading, language: str | None, heads: Sequence[int], most: int
    ) -> list[tuple[Reason, ...]]:
        """The words that spoke for each head, as the encoder that read the post heard them."""
        encoder = self._english if _is_english(reading, language) else self._many
        return encoder.words(reading, heads, most)


def _is_english(reading: Reading, language: str | None) -> bool:
    """English, or a language not known but written in plain Latin letters."""
    return language == ENGLISH or (language is None and reading.folded.text.isascii())


def load(folder: Path, fast: Fast) -> Deep:
    """The encoders of a folder, named by a digest of both, with the fast tier beside them. Raises WrongModel."""
    names = ("english", "many")
    graphs = [gzip.decompress((folder / f"{name}.onnx.gz").read_bytes()) for name in names]
    tokenizers = [gzip.decompress((folder / f"{name}.tokenizer.json.gz").read_bytes()) for name in names]
    digest = hashlib.sha256(b"".join(graphs)).hexdigest()[:8]
    english, many = (Encoder(graph, tokenizer) for graph, tokenizer in zip(graphs, tokenizers, strict=True))
    with np.load(folder / "beside.npz", allow_pickle=False) as stored:
        beside = Beside(fast, stored["english"], stored["many"])
    return Deep(f"deep-{digest}", english, many, beside)


@cache
def shipped() -> Deep:
    """The encoders that come with Emberwatch, loaded once a process, when first needed."""
    return load(Path(str(files("emberwatch.triage") / "models")), shipped_fast())
