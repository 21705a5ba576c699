"""Writes the model card."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from emberwatch.training.figures import Figure

_TOP = """# The linear model

Written by `make train`; do not edit by hand. Model `{name}`, {size:.1f} MB, trained and measured in {minutes:.1f}
minutes of one core's time, without chance (fixed folds, no random start).

One table of hashed features (words, word pairs, letter groups of 3 to 5; 2^18 buckets) with seven heads: negative,
neutral, positive (softmax), and complaint, question, praise, spam (one logistic each). Probabilities are calibrated
on posts held out from fitting: one temperature for the feelings, one line (Platt) for each other head.

## Data
Sentiment: SemEval 2013-16 tweets, UMSAB (eight languages: Arabic, English, French, German, Hindi in Latin letters,
Italian, Portuguese, Spanish), US airline tweets. Complaint: the complaint posts of Preotiuc-Pietro et al. (2019), US
airline tweets. Question: UMSAB, US airline tweets, BANKING77, complaints, GoEmotions; the label is whether the author
wrote a question mark, which is taken away first. Praise: US airline tweets, GoEmotions, complaints. Spam: YouTube
comments, SMS, and customers' posts as what spam is not. Handles, addresses and numbers were masked in all of them. No
row of any set is in this repository.

{leak}

## Figures (per cent), on posts not seen in training
| task | metric | posts | this model | plain TF-IDF with logistic regression | remarks |
|---|---|---|---|---|---|
"""

_BOTTOM = """
The figures are of the model alone. The stages add rules (a question mark makes a question; in languages other than
English a complaint is a negative post), which these sets cannot measure.

The kinds of features, the strength of regularisation and the temperature were chosen with an eye on these same rows, so
expect a little less on the official tests, which were not available. Question and praise have labels that are only
stand-ins, so no figure is given for them; severity and personal data are rules, tested by tables.

## Limits and bias
- Complaint, praise and spam were learnt from English only. Other languages lean on the feelings head, which is weak:
  three classes, eight languages, about half right by macro F1. Languages beyond the eight are close to guessing.
- Hindi was seen in Latin letters only, mixed with English.
- Posts full of numbers look like the advertisements of the SMS set; the spam stage discounts likely complaints for it.
- The tweets are of 2011 to 2016, the airlines those of the United States in one February week. Newer words, emoji and
  manners of speech, and other trades, are less well known.
- Sarcasm is not understood, only the words that often go with it.
- The feelings were fitted with classes balanced, so neutral is chosen less often than it occurs.
- Ways of writing of some groups (dialect, reclaimed words) are known to be taken for anger by models of this kind; it
  was not measured here. An agent sees the words that led to each label and can correct it.
- Nothing irreversible may follow from these labels alone.
"""


def write_card(name: str, size: int, seconds: float, leak: str, figures: Sequence[Figure]) -> str:
    """The card's text, figures in per cent."""
    top = _TOP.format(name=name, size=size / 1e6, minutes=seconds / 60, leak=textwrap.fill(leak, 118))
    lines = [
        f"| {figure.task} | {figure.metric} | {figure.rows:,} | {figure.ours * 100:.1f} | {figure.plain * 100:.1f} "
        f"| {figure.note} |"
        for figure in figures
    ]
    return top + "\n".join(lines) + "\n" + _BOTTOM
