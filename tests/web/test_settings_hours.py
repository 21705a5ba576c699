"""Hours and deadlines: what people write, what is stored, what the desk makes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from emberwatch.cases.policy import DEFAULT_TARGETS, read_policy
from emberwatch.cases.settings_forms import DAYS, read_day
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Workspace

HOURS = "/w/larkfield/settings/hours/"


@pytest.fixture
def manager(client: Client, ruth) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(ruth)
    return client


def filled(**changes: str) -> dict[str, str]:
    """The form as a person would send it."""
    told = {"zone": "Europe/Dublin", "holidays": "", "join_days": "14"}
    told |= {f"day_{index}": "09:00-17:00" for index in range(len(DAYS))}
    for severity, target in DEFAULT_TARGETS.items():
        told |= {f"first_{severity}": str(target["first"]), f"next_{severity}": str(target["next"])}
        told |= {f"business_{severity}": "on"} if target["business_hours"] else {}
    return {**told, **changes}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", []),
        ("08:00-20:00", [["08:00", "20:00"]]),
        (" 8:00 – 12.30 , 13:00 to 18:00", [["08:00", "12:30"], ["13:00", "18:00"]]),
        ("18:00-00:00", [["18:00", "00:00"]]),
    ],
)
def test_a_day_is_read_as_people_write_it(written, read):
    assert read_day(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "nine to five",
        "25:00-26:00",
        "10:00-09:00",
        "08:00-12:00, 11:00-14:00",
        "18:00-00:00, 08:00-09:00",
        "08:00",
        "-",
    ],
)
def test_what_is_no_span_is_refused_in_words(written):
    with pytest.raises(ValueError, match=r"span|earlier one first"):
        read_day(written)


def test_what_is_saved_is_what_deadlines_follow(manager, workspace):
    manager.post(HOURS, filled(day_2="09:00-12:00, 13:00-17:00", holidays="2026-03-05\n", first_2="90"))
    stored = Workspace.objects.get(pk=workspace.pk)
    policy = read_policy(stored.policy, stored.zone)
    wednesday = datetime(2026, 3, 4, 11, 30, tzinfo=UTC)
    assert policy.first_answer_due(Severity.MONEY, wednesday).at == datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
    late = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert policy.first_answer_due(Severity.MONEY, late).at == datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
    assert 'value="09:00-12:00, 13:00-17:00"' in manager.get(HOURS).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({f"day_{index}": "" for index in range(7)}, "never open"),
        ({"day_3": "all day"}, "is not a span of hours"),
        ({"holidays": "Christmas"}, "is not a date"),
        ({"zone": "Moon/Base"}, "Select a valid choice"),
        ({"first_4": "0"}, "greater than or equal to 1"),
        ({"first_4": ""}, "This field is required"),
        ({"join_days": "9999"}, "less than or equal to 365"),
    ],
)
def test_what_cannot_hold_is_said_and_not_stored(manager, workspace, changes, said):
    assert said in manager.post(HOURS, filled(**changes)).content.decode()
    assert Workspace.objects.get(pk=workspace.pk).policy == {}


def test_always_open_needs_no_days(manager, workspace):
    manager.post(HOURS, filled(always="on", **{f"day_{index}": "" for index in range(7)}))
    assert Workspace.objects.get(pk=workspace.pk).policy["always"] is True


def test_an_agent_may_not_change_hours(ana, workspace):
    browser = Client()
    browser.force_login(ana)
    assert browser.post(HOURS, filled()).status_code == 403
    assert Workspace.objects.get(pk=workspace.pk).policy == {}
