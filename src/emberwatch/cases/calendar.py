"""Business time: what the desk's opening hours make of a number of minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Shift = tuple[time, time]
LONGEST_SEARCH = 370
"""Days ahead that are looked at for an open hour before we say that the desk never opens."""


class NeverOpen(ValueError):
    """These hours hold no open minute in a year."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the desk is open, in its own zone. `week` has seven entries, Monday first, each the day's open spans in
    order; `holidays` are closed all day; `always` means round the clock. A span that ends at 00:00 ends at
    midnight."""

    zone: ZoneInfo
    week: tuple[tuple[Shift, ...], ...] = ()
    holidays: frozenset[date] = frozenset()
    always: bool = False

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment by which `minutes` of open time have passed since `start` (aware; answered in UTC).

        Counts real minutes: the night the clocks change has 23 or 25 hours. Raises NeverOpen.
        """
        if self.always:
            return start.astimezone(UTC) + timedelta(minutes=minutes)
        left = timedelta(minutes=minutes)
        cursor = start.astimezone(UTC)
        day = start.astimezone(self.zone).date() - timedelta(days=1)  # last night's shift may still run
        for _ in range(LONGEST_SEARCH):
            for opens, closes in self._open_on(day):
                begin = max(opens, cursor)
                if begin < closes:
                    if closes - begin >= left:
                        return begin + left
                    left -= closes - begin
            day += timedelta(days=1)
        raise NeverOpen("The desk's hours hold no open time in the coming year. Check the hours in the settings.")

    def is_open(self, at: datetime) -> bool:
        """Is somebody at the desk at this moment?"""
        today = at.astimezone(self.zone).date()
        spans = self._open_on(today - timedelta(days=1)) + self._open_on(today)
        return self.always or any(opens <= at < closes for opens, closes in spans)

    def _open_on(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.holidays:
            return []
        return [self._span(day, opens, closes) for opens, closes in self.week[day.weekday()]]

    def _span(self, day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
        last_day = day + timedelta(days=1) if closes <= opens else day
        begin = datetime.combine(day, opens, self.zone)
        end = datetime.combine(last_day, closes, self.zone)
        return begin.astimezone(UTC), end.astimezone(UTC)
