"""The database itself refuses to change or remove a fact."""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal_factrow"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal_factrow"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RAISE EXCEPTION ''the journal is append-only''; END'",
    "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal_factrow"
    " FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()",
]
UNDO_SQLITE = ["DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"]
UNDO_POSTGRESQL = [
    "DROP TRIGGER journal_no_change ON journal_factrow",
    "DROP FUNCTION journal_is_append_only()",
]


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the guards up."""
    _run(editor, POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def unguard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them down."""
    _run(editor, UNDO_POSTGRESQL if editor.connection.vendor == "postgresql" else UNDO_SQLITE)


def _run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("journal", "0002_initial")]
    operations: ClassVar = [migrations.RunPython(guard, unguard)]
