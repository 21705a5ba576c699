"""Cases that were there before: what priority needs to know of their customers, and that they are to be weighed."""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

EARLIER = (
    "SELECT count(*) FROM cases_case AS other WHERE other.customer_id = cases_case.customer_id"
    " AND other.id < cases_case.id AND other.merged_into_id IS NULL"
)


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Count earlier cases, find severities that a person set, and leave open cases to the clock."""
    editor.execute(f"UPDATE cases_case SET earlier_cases = ({EARLIER})")  # noqa: S608
    editor.execute(
        f"UPDATE cases_case SET unhappy_before = true WHERE EXISTS ({EARLIER.replace('count(*)', '1')}"  # noqa: S608
        " AND other.outcome = 'unsolved')"
    )
    facts = apps.get_model("journal", "FactRow")._base_manager.filter(kind="CaseCorrected")
    corrected = {int(subject.partition(":")[2]) for subject in facts.values_list("subject", flat=True)}
    cases = apps.get_model("cases", "Case")._base_manager
    for key in corrected:
        cases.filter(pk=key).update(severity_set=True)
    cases.exclude(state="closed").update(weigh_at=timezone.now())


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0005_priority"), ("journal", "0003_append_only")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop)]
