"""`emberwatch`: the way in. Each group of commands has a file of its own beside this one."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from emberwatch.cli import django_start

COMMANDS = {
    "run": "serve", "work": "serve", "practice": "serve",
    "import": "imports", "sources": "sources",
    "cases": "cases", "replies": "replies",
    "people": "people", "workspaces": "people",
    "doctor": "doctor", "backup": "safekeeping", "restore": "safekeeping",
    "triage": "triage", "demo": "demo", "version": "version",
}  # fmt: skip
"""Each command and the module of this package that holds it; the module's `register(app)` adds it."""
_NEED_NO_DJANGO = frozenset({"triage"})
"""Commands that start Django themselves, and only where they must."""

_HELP = """Hear every public complaint, answer it well and fast, and close it with a recorded outcome.

Begin with [bold]emberwatch run[/bold]. Every command takes [bold]--help[/bold], which shows an example, and those
that answer take [bold]--json[/bold]. Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but some input was set aside.
"""


def obey(words: Sequence[str]) -> int:
    """Do what these words of a command line say; what happened is printed, the exit code returned.

    0 done, 1 failed, 2 wrong use, 3 done but some input was set aside, 130 stopped by Ctrl-C.
    """
    from emberwatch.cli.trouble import told

    try:
        answer = _gathered(words)(args=list(words), prog_name="emberwatch", standalone_mode=False)
        return answer if isinstance(answer, int) else 0
    except (Exception, KeyboardInterrupt) as error:
        return told(error)


def _gathered(words: Sequence[str]) -> Any:
    """The commands these words may mean: only the module that is asked for is loaded, so that answers come at once."""
    app = typer.Typer(
        name="emberwatch", help=_HELP, no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    app.callback()(_root)
    asked = _asked(words)
    modules = [COMMANDS[asked]] if asked in COMMANDS else list(dict.fromkeys(COMMANDS.values()))
    for name in modules:
        importlib.import_module(f"emberwatch.cli.{name}").register(app)
    return typer.main.get_command(app)


def _asked(words: Sequence[str]) -> str:
    """The command these words begin with, if any."""
    return next((word for word in words if not word.startswith("-")), "")


def _root() -> None:
    pass


_root.__doc__ = _HELP


def run() -> None:
    """Start Django where the command needs it, obey the command line, exit."""
    # Whatever we write holds what customers said: for this user's eyes only.
    os.umask(0o077)
    if _asked(sys.argv[1:]) not in _NEED_NO_DJANGO:
        django_start.start()
    sys.exit(obey(sys.argv[1:]))
