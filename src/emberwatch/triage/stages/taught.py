"""What people of the workspace said of a near-copy of this very post speaks last, after models and rules."""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.layer_said import changes
from emberwatch.triage.layer_votes import About
from emberwatch.vocabulary.verdicts import Vulnerability

_SURE = 0.97
"""A person's word on nearly the same words: sure, but not as sure as on the same post."""


class TaughtStage:
    """Rules speak for the many, and moved probabilities may not be enough to overrule them (a question mark); a
    person's word on nearly the same words is. It never makes little of somebody who may harm themselves."""

    name: ClassVar[str] = "taught"
    order: ClassVar[int] = 90

    def __init__(self, setting: Setting) -> None:
        """All that depends on the workspace is in its layer."""

    def read(self, batch: Batch) -> None:
        """Set intent, sentiment and spam where people said what they are."""
        taught = batch.scores.taught
        for row, said in taught.said.items() if taught else ():
            draft = batch.drafts[row]
            for about, label in said.items():
                if about != About.SENTIMENT and Vulnerability.SELF_HARM in draft.vulnerable:
                    continue
                for field, value in changes(draft, About(about), label, _SURE).items():
                    setattr(draft, field, value)
