"""Reading what was and is being sent."""

from __future__ import annotations

from django.db.models import Q

from emberwatch.cases.models import Case
from emberwatch.replies.models import Reply
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.seal import SealedQuerySet


def replies_of(workspace: Workspace, case: Case) -> SealedQuerySet[Reply]:
    """The answers given on a case, and on those that were merged into it."""
    rows: SealedQuerySet[Reply] = Reply.objects.within(workspace)
    return rows.filter(Q(case=case) | Q(case__merged_into=case)).select_related("author")
