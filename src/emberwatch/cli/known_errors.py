"""The errors of the rooms and of the database, in words for a person. Loaded only once something went wrong."""

from __future__ import annotations

import sqlite3

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from emberwatch.cases.actions.claim import NoSuchCase, Stale
from emberwatch.cases.actions.work import NotAMember
from emberwatch.cases.policy import BadPolicy
from emberwatch.cases.rules import Illegal
from emberwatch.channels.errors import ChannelError
from emberwatch.channels.registry import UnknownChannel
from emberwatch.listening.actions.sources import BadSettings
from emberwatch.listening.secrets import KeyLost
from emberwatch.replies.rules import CannotSay
from emberwatch.workspaces.actions import LastKeeper
from emberwatch.workspaces.rules import NotAllowed

_PLAIN = (
    NoSuchCase, Stale, NotAMember, BadPolicy, Illegal, ChannelError, UnknownChannel, BadSettings, KeyLost, CannotSay,
    NotAllowed, LastKeeper, ImproperlyConfigured,
)  # fmt: skip
"""Errors whose message already says what happened and what to do."""


def words_for(error: BaseException) -> str | None:
    """What happened, what was kept and what to do; None for an error that nobody foresaw."""
    if isinstance(error, _PLAIN):
        return str(error)
    if isinstance(error, (DatabaseError, InterfaceError, sqlite3.Error)):
        return _of_the_database(error)
    return None


def is_wrong_use(error: BaseException) -> bool:
    """Did the words typed name something that does not exist?"""
    return isinstance(error, UnknownChannel)


def _of_the_database(error: Exception) -> str:
    words = str(error).strip()
    low = words.lower()
    if "full" in low or "no space" in low:
        return "The disk is full. All that was stored before is kept; free some space, then do the same again."
    if "no such table" in low or "does not exist" in low:
        return (
            f"The database is not as this version expects ({words}). `emberwatch doctor` says more;"
            " `emberwatch run` brings it up to date when it starts."
        )
    if "locked" in low:
        return "Another program holds the database. Nothing was changed; try again in a moment."
    if "malformed" in low or "not a database" in low:
        return f"The database file is damaged ({words}). Put a backup in its place: emberwatch restore FILE --force"
    if "connect" in low or "connection" in low or "unable to open" in low:
        return f"The database cannot be reached: {words}. Check EMBERWATCH_DATABASE_URL and that its server runs."
    return f"The database refused: {words}. What was finished before is kept; `emberwatch doctor` may say more."
