"""What went wrong, told to a person, and the exit code that tells it to a script."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys

import typer
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError
from rich.console import Console
from typer._click.exceptions import UsageError

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

FAILED, WRONG_USE, SET_ASIDE, STOPPED = 1, 2, 3, 130

_PLAIN = (
    NoSuchCase, Stale, NotAMember, BadPolicy, Illegal, ChannelError, UnknownChannel, BadSettings, KeyLost, CannotSay,
    NotAllowed, LastKeeper, ImproperlyConfigured,
)  # fmt: skip
"""Errors of the rooms whose message already says what happened and what to do."""


class Stop(Exception):
    """Something a person must know before going on: what happened, what was kept, what to do."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def told(error: BaseException) -> int:
    """Say on stderr what happened and return the exit code. A fault of ours, which nobody foresaw, is raised again."""
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        say("Stopped. What was done so far is kept.")
        return STOPPED
    if isinstance(error, UsageError):
        error.show()
        return WRONG_USE
    if isinstance(error, BrokenPipeError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the reader of our output left, and Python flushes at exit
        return 0
    if isinstance(error, Stop):
        say(str(error))
        return error.code
    message = _words_for(error)
    if message is None:
        raise error
    say(message)
    return WRONG_USE if isinstance(error, UnknownChannel) else FAILED


def say(message: str) -> None:
    """One paragraph on stderr, as it stands."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(message)


def _words_for(error: BaseException) -> str | None:
    if isinstance(error, _PLAIN):
        return str(error)
    if isinstance(error, OSError):
        return _of_the_system(error)
    if isinstance(error, (DatabaseError, InterfaceError, sqlite3.Error)):
        return _of_the_database(error)
    return None


def _of_the_system(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{_at(error)}. What was finished before is kept; free some space, then do it again."
    if isinstance(error, PermissionError):
        return f"Not permitted{_at(error)}. Nothing was changed there; check who owns it, then do it again."
    if isinstance(error, FileNotFoundError):
        return f"There is no such file{_at(error)}. Check the path; nothing was changed."
    return f"{error.strerror or error}{_at(error)}. What was finished before is kept."


def _at(error: OSError) -> str:
    return f" ({error.filename})" if error.filename else ""


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
