"""Cases from before priority knew of history and time get both, and an upgrade can be taken back."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import call_command

from emberwatch.cases.actions import work
from emberwatch.cases.actions.reweigh import reweigh_due
from emberwatch.cases.states import Outcome
from emberwatch.engine.clock import now as this_moment
from emberwatch.listening.models import Source
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Person
from tests.cases.rig import again, hear
from tests.making import said, verdict

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_upgrade_fills_in_what_was_not_known(source: Source, ana: Person, now: datetime) -> None:
    first, second, third = hear(
        source,
        (said(1, "@larkfield the crib rail is cracked"), verdict()),
        (said(2, "@larkfield charged twice on my card", minutes=1), verdict()),
        (said(3, "@larkfield that kettle melted", by="jo", minutes=2), verdict()),
        now=now,
    )
    work.close(first.workspace, first.pk, Outcome.UNSOLVED, by=ana, seen_version=None, now=now)
    work.correct_severity(third.workspace, third.pk, Severity.LAW, by=ana, now=now)
    call_command("migrate", "cases", "0004", verbosity=0)
    call_command("migrate", "cases", verbosity=0)
    known = [again(case) for case in (first, second, third)]
    assert [case.earlier_cases for case in known] == [0, 1, 0]
    assert [case.unhappy_before for case in known] == [False, True, False]
    assert [case.severity_set for case in known] == [False, False, True]
    assert [case.weigh_at is None for case in known] == [True, False, False]
    assert reweigh_due(now=this_moment()) == 2
    assert again(second).priority == second.priority + 15 + 3
