"""Deadlines in business minutes, as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from emberwatch.cases.calendar import Calendar, NeverOpen
from emberwatch.cases.policy import BadPolicy, read_policy
from emberwatch.vocabulary.verdicts import Severity

BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_SIX = (((time(9), time(18)),),) * 5 + ((), ())
OFFICE = Calendar(BERLIN, NINE_TO_SIX, frozenset({date(2026, 5, 25)}))
SPLIT = Calendar(BERLIN, (((time(9), time(12)), (time(13), time(17))),) * 7)
NIGHT = Calendar(BERLIN, (((time(22), time(6)),),) * 7)
ALWAYS = Calendar(BERLIN, always=True)


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "due"),
    [
        (OFFICE, "2026-05-20 10:00", 30, "2026-05-20 10:30"),
        (OFFICE, "2026-05-20 08:00", 30, "2026-05-20 09:30"),
        (OFFICE, "2026-05-20 19:00", 30, "2026-05-21 09:30"),
        # Friday 17:50, the office closes at 18:00, Monday is a holiday
        (OFFICE, "2026-05-22 17:50", 30, "2026-05-26 09:20"),
        (OFFICE, "2026-05-20 09:00", 540, "2026-05-20 18:00"),
        (OFFICE, "2026-05-20 09:00", 541, "2026-05-21 09:01"),
        (OFFICE, "2026-05-20 18:00", 1, "2026-05-21 09:01"),
        (SPLIT, "2026-05-20 11:50", 30, "2026-05-20 13:20"),
        (NIGHT, "2026-05-20 23:30", 60, "2026-05-21 00:30"),
        (NIGHT, "2026-05-20 05:30", 60, "2026-05-20 22:30"),
        (ALWAYS, "2026-05-23 03:00", 15, "2026-05-23 03:15"),
        # leap day
        (Calendar(BERLIN, NINE_TO_SIX), "2028-02-28 17:30", 60, "2028-02-29 09:30"),
    ],
)
def test_deadline_counts_open_minutes(calendar: Calendar, start: str, minutes: int, due: str) -> None:
    assert calendar.add(at(start), minutes) == at(due)


def test_the_night_the_clocks_go_back_90_minutes_are_90_minutes() -> None:
    assert NIGHT.add(at("2026-10-25 02:30"), 90) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_the_night_the_clocks_go_forward_has_an_hour_less() -> None:
    # 22:00 to 06:00 is seven hours that night: 420 minutes from 22:00 is closing time
    assert NIGHT.add(at("2026-03-28 22:00"), 420) == at("2026-03-29 06:00")


def test_a_desk_that_never_opens_says_so() -> None:
    with pytest.raises(NeverOpen, match="Check the hours"):
        Calendar(BERLIN, ((),) * 7).add(at("2026-05-20 10:00"), 1)


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        ({"zone": "Mars/Olympus"}, "no time zone named"),
        ({"week": []}, "seven days"),
        ({"week": [[["25:00", "26:00"]]] * 7}, "cannot be read"),
        ({"holidays": ["2026-02-30"]}, "cannot be read"),
        ({"targets": {"4": {"first": 1}}}, "cannot be read"),
    ],
)
def test_a_bad_policy_is_refused_in_words(stored: dict[str, object], says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        read_policy(stored, "UTC")


def test_harm_is_answered_round_the_clock_and_opinion_in_open_hours() -> None:
    policy = read_policy({}, "Europe/Berlin")
    sunday_night = at("2026-05-24 23:00")
    assert policy.first_answer_due(Severity.HARM, sunday_night).at == at("2026-05-24 23:15")
    assert policy.first_answer_due(Severity.INCONVENIENCE, sunday_night).at == at("2026-05-25 10:00")
    assert "round the clock" in policy.first_answer_due(Severity.HARM, sunday_night).why


def test_a_shift_across_midnight_is_open_on_both_sides() -> None:
    assert NIGHT.is_open(at("2026-05-20 23:00"))
    assert NIGHT.is_open(at("2026-05-21 05:59"))
    assert not NIGHT.is_open(at("2026-05-21 06:00"))
