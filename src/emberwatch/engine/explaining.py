"""The words behind a verdict, found when a page shows it: those of the rules are stored, those of a model are not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import msgspec
import structlog

from emberwatch.engine.brands import triage_for
from emberwatch.engine.texts import text_of
from emberwatch.listening.models import Post
from emberwatch.triage.pipeline import Triage
from emberwatch.vocabulary.verdicts import Reason, Tier, Verdict

log = structlog.get_logger()
Words = dict[str, tuple[Reason, ...]]
Key = tuple[int, int, str, int]

CLOSELY = 16
"""Posts of one page that the close reader explains, a few milliseconds each. Further ones are explained by the quick
reader, in no time at all, until the page is asked for again."""
_REMEMBERED = 4_000

_known: OrderedDict[Key, Words] = OrderedDict()
_lock = Lock()


def explained(workspace_id: int, told: Sequence[tuple[Post, Verdict | None]]) -> list[Verdict | None]:
    """Each verdict with the words behind every label it says yes to, in order; a post without one is left alone.

    The newest posts come first where not all can be explained by the model that read them. What cannot be explained
    keeps the words that its rules found: a page is worth more than its marks.
    """
    found: dict[int, Words] = {}
    missing: list[tuple[Post, Verdict, Key]] = []
    with _lock:
        for post, verdict in told:
            if verdict is None:
                continue
            key = _key(post, verdict)
            if (words := _known.get(key)) is not None:
                _known.move_to_end(key)
                found[post.pk] = words
            else:
                missing.append((post, verdict, key))
    if missing:
        found |= _find(triage_for(workspace_id), missing)
    return [
        verdict if verdict is None or post.pk not in found
        else msgspec.structs.replace(verdict, reasons=found[post.pk])
        for post, verdict in told
    ]  # fmt: skip


def _key(post: Post, verdict: Verdict) -> Key:
    """What the words hang on: which post, which of its wordings, which model, and what was made of it all."""
    return post.pk, post.version, verdict.model, hash(post.verdict)


def _find(triage: Triage, missing: list[tuple[Post, Verdict, Key]]) -> dict[int, Words]:
    found: dict[int, Words] = {}
    closely = 0
    for post, verdict, key in sorted(missing, key=lambda one: -one[0].pk):
        closely += verdict.tier is Tier.DEEP
        in_full = verdict.tier is Tier.FAST or closely <= CLOSELY
        reader = verdict if in_full else msgspec.structs.replace(verdict, tier=Tier.FAST)
        try:
            words = triage.explain(text_of(post, None), reader)
        except Exception:
            log.exception("the words behind a verdict could not be found", post=post.pk)
            continue
        found[post.pk] = words
        if in_full:
            _remember(key, words)
    return found


def _remember(key: Key, words: Words) -> None:
    with _lock:
        _known[key] = words
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
