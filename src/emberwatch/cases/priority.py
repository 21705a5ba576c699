"""Who should hear from us first? One number from 0 to 100, the parts that make it up, and how much each may count."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from emberwatch.cases.policy import BadPolicy
from emberwatch.vocabulary.verdicts import Sentiment, Severity, Threat, Verdict, Vulnerability

FIRST: Final = 100
"""Kept for people who may harm themselves, so that nothing else can stand above or beside them."""

MOST: Final = FIRST - 1
MOST_WEIGHT: Final = 100

HALF_WAITED: Final = 120.0
"""Minutes of waiting that count for half of what waiting can count for: each further hour adds less."""

_WIDE: Final = 4.0
"""Powers of ten above ten people, from which reach counts in full."""
_REPOST_REACHES: Final = 50
_STORM: Final = 3.0
"""Powers of ten of further reposts an hour, from which a forecast counts in full."""
_HALF_DOUBLING: Final = 30.0
"""Minutes left until a post doubles that count for half of what a forecast can count for."""
_REOPENED, _UNHAPPY, _EARLIER, _MOST_EARLIER = 0.4, 0.3, 0.1, 3

VULNERABLE: Final = {
    Vulnerability.SELF_HARM: "may harm themselves",
    Vulnerability.BEREAVEMENT: "bereavement",
    Vulnerability.ILLNESS: "illness",
}
THREATS: Final = {Threat.LEGAL: "legal threat", Threat.PRESS: "press threat", Threat.CHURN: "may leave"}


def _weight(default: int, label: str, meaning: str) -> Any:
    return field(default=default, metadata={"label": label, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points that each part can add, from 0 (left out) to 100."""

    severity: int = _weight(48, "What is at stake", "In full for harm to people; a quarter less for each step below.")
    anger: int = _weight(15, "Anger", "In full for the angriest; unhappy without anger counts half.")
    waiting: int = _weight(
        15, "Waiting", "Half of it after two hours without an answer, and slowly more. Only while a deadline runs."
    )
    late: int = _weight(12, "Deadline passed", "All of it once an answer is late.")
    reach: int = _weight(18, "Reach", "Grows with followers and reposts, tenfold for each equal step.")
    forecast: int = _weight(15, "Spreading", "How far it is expected to go. Adds nothing where nobody can tell.")
    vulnerable: int = _weight(
        15, "Illness or bereavement", "All of it. Whoever may harm themselves comes first whatever is set here."
    )
    legal: int = _weight(8, "Legal or press threat", "All of it, on top of what is at stake.")
    churn: int = _weight(5, "May leave", "All of it when a customer says that they are going elsewhere.")
    history: int = _weight(
        10, "History", "Came back after the case was closed, earlier cases, an earlier one that could not be solved."
    )

    def stored(self) -> dict[str, int]:
        """As a workspace's policy keeps them."""
        return asdict(self)


def read_weights(policy: Mapping[str, Any]) -> Weights:
    """The weights of a workspace from its stored policy; what is not set has its default. Raises BadPolicy."""
    stored = policy.get("priority", {})
    if not isinstance(stored, dict):
        raise BadPolicy("The weights of priority cannot be read. Set them anew on the priority page of the settings.")
    known = {one.name: one.metadata["label"] for one in fields(Weights)}
    for name, value in stored.items():
        if name not in known:
            raise BadPolicy(f"Priority has no part named {name!r}. Its parts are {', '.join(known)}.")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_WEIGHT:
            raise BadPolicy(f"The weight of “{known[name]}” must be a whole number from 0 to 100, not {value!r}.")
    return replace(Weights(), **stored)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of posts that are being passed on; None where nobody can tell."""

    reposts_next_hour: int | None = None
    minutes_to_double: float | None = None


@dataclass(frozen=True, slots=True)
class Urgency:
    """What priority weighs. `followers` and `reposts` are None where the network hides them, `waited` (minutes) where
    nobody waits, `forecast` where none was made."""

    severity: Severity
    anger: float
    followers: int | None = None
    reposts: int | None = None
    waited: float | None = None
    late: bool = False
    vulnerable: frozenset[Vulnerability] = frozenset()
    threats: frozenset[Threat] = frozenset()
    reopened: bool = False
    earlier_cases: int = 0
    unhappy_before: bool = False
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing adds, and what it is in words."""

    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Priority:
    """A number and the parts that add up to it, largest first; where they come to more, the number ends at its cap."""

    number: int
    parts: tuple[Part, ...]

    def told(self) -> list[str]:
        """The parts as an agent reads them ("waiting over 3 h +9")."""
        lines = [f"{part.why} +{part.points}" for part in self.parts]
        over = self.number == MOST and sum(part.points for part in self.parts) > MOST
        return [*lines, f"more than there is room for, so {MOST}"] if over else lines


def priority(urgency: Urgency, weights: Weights = Weights()) -> Priority:
    """How urgent a case is; it never falls when any input or any weight grows."""
    parts = [Part(points, _WORDS[name](urgency)) for name, points in _points(urgency, weights) if points]
    if Vulnerability.SELF_HARM in urgency.vulnerable:
        parts.append(Part(FIRST, f"{VULNERABLE[Vulnerability.SELF_HARM]}: first in line, whatever else"))
    parts.sort(key=lambda part: -part.points)
    return Priority(number(urgency, weights), tuple(parts))


