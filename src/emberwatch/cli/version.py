"""`emberwatch version`: which Emberwatch this is, on what."""

from __future__ import annotations

import platform
from importlib.metadata import version as version_of

import typer
from django.conf import settings
from django.db import connection

from emberwatch.cli.telling import Json, document, words


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("version")(version)


def version(as_json: Json = False) -> None:
    """Tell which version this is, and what it runs on.

    Example: emberwatch version --json
    """
    about = {
        "emberwatch": version_of("emberwatch"),
        "python": platform.python_version(),
        "django": version_of("django"),
        "database": connection.vendor,
        "home": str(settings.HOME),
    }
    if as_json:
        document(about)
    else:
        words("\n".join(f"{name:<11} {value}" for name, value in about.items()))
