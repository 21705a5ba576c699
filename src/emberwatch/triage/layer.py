"""What a workspace taught: its corrections move what the models make of posts that resemble them, and nothing else.

A lesson pulls a post by how near the two are, as the reader of that tier sees them: cosine of their vectors, measured
from the lesson's own floor. The floor is how near the nearest post of strangers comes (see layer_strangers), for each
lesson by itself: in what a model makes of text, any two complaints are near, some are near to everything, and how near
differs from model to model. So a number that held for one model would be wrong for the next; the floor is remade with
every reader, and lessons outlive an upgrade of the models. Under the floor nothing moves. Above it the pull grows with
the third power, so that it is slight for what is merely alike and near-copies follow the lesson almost wholly; it is
summed over lessons, so that several weigh more than one, and those that contradict each other cancel. The pull E of
yes against no takes a probability the share 1 - exp(-|E|) of its way to certainty: what agrees with the lesson already
stays, nothing leaves 0 to 1, and the result is monotone in each lesson.

Power and strength were chosen on bank customers' questions of sixteen topics, as an encoder fine-tuned for other tasks
sees them: where every post began at 0.1, one lesson on one topic brought 19 in a hundred of the topic's other posts
over one half and 2 in a thousand of its fifteen near neighbours; ten lessons brought 86, and 3 in a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from emberwatch.triage.layer_letters import letters
from emberwatch.triage.layer_shares import MOST_EXAMPLES, Sorter, can_sort
from emberwatch.triage.layer_strangers import strangers_of
from emberwatch.triage.layer_votes import (
    NAMED,
    About,
    Lesson,
    check_label,
    choice_votes,
    disagree,
    labels_of,
    question_votes,
)
from emberwatch.triage.reading import PostText, Reading, make_reading
from emberwatch.triage.scores import COLUMN, FEELINGS, QUESTIONS, Floats, Reader, Scores, Shares, Taught

__all__ = ["About", "Contradiction", "Influence", "Layer", "Lesson", "check_label", "labels_of"]

MOST_LESSONS = 5_000
"""Lessons that are used, the newest; the cost of a post grows with them."""
FLOOR = 0.5
"""No lesson moves a post whose cosine with it is less than this, whatever the reader."""
_HIGHEST_FLOOR = 0.9
_STRENGTH = 4.0
_POWER = 3
_SURE = 0.9
"""The pull of a near-copy: here the lesson speaks instead of the rules, too."""
_NEAR = 0.75
"""How far above the floor two lessons are near-copies of each other."""
_QUESTIONS = slice(COLUMN[QUESTIONS[0]], COLUMN[QUESTIONS[-1]] + 1)
_FEELINGS = slice(COLUMN[FEELINGS[0]], COLUMN[FEELINGS[-1]] + 1)
_CHOICES = (About.INTENT, About.SENTIMENT, *NAMED)
_AT_ONCE = 512


class Contradiction(msgspec.Struct, frozen=True):
    """Two lessons that cannot both be true of what is nearly the same post; `likeness` 1 is the same words."""

    one: Lesson
    other: Lesson
    likeness: float


class Influence(msgspec.Struct, frozen=True):
    """A lesson near a post: their cosine, and by how much it moved the probability of its own label."""

    lesson: Lesson
    likeness: float
    moved_by: float


class _Picture:
    """The lessons as one reader sees them: their vectors, their floors, and what was learnt from them."""

    def __init__(self, vectors: Floats, strangers: Floats, sorters: dict[About, Sorter]) -> None:
        self.vectors = vectors
        nearest = (vectors @ strangers.T).max(axis=1) if len(strangers) else np.zeros(len(vectors), np.float32)
        self.floors = np.clip(nearest, FLOOR, _HIGHEST_FLOOR).astype(np.float32)
        self.sorters = sorters

    def nearness(self, vectors: Floats) -> Floats:
        """[post, lesson]: 0 at the lesson's floor and under it, 1 for the same vector."""
        if vectors.shape[1] != self.vectors.shape[1]:
            return np.zeros((len(vectors), len(self.vectors)), dtype=np.float32)
        likeness = vectors @ self.vectors.T
        near: Floats = np.clip((likeness - self.floors) / (1 - self.floors), 0, 1)
        return near


