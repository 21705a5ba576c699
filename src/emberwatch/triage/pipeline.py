"""The one way a post is understood: read quickly, those that matter closely, then every stage in its order."""

from __future__ import annotations

from collections.abc import Sequence

from emberwatch.triage.deep import shipped as shipped_deep
from emberwatch.triage.fast import shipped as shipped_fast
from emberwatch.triage.interface import (
    MODELS_READ_AT,
    MOST_REASONS,
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
from emberwatch.triage.layer import Contradiction, Influence
from emberwatch.triage.registry import stages
from emberwatch.triage.scores import Reader, Scores, spoken_for
from emberwatch.triage.tiers import Effort, chosen
from emberwatch.vocabulary.verdicts import Reason, Tier, Verdict

__all__ = ["BrandTerms", "Effort", "Failed", "PostText", "Setting", "Triage"]


class Triage:
    """Labels posts for one workspace. Made once and kept; labelling is pure and safe from several threads.

    `deep` is read from the disk when a post is first read closely; it may be given, as `fast` may, by tests and
    by training.
    """

    def __init__(
        self,
        setting: Setting | Sequence[BrandTerms] = (),
        *,
        kinds: Sequence[type[Stage]] | None = None,
        fast: Reader | None = None,
        deep: Reader | None = None,
    ) -> None:
        self.setting = setting if isinstance(setting, Setting) else Setting(brands=tuple(setting))
        made = [kind(self.setting) for kind in (stages() if kinds is None else kinds)]
        self._before = [stage for stage in made if stage.order < MODELS_READ_AT]
        self._after = [stage for stage in made if stage.order >= MODELS_READ_AT]
        self._fast = fast or shipped_fast()
        self._deep = deep

    def label(self, post: PostText, effort: Effort = Effort.AUTO) -> Verdict | Failed:
        """The verdict on one post, or why there is none."""
        return self.label_many([post], effort)[0]

    def label_many(
        self, posts: Sequence[PostText], effort: Effort = Effort.AUTO, *, room: int | None = None
    ) -> list[Verdict | Failed]:
        """A verdict for each post, in order; a post on which a stage fails gets Failed and costs no other its verdict.

        `room` is how many posts may be read closely under AUTO, None for those that matter. Time is linear in the
        length of the texts. Rules read the first 100,000 characters of a post, models the first 2,000. Reasons in the
        verdicts are those of the rules; `explain` gives those of the models.
        """
        results: list[Verdict | Failed] = [Failed("", "not read")] * len(posts)
        try:
            readings = [make_reading(post) for post in posts]
            self._label(readings, list(range(len(posts))), results, effort, room)
        except _StageFailed:
            for index, post in enumerate(posts):
                try:
                    self._label([make_reading(post)], [index], results, effort, room)
                except _StageFailed as failure:
                    results[index] = Failed(failure.stage, failure.reason)
        return results

    def explain(self, post: PostText, verdict: Verdict) -> dict[str, tuple[Reason, ...]]:
        """The words behind every label that `verdict` says yes to, those of the rules and those of the model that read
        the post; words of the title are left out."""
        reading = make_reading(post)
        heads = spoken_for(verdict, self.setting.thresholds)
        reader = self._reader_of(verdict)
        told = reader.words(reading, verdict.language, list(heads.values()), MOST_REASONS) if reading.words else []
        said = {label: words for label, words in zip(heads, told, strict=False) if words}
        return {**said, **verdict.reasons}

    def lessons_of(self, post: PostText, verdict: Verdict) -> list[Influence]:
        """The workspace's lessons that are near this post as the model that read it sees them, nearest first."""
        if self.setting.layer is None:
            return []
        return self.setting.layer.why(post, self._reader_of(verdict), verdict.language)

    def contradictions(self, *, of: int | None = None) -> list[Contradiction]:
        """The workspace's lessons that contradict each other; with `of`, only those with the lesson of that id."""
        return [] if self.setting.layer is None else self.setting.layer.contradictions(self._fast, of=of)

    def _label(
        self,
        readings: list[Reading],
        places: list[int],
        results: list[Verdict | Failed],
        effort: Effort,
        room: int | None,
    ) -> None:
        drafts = [Draft() for _ in readings]
        batch = Batch(readings, drafts)
        self._run(self._before, batch)
        try:
            batch.fill(self._read(batch, effort, room))
        except Exception as error:
            raise _StageFailed("models", f"{type(error).__name__}: {error}") from error
        self._run(self._after, batch)
        for place, draft in zip(places, drafts, strict=True):
            deep = draft.tier is Tier.DEEP and self._deep
            results[place] = draft.verdict(deep.name if deep else self._fast.name)

    def _run(self, stages: Sequence[Stage], batch: Batch) -> None:
        for stage in stages:
            try:
                stage.read(batch)
            except Exception as error:
                raise _StageFailed(stage.name, f"{type(error).__name__}: {error}") from error

    def _read(self, batch: Batch, effort: Effort, room: int | None) -> Scores:
        """What the models make of the posts, and the workspace's own layer after them."""
        layer = self.setting.layer
        languages = [draft.language for draft in batch.drafts]
        scores = self._fast.read(batch.readings, languages)
        ours = [draft.about_us for draft in batch.drafts] if self.setting.brands else None
        closely = chosen(scores.probabilities, batch.readings, effort, room, ours)
        if layer is not None:
            scores = layer.moved(scores, self._fast, batch.readings)
        if len(closely):
            reader = self._deep_reader()
            places = closely.tolist()
            readings = [batch.readings[place] for place in places]
            deep = reader.read(readings, [languages[place] for place in places])
            scores.put(closely, deep if layer is None else layer.moved(deep, reader, readings))
            for place in places:
                batch.drafts[place].tier = Tier.DEEP
        return scores

    def _reader_of(self, verdict: Verdict) -> Reader:
        return self._deep_reader() if verdict.tier is Tier.DEEP else self._fast

    def _deep_reader(self) -> Reader:
        if self._deep is None:
            self._deep = shipped_deep()
        return self._deep


class _StageFailed(Exception):
    """A stage or a model raised; carries its name and the reason out of the batch."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(stage, reason)
        self.stage = stage
        self.reason = reason
