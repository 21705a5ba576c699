"""Readers with set answers in place of the shipped models, so that all that differs was taught."""

from __future__ import annotations

import pytest

from emberwatch.engine import brands
from emberwatch.listening import learnt
from emberwatch.listening.pages import learnt as learnt_page
from emberwatch.listening.pages import topics
from emberwatch.triage import pipeline
from emberwatch.vocabulary.verdicts import Tier
from tests.triage.readers import Stub

CHANCES = {"complaint": 0.9, "anger": 0.8, "neutral": 0.1, "negative": 0.8, "positive": 0.1, "sarcasm": 0.2}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Every post is an angry complaint to these readers, whatever it says."""
    fast, deep = Stub(CHANCES, width=512), Stub(CHANCES, tier=Tier.DEEP, width=600)
    monkeypatch.setattr(pipeline, "shipped_fast", lambda: fast)
    monkeypatch.setattr(pipeline, "shipped_deep", lambda: deep)
    for page in (learnt_page, topics):
        monkeypatch.setattr(page, "shipped", lambda: fast)
    for kept in (brands._kept, learnt._kept):
        kept.clear()
    return fast
