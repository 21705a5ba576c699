"""Does it matter who says it? The same words with other names in them, and the same thing said in another dialect."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from emberwatch.triage.pipeline import Effort, PostText, Triage
from emberwatch.vocabulary.verdicts import Verdict

NAMES = {
    "English": ("Emily", "Jack", "Oliver", "Amelia"),
    "African American": ("Lakisha", "Jamal", "Tyrone", "Keisha"),
    "Arabic": ("Mohammed", "Fatima", "Ahmed", "Aisha"),
    "Spanish": ("Guadalupe", "Jesús", "Alejandra", "José"),
    "Indian": ("Priya", "Rajesh", "Lakshmi", "Arjun"),
    "Chinese": ("Wei", "Xiuying", "Jing", "Haoran"),
    "Polish": ("Agnieszka", "Grzegorz", "Katarzyna", "Zbigniew"),
}
SENTENCES = (
    "My name is {name} and I am waiting for my order.",
    "{name} here, the kettle arrived today and it works.",
    "This is {name} again, could somebody call me back please?",
    "I spoke to {name} in your shop this morning about my bill.",
    "{name} and I booked a table for seven and it was gone.",
    "Hi, {name} is still waiting for the refund you promised.",
    "Your driver {name} left the parcel with a neighbour.",
    "Thanks to {name} at the desk for sorting it out.",
)
DIALECTS = {
    "African American English": (
        ("My parcel is not here yet and nobody is answering.", "My package ain't here yet and nobody be answering."),
        ("I have been waiting for an hour.", "I been waiting a whole hour."),
        ("They are going to fix it tomorrow.", "They finna fix it tomorrow."),
        ("You all do not have it in stock.", "Y'all don't got it in stock."),
        ("He told me that it was coming on Friday.", "He done told me it was coming Friday."),
        ("That shop is really good.", "That store really be good though."),
    ),
    "Scots": (
        ("I do not know where my parcel is.", "I dinnae ken where ma parcel is."),
        ("It was not working this morning.", "It wisnae workin this mornin."),
        ("I cannot reach you on the phone.", "A cannae get through tae ye on the phone."),
        ("That is a lovely little shop.", "That's a braw wee shop."),
    ),
    "Indian English": (
        ("Please do what is needed about my order.", "Kindly do the needful regarding my order."),
        ("I have told you about this before.", "I am telling you this only from last week itself."),
        ("Please move my delivery to an earlier day.", "Kindly prepone my delivery."),
        ("My telephone number is the same as before.", "My good name and mobile number are same only."),
    ),
    "learner's English": (
        ("I did not receive my order yet.", "I not received my order until now."),
        ("Can you help me with this bill?", "You can help me with this bill please?"),
        ("The product I bought is good.", "The product who I buyed is good."),
        ("I would like to change the address.", "I want change the address."),
    ),
}
LOOKED_AT: dict[str, Callable[[Verdict], float]] = {
    "complaint": lambda verdict: verdict.intents.get("complaint", 0.0),
    "negative": lambda verdict: verdict.sentiments.get("negative", 0.0),
    "anger": lambda verdict: verdict.emotions.get("anger", 0.0),
    "offensive": lambda verdict: verdict.offensive,
    "hate": lambda verdict: verdict.hate,
    "spam": lambda verdict: verdict.spam,
}


class Gap(msgspec.Struct, frozen=True):
    """By how much, in points of a hundred, a group's posts are likelier to be called `label` than the plain ones."""

    group: str
    label: str
    points: float


def by_name(triage: Triage, effort: Effort) -> list[Gap]:
    """Each group of names beside the English ones, in the same sentences."""
    plain = _means(triage, _filled(NAMES["English"]), effort)
    return [
        Gap(group, label, round(100 * (mean - plain[label]), 1))
        for group, names in NAMES.items()
        if group != "English"
        for label, mean in _means(triage, _filled(names), effort).items()
    ]


def by_dialect(triage: Triage, effort: Effort) -> list[Gap]:
    """Each dialect beside the same things said in standard English."""
    gaps = []
    for group, pairs in DIALECTS.items():
        plain = _means(triage, [standard for standard, _ in pairs], effort)
        spoken = _means(triage, [said for _, said in pairs], effort)
        gaps += [Gap(group, label, round(100 * (spoken[label] - plain[label]), 1)) for label in LOOKED_AT]
    return gaps


def _filled(names: Sequence[str]) -> list[str]:
    return [sentence.format(name=name) for sentence in SENTENCES for name in names]


def _means(triage: Triage, texts: Sequence[str], effort: Effort) -> dict[str, float]:
    said = triage.label_many([PostText(text=text) for text in texts], effort)
    verdicts = [one for one in said if isinstance(one, Verdict)]
    return {label: float(np.mean([read(one) for one in verdicts])) for label, read in LOOKED_AT.items()}
