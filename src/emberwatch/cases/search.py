"""Full-text search over everything said in a case: FTS5 on SQLite, tsvector on PostgreSQL, one interface.

Both keep one row for each thing said (`case_search`), tagged with its workspace inside the index, so that a search
cannot cross the seal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection

MOST_BODY = 20_000
_WORD = re.compile(r"\w+", re.UNICODE)


def add(workspace: int, entries: Iterable[tuple[int, str]]) -> None:
    """Make each (case id, text) findable, in the transaction that made the text part of the case."""
    rows = [(workspace, case, body[:MOST_BODY]) for case, body in entries if body.strip()]
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(
                "INSERT INTO case_search (workspace_id, case_id, body)"
                " SELECT w, c, to_tsvector('simple', b)"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS t(w, c, b)",
                columns,
            )
        else:
            sql = "INSERT INTO case_search (owner, case_id, body) VALUES (%s, %s, %s)"
            cursor.executemany(sql, [(f"ws{w}", case, body) for w, case, body in rows])


def move(workspace: int, from_case: int, to_case: int) -> None:
    """What could be found under one case is found under another."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "UPDATE case_search SET case_id = %s WHERE case_id = %s AND workspace_id = %s"
            cursor.execute(sql, [to_case, from_case, workspace])
        else:
            sql = "UPDATE case_search SET case_id = %s WHERE case_id = %s AND owner = %s"
            cursor.execute(sql, [to_case, from_case, f"ws{workspace}"])


def find(workspace: int, query: str, *, limit: int = 500) -> list[int]:
    """Ids of the newest cases that hold every word of `query` (the last word may be only begun), newest first.

    Words are compared without case; punctuation means nothing, so no query can be malformed.
    """
    words = _WORD.findall(query.lower())[:12]
    if not words:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted = " & ".join([*words[:-1], f"{words[-1]}:*"])
            cursor.execute(
                "SELECT case_id FROM case_search WHERE workspace_id = %s AND body @@ to_tsquery('simple', %s)"
                " ORDER BY id DESC LIMIT %s",
                [workspace, wanted, limit],
            )
        else:
            quoted = " ".join(f'"{word}"' for word in words)
            cursor.execute(
                "SELECT case_id FROM case_search WHERE case_search MATCH %s ORDER BY rowid DESC LIMIT %s",
                [f"owner: ws{workspace} AND body: ({quoted}*)", limit],
            )
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))
