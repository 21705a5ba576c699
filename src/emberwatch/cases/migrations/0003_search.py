"""The search index over everything said in a case."""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    "CREATE VIRTUAL TABLE case_search USING fts5"
    " (owner, body, case_id UNINDEXED, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gin",
    "CREATE TABLE case_search (id bigserial PRIMARY KEY, workspace_id bigint NOT NULL, case_id bigint NOT NULL,"
    " body tsvector NOT NULL)",
    "CREATE INDEX case_search_body ON case_search USING gin (workspace_id, body)",
    "CREATE INDEX case_search_case ON case_search (case_id)",
]


def create(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Remove it."""
    editor.execute("DROP TABLE case_search")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0002_initial")]
    operations: ClassVar = [migrations.RunPython(create, drop)]
