"""What went wrong, told to a person, and the exit code that tells it to a script."""

from __future__ import annotations

import errno
import os
import sys

import typer
from rich.console import Console
from typer._click.exceptions import UsageError

from emberwatch.cli import django_start

FAILED, WRONG_USE, SET_ASIDE, STOPPED = 1, 2, 3, 130


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
    if django_start.is_ready():
        from emberwatch.cli import known_errors

        if message := known_errors.words_for(error):
            say(message)
            return WRONG_USE if known_errors.is_wrong_use(error) else FAILED
    if isinstance(error, OSError):
        say(_of_the_system(error))
        return FAILED
    raise error


def say(message: str) -> None:
    """One paragraph on stderr, as it stands."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(message)


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