def number(urgency: Urgency, weights: Weights = Weights()) -> int:
    """The number of `priority` alone, for weighing many cases at once."""
    if Vulnerability.SELF_HARM in urgency.vulnerable:
        return FIRST
    return min(MOST, sum(points for _, points in _points(urgency, weights)))


def next_rise(waited: float, weights: Weights = Weights()) -> float | None:
    """After how many minutes of waiting in all, more than `waited`, waiting adds a further point; None for never."""
    most = weights.waiting
    share = (round(most * _waiting(waited)) + 0.5) / most if most else 1.0
    return HALF_WAITED * share / (1 - share) if share < 1 else None


def anger_of(verdict: Verdict) -> float:
    """How angry, from 0 to 1: the anger that was read, or half of a negative feeling without it. Where anger was not
    looked for, the negative feeling stands for it."""
    negative = verdict.sentiments.get(Sentiment.NEGATIVE.value)
    unhappy = float(negative if negative is not None else verdict.sentiment is Sentiment.NEGATIVE)
    anger = verdict.emotions.get("anger")
    return unhappy if anger is None else max(float(anger), unhappy / 2)


def _points(urgency: Urgency, weights: Weights) -> list[tuple[str, int]]:
    shares = {
        "severity": int(urgency.severity) / int(Severity.HARM),
        "anger": min(1.0, max(0.0, urgency.anger)),
        "waiting": _waiting(urgency.waited),
        "late": float(urgency.late),
        "reach": _reach(urgency.followers, urgency.reposts),
        "forecast": _spreading(urgency.forecast),
        "vulnerable": float(not urgency.vulnerable.isdisjoint(_FRAIL)),
        "legal": float(not urgency.threats.isdisjoint(_LOUD)),
        "churn": float(Threat.CHURN in urgency.threats),
        "history": _history(urgency),
    }
    return [(name, round(getattr(weights, name) * share)) for name, share in shares.items()]


_FRAIL = frozenset({Vulnerability.ILLNESS, Vulnerability.BEREAVEMENT})
_LOUD = frozenset({Threat.LEGAL, Threat.PRESS})


def _waiting(waited: float | None) -> float:
    minutes = max(0.0, waited or 0.0)
    return minutes / (minutes + HALF_WAITED)


def _reach(followers: int | None, reposts: int | None) -> float:
    people = max(0, followers or 0) + _REPOST_REACHES * max(0, reposts or 0)
    return min(1.0, max(0.0, math.log10(people + 1) - 1) / _WIDE)


def _spreading(forecast: Forecast | None) -> float:
    if forecast is None:
        return 0.0
    reposts, minutes = forecast.reposts_next_hour, forecast.minutes_to_double
    wide = min(1.0, math.log10(max(0, reposts or 0) + 1) / _STORM)
    soon = 0.0 if minutes is None else _HALF_DOUBLING / (max(0.0, minutes) + _HALF_DOUBLING)
    return max(wide, soon)


def _history(urgency: Urgency) -> float:
    earlier = _EARLIER * min(_MOST_EARLIER, max(0, urgency.earlier_cases))
    return min(1.0, _REOPENED * urgency.reopened + _UNHAPPY * urgency.unhappy_before + earlier)


def _told_reach(urgency: Urgency) -> str:
    told = [(urgency.followers, "follower"), (urgency.reposts, "repost")]
    return "reach: " + ", ".join(f"{many:,} {one}{'' if many == 1 else 's'}" for many, one in told if many)


def _told_forecast(urgency: Urgency) -> str:
    expected = urgency.forecast or Forecast()
    told = []
    if expected.minutes_to_double is not None:
        told.append(f"doubles in {max(0, round(expected.minutes_to_double))} min")
    if expected.reposts_next_hour:
        told.append(f"{expected.reposts_next_hour:,} more reposts expected within the hour")
    return "spreading: " + ", ".join(told)


def _told_history(urgency: Urgency) -> str:
    earlier = urgency.earlier_cases
    told = [
        (urgency.reopened, "came back after it was closed"),
        (urgency.unhappy_before, "an earlier case could not be solved"),
        (earlier > 0, "wrote to us before" if earlier == 1 else f"{earlier} earlier cases"),
    ]
    return ", ".join(words for true, words in told if true)


def waited_words(minutes: float) -> str:
    """A length of waiting that stays true while it grows."""
    whole = int(minutes)
    if whole < 60:
        return f"over {whole} min"
    return f"over {whole // 60} h" if whole < 48 * 60 else f"over {whole // 1440} days"


_WORDS: dict[str, Callable[[Urgency], str]] = {
    "severity": lambda urgency: f"severity {int(urgency.severity)}, {urgency.severity.label}",
    "anger": lambda urgency: "angry or unhappy",
    "waiting": lambda urgency: f"waiting {waited_words(urgency.waited or 0.0)}",
    "late": lambda urgency: "deadline passed",
    "reach": _told_reach,
    "forecast": _told_forecast,
    "vulnerable": lambda urgency: " and ".join(
        VULNERABLE[one] for one in VULNERABLE if one in urgency.vulnerable & _FRAIL
    ),
    "legal": lambda urgency: " and ".join(THREATS[one] for one in THREATS if one in urgency.threats & _LOUD),
    "churn": lambda urgency: THREATS[Threat.CHURN],
    "history": _told_history,
}
