"""The steps of training, each of which leaves a file that the next ones read; a step whose file is there is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from emberwatch.training import bases, blocks, mixtures, unseen
from emberwatch.training.encoders import Body, Reader
from emberwatch.training.learning import Pupil, encode, learn, logits_of
from emberwatch.training.posts import COLUMNS, Post, load, prepared_texts, with_weak_labels

Floats = NDArray[np.float32]
MARKS_HIDDEN = 0.5
POOL = 8_000
"""Posts of other sets that each fold's encoder labels for the fast tier to learn from."""


class Workshop:
    """The data, the work folder, and the steps. `tell` hears what is going on."""

    def __init__(self, data: Path, work: Path, tell: Callable[[str], None]) -> None:
        self.data = data
        self.work = work
        self.tell = tell
        work.mkdir(parents=True, exist_ok=True)

    @cached_property
    def _posts(self) -> tuple[list[Post], dict[str, list[Post]]]:
        self.tell("reading the sets")
        learnt, held_out = load(self.data)
        return with_weak_labels(learnt, MARKS_HIDDEN), {
            name: with_weak_labels(posts) for name, posts in held_out.items()
        }

    @property
    def learnt(self) -> list[Post]:
        """All posts to learn from."""
        return self._posts[0]

    @property
    def held_out(self) -> dict[str, list[Post]]:
        """The sets never learnt from."""
        return self._posts[1]

    def base(self, name: str) -> tuple[Reader, Tokenizer]:
        """An untaught reader on one of the two bases, and its tokenizer."""
        posts = mixtures.english_of(self.learnt) if name == "english" else self.learnt
        body, tokenizer = (bases.english if name == "english" else bases.many)(prepared_texts(posts))
        torch.manual_seed(1)
        return Reader(body, len(COLUMNS)), tokenizer

    def taught(self, name: str) -> tuple[Reader, Tokenizer]:
        """The reader that a step left, and its tokenizer. Raises FileNotFoundError where that step was not done."""
        state = torch.load(self.work / f"{name}.pt", weights_only=True)
        layers = 1 + max(int(key.split(".")[2]) for key in state if key.startswith("body.layers."))
        words, places = (len(state[f"body.{part}.weight"]) for part in ("words", "places"))
        reader = Reader(Body(words, layers=layers, places=places), len(COLUMNS))
        reader.load_state_dict(state)
        tokenizer = Tokenizer.from_file(str(self.work / f"{name}.tokenizer.json"))
        return reader, tokenizer

    def english(self) -> None:
        """The first English encoder, which sees no complaint, department or video comment."""
        reader, tokenizer = self.base("english")
        posts = mixtures.without_unseen(mixtures.english_of(self.learnt))
        self._learn("english", reader, tokenizer, mixtures.pupil(tokenizer, posts, mixtures.ENGLISH_FIRST))

    def english_all(self) -> None:
        """The English encoder that ships: the first one taught on, now with every set, and with the word vectors as
        they will be stored."""
        reader, tokenizer = self.taught("english")
        words = reader.body.words.weight.data.numpy()
        reader.body.words.weight.data = torch.from_numpy(blocks.unpacked(*blocks.packed(words)))
        posts = mixtures.english_of(self.learnt)
        self._learn("english-all", reader, tokenizer, mixtures.pupil(tokenizer, posts, mixtures.ENGLISH_ALL))

    def many(self) -> None:
        """The encoder of all other languages, taught in all of them and in English."""
        reader, tokenizer = self.base("many")
        self._learn("many", reader, tokenizer, mixtures.pupil(tokenizer, self.learnt, mixtures.MANY))

    def many_all(self) -> None:
        """The encoder of other languages that ships: the first one taught on, above all in them."""
        reader, tokenizer = self.taught("many")
        self._learn("many-all", reader, tokenizer, mixtures.pupil(tokenizer, self.learnt, mixtures.MANY_ALL))

    def _learn(self, name: str, reader: Reader, tokenizer: Tokenizer, pupil: Pupil) -> None:
        tokenizer.save(str(self.work / f"{name}.tokenizer.json"))
        self.tell(f"{name}: {pupil.often.sum():,.0f} posts an epoch")
        learn(reader, pupil, mixtures.COURSES[name], checkpoints=self.work / "checkpoints")
        torch.save(reader.state_dict(), self.work / f"{name}.pt.new")
        (self.work / f"{name}.pt.new").replace(self.work / f"{name}.pt")

    def folds(self, task: str) -> None:
        """Answers to one task by folds."""
        reader, tokenizer = self.taught("english")
        posts = self.of_task(task)
        pupil = mixtures.pupil(tokenizer, posts, {unseen.SETS[task]: 1.0})
        pool = encode(tokenizer, prepared_texts(self.pool())) if task == "complaint" else []
        splits = unseen.splits_of(task, posts)
        found, beside = unseen.answers(reader, pupil, splits, unseen.COURSES[task], self.tell, pool)
        np.savez(self.work / f"folds-{task}.npz", logits=found, beside=beside)

    def of_task(self, task: str) -> list[Post]:
        """The posts that one task's folds share out."""
        posts = [post for post in self.learnt if post.set == unseen.SETS[task]]
        return [post for post in posts if "Can't Tell" in post.known] if task == "department" else posts

    def pool(self) -> list[Post]:
        """Posts of other sets, the same each time."""
        others = [post for post in mixtures.english_of(self.learnt) if post.set not in mixtures.UNSEEN]
        return [others[place] for place in np.random.default_rng(1).permutation(len(others))[:POOL].tolist()]

    def say(self, name: str, posts: list[Post]) -> Floats:
        """What a taught encoder says of posts."""
        reader, tokenizer = self.taught(name)
        return logits_of(reader, encode(tokenizer, prepared_texts(posts)))