class Layer:
    """The lessons of one workspace, newest last. Safe from several threads; made anew when a lesson is added or undone.

    `before` is the layer that this one replaces: what readers made of lessons in both is taken over.
    """

    def __init__(self, lessons: Sequence[Lesson], *, before: Layer | None = None) -> None:
        self.lessons = tuple(lessons[-MOST_LESSONS:])
        self._questions = question_votes(self.lessons)
        self._labels = {about: _labels(self.lessons, about) for about in _CHOICES}
        self._choices = {about: choice_votes(self.lessons, about, self._labels[about]) for about in _CHOICES}
        self._vectors: WeakKeyDictionary[Reader, dict[Lesson, Floats]] = WeakKeyDictionary()
        self._pictures: WeakKeyDictionary[Reader, _Picture] = WeakKeyDictionary()
        self._lock = Lock()
        if before is not None:
            with before._lock:
                self._vectors.update(before._vectors)

    def moved(self, scores: Scores, reader: Reader, readings: Sequence[Reading]) -> Scores:
        """`scores`, which `reader` made of `readings`, as the lessons move them, with what they say of departments and
        products."""
        picture = self._picture(reader)
        pulls = _STRENGTH * picture.nearness(scores.vectors) ** _POWER
        taught = Taught(self._said(pulls), *(self._shares(about, scores, pulls, picture, readings) for about in NAMED))
        return Scores(self._pulled(scores.probabilities, pulls), scores.vectors, taught)

    def why(self, post: PostText, reader: Reader, language: str | None = None, *, most: int = 10) -> list[Influence]:
        """The lessons that `reader` finds near a post, nearest first."""
        readings = [make_reading(post)]
        scores = reader.read(readings, [language])
        picture = self._picture(reader)
        near = picture.nearness(scores.vectors)[0]
        order = [place for place in np.argsort(-near, kind="stable")[:most].tolist() if near[place] > 0]
        likeness = scores.vectors[0] @ picture.vectors.T
        pulls = (_STRENGTH * near**_POWER)[None, :]
        return [
            Influence(
                self.lessons[place], round(float(likeness[place]), 4), self._moved_by(place, scores, pulls, picture)
            )
            for place in order
        ]

    def contradictions(self, reader: Reader, *, of: int | None = None, most: int = 50) -> list[Contradiction]:
        """Lessons on near-copies, or on the same words, that say opposite things, the likest first; with `of`, only
        those with the lesson of that id."""
        picture, words = self._picture(reader), [_words(lesson) for lesson in self.lessons]
        rows = [row for row, lesson in enumerate(self.lessons) if of is None or lesson.id == of]
        found = []
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            near = picture.nearness(picture.vectors[part])
            same = _same(words, part)
            for at, other in np.argwhere((near >= _NEAR) | same).tolist():
                row = part[at]
                if (other < row or of is not None) and disagree(self.lessons[row], self.lessons[other]):
                    likeness = 1.0 if same[at, other] else float(picture.vectors[row] @ picture.vectors[other])
                    found.append(Contradiction(self.lessons[row], self.lessons[other], round(likeness, 4)))
        return sorted(found, key=lambda pair: -pair.likeness)[:most]

    def sorter(self, about: About, reader: Reader) -> Sorter | None:
        """What was learnt of departments or products; None before there are enough examples."""
        return self._picture(reader).sorters.get(about)

    def _pulled(self, probabilities: Floats, pulls: Floats) -> Floats:
        found = probabilities.copy()
        evidence = pulls @ self._questions
        share = 1 - np.exp(-np.abs(evidence))
        found[:, _QUESTIONS] += share * ((evidence > 0) - found[:, _QUESTIONS])
        chosen, share = _margin(pulls @ self._choices[About.SENTIMENT])
        feelings = found[:, _FEELINGS]
        feelings += share[:, None] * (np.eye(len(FEELINGS), dtype=np.float32)[chosen] - feelings)
        return found

    def _said(self, pulls: Floats) -> dict[int, dict[str, str]]:
        """What lessons say of near-copies, by the place of the post."""
        said: dict[int, dict[str, str]] = {}
        for about in (About.INTENT, About.SENTIMENT):
            chosen, share = _margin(pulls @ self._choices[about])
            for row in np.flatnonzero(share >= _SURE).tolist():
                said.setdefault(row, {})[about.value] = self._labels[about][chosen[row]]
        evidence = pulls @ self._questions[:, QUESTIONS.index("spam")]
        for row in np.flatnonzero(1 - np.exp(-np.abs(evidence)) >= _SURE).tolist():
            said.setdefault(row, {})["spam"] = "yes" if evidence[row] > 0 else "no"
        return said

    def _shares(
        self, about: About, scores: Scores, pulls: Floats, picture: _Picture, readings: Sequence[Reading]
    ) -> Shares | None:
        """Shares of the workspace's own labels: what was learnt from the examples, then what near-copies say."""
        labels = self._labels[about]
        if not labels:
            return None
        sorter = picture.sorters.get(about)
        shares = np.zeros((len(readings), len(labels)), dtype=np.float32)
        if sorter is not None and scores.vectors.shape[1] == picture.vectors.shape[1]:
            learnt = [labels.index(label) for label in sorter.labels]
            shares[:, learnt] = sorter.shares(scores.vectors, letters(readings))
        chosen, share = _margin(pulls @ self._choices[about])
        shares += share[:, None] * (np.eye(len(labels), dtype=np.float32)[chosen] - shares)
        return Shares(labels, shares)

    def _chance_of(
        self, lesson: Lesson, scores: Scores, pulls: Floats, picture: _Picture, readings: Sequence[Reading]
    ) -> float:
        """How likely the lesson's own label is under these pulls."""
        if lesson.about in NAMED:
            shares = self._shares(lesson.about, scores, pulls, picture, readings)
            return 0.0 if shares is None else float(shares.values[0, shares.labels.index(lesson.label)])
        row = self._pulled(scores.probabilities, pulls)[0]
        if lesson.about in (About.INTENT, About.SENTIMENT):
            if lesson.label in COLUMN:
                return float(row[COLUMN[lesson.label]])
            return float(np.prod([1 - row[COLUMN[intent]] for intent in QUESTIONS[:5]]))
        yes = float(row[COLUMN[lesson.about.value]])
        return yes if lesson.label == "yes" else 1 - yes

    def _picture(self, reader: Reader) -> _Picture:
        with self._lock:
            picture = self._pictures.get(reader)
            if picture is None:
                vectors = self._read(reader)
                sorters = {about: Sorter(*told) for about in NAMED if (told := self._examples(about, vectors))}
                picture = self._pictures[reader] = _Picture(vectors, strangers_of(reader), sorters)
            return picture

    def _read(self, reader: Reader) -> Floats:
        """The vectors of all lessons; only those not met before are read."""
        known = self._vectors.get(reader, {})
        fresh = [lesson for lesson in self.lessons if lesson not in known]
        if fresh:
            read = reader.read([_reading(lesson) for lesson in fresh], [lesson.language for lesson in fresh]).vectors
            known = known | dict(zip(fresh, read, strict=True))
        kept = self._vectors[reader] = {lesson: known[lesson] for lesson in self.lessons}
        return np.stack([kept[lesson] for lesson in self.lessons])

    def _examples(self, about: About, vectors: Floats) -> tuple[Floats, Floats, list[str]] | None:
        rows = [row for row, lesson in enumerate(self.lessons) if lesson.about is about][-MOST_EXAMPLES:]
        labels = [self.lessons[row].label for row in rows]
        if not can_sort(labels):
            return None
        return vectors[rows], letters([_reading(self.lessons[row]) for row in rows]), labels


def _margin(evidence: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Floats]:
    """For each post the choice that most speaks for, and the share that its lead over the next is worth."""
    ranked = np.sort(evidence, axis=1)
    lead = ranked[:, -1] - (ranked[:, -2] if evidence.shape[1] > 1 else 0)
    return evidence.argmax(axis=1), (1 - np.exp(-lead)).astype(np.float32)


def _labels(lessons: tuple[Lesson, ...], about: About) -> tuple[str, ...]:
    """The labels that a choice is among: fixed ones in their order, else those that lessons name."""
    return labels_of(about) or tuple(sorted({lesson.label for lesson in lessons if lesson.about is about}))


def _reading(lesson: Lesson) -> Reading:
    return make_reading(PostText(text=lesson.text, title=lesson.title))


def _words(lesson: Lesson) -> tuple[str, ...]:
    return tuple(_reading(lesson).words)


def _same(words: Sequence[tuple[str, ...]], part: Sequence[int]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """[row of part, lesson]: do both say the same words?"""
    number = {said: place for place, said in enumerate(dict.fromkeys(words))}
    every = np.array([number[said] if said else -1 - row for row, said in enumerate(words)])
    return np.asarray(every[list(part)][:, None] == every[None, :])
