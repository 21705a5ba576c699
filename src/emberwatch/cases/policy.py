"""The desk's promise: how soon each kind of case hears from us. Read from a workspace's stored policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emberwatch.cases.calendar import Calendar
from emberwatch.vocabulary.verdicts import Severity


class BadPolicy(ValueError):
    """The stored hours or targets cannot be read; the message says which."""


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes until the first and each next answer, and whether only open hours count."""

    first: int
    next: int
    business_hours: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: `at` in UTC, `why` in words an agent understands."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Deadlines by severity, and the hours they run in. `join_days` is how long after its last word a customer's
    case still takes in new posts about the same problem."""

    calendar: Calendar
    targets: dict[Severity, Target]
    join_days: int = 14

    def clock_runs(self, written: datetime, heard: datetime) -> bool:
        """Does a promise run for a post written then and heard now? Not for what was old news when we heard it, such
        as an imported archive: nobody is waiting for an answer to it today."""
        return heard - written <= timedelta(days=self.join_days)

    def first_answer_due(self, severity: Severity, since: datetime) -> Due:
        """When a customer who complained at `since` must have heard from us."""
        return self._due(severity, since, self.targets[severity].first, "first answer")

    def next_answer_due(self, severity: Severity, since: datetime) -> Due:
        """When a customer who wrote again at `since` must hear from us."""
        return self._due(severity, since, self.targets[severity].next, "next answer")

    def _due(self, severity: Severity, since: datetime, minutes: int, what: str) -> Due:
        business = self.targets[severity].business_hours
        calendar = self.calendar if business else Calendar(self.calendar.zone, always=True)
        hours = "of open time" if business and not self.calendar.always else "round the clock"
        return Due(
            calendar.add(since, minutes),
            f"{what} within {minutes} min {hours} for severity {int(severity)} ({severity.label})",
        )


DEFAULT_WEEK = [[["08:00", "20:00"]]] * 5 + [[["09:00", "17:00"]]] * 2
DEFAULT_TARGETS = {
    "4": {"first": 15, "next": 15, "business_hours": False},
    "3": {"first": 30, "next": 60, "business_hours": False},
    "2": {"first": 60, "next": 120, "business_hours": True},
    "1": {"first": 120, "next": 240, "business_hours": True},
    "0": {"first": 480, "next": 480, "business_hours": True},
}


def read_policy(stored: dict[str, Any], zone: str) -> Policy:
    """A policy from a workspace's settings; what is not set has the defaults above. Raises BadPolicy."""
    try:
        week = tuple(tuple(_shift(span) for span in day) for day in stored.get("week", DEFAULT_WEEK))
        if len(week) != 7:
            raise BadPolicy("The week must have seven days, Monday first.")
        calendar = Calendar(
            ZoneInfo(stored.get("zone") or zone),
            week,
            frozenset(date.fromisoformat(day) for day in stored.get("holidays", [])),
            always=bool(stored.get("always", False)),
        )
        given = {**DEFAULT_TARGETS, **stored.get("targets", {})}
        targets = {severity: Target(**given[str(int(severity))]) for severity in Severity}
        return Policy(calendar, targets, int(stored.get("join_days", 14)))
    except ZoneInfoNotFoundError as error:
        raise BadPolicy(f"There is no time zone named {error}. Use a name such as Europe/Dublin.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadPolicy(f"The desk's hours or deadlines cannot be read: {error}.") from error


def _shift(span: list[str]) -> tuple[time, time]:
    opens, closes = span
    return time.fromisoformat(opens), time.fromisoformat(closes)
