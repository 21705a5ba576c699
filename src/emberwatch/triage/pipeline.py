"""The one way a post is understood: every stage in its order, a whole batch at a time."""

from __future__ import annotations

from collections.abc import Sequence

from emberwatch.triage.interface import (
    Batch,
    BrandTerms,
    Draft,
    Failed,
    PostText,
    Reading,
    Setting,
    Stage,
    make_reading,
)
from emberwatch.triage.model import Model, shipped
from emberwatch.triage.registry import stages
from emberwatch.vocabulary.verdicts import Verdict

__all__ = ["BrandTerms", "Failed", "PostText", "Triage"]


class Triage:
    """Labels posts for a set of brands. Made once and kept; labelling is pure and safe from several threads."""

    def __init__(
        self,
        brands: Sequence[BrandTerms],
        *,
        kinds: Sequence[type[Stage]] | None = None,
        model: Model | None = None,
    ) -> None:
        setting = Setting(tuple(brands))
        self._stages = [kind(setting) for kind in (stages() if kinds is None else kinds)]
        self._model = model or shipped()

    def label(self, post: PostText) -> Verdict | Failed:
        """The verdict on one post, or why there is none."""
        return self.label_many([post])[0]

    def label_many(self, posts: Sequence[PostText]) -> list[Verdict | Failed]:
        """A verdict for each post, in order; a post on which a stage fails gets Failed and costs no other its verdict.

        Time is linear in the length of the texts. Rules read the first 100,000 characters of a post, models the
        first 2,000.
        """
        results: list[Verdict | Failed] = [Failed("", "not read")] * len(posts)
        try:
            readings = [make_reading(post) for post in posts]
            self._label(readings, list(range(len(posts))), results)
        except _StageFailed:
            for index, post in enumerate(posts):
                try:
                    self._label([make_reading(post)], [index], results)
                except _StageFailed as failure:
                    results[index] = Failed(failure.stage, failure.reason)
        return results

    def _label(self, readings: list[Reading], places: list[int], results: list[Verdict | Failed]) -> None:
        drafts = [Draft() for _ in readings]
        batch = Batch(readings, drafts, self._model)
        for stage in self._stages:
            try:
                stage.read(batch)
            except Exception as error:
                raise _StageFailed(stage.name, f"{type(error).__name__}: {error}") from error
        for place, draft in zip(places, drafts, strict=True):
            results[place] = draft.verdict(self._model.name)


class _StageFailed(Exception):
    """A stage raised; carries its name and the reason out of the batch."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(stage, reason)
        self.stage = stage
        self.reason = reason
