"""Starts Django where a command needs it: it takes longer than many a command itself."""

from __future__ import annotations

import os
import sys

from django.apps import apps


def start() -> None:
    """Make Django ready; ends the process with a sentence where the settings do not allow it. Once is enough."""
    if apps.ready:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emberwatch.web.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (OSError, ValueError, ImproperlyConfigured) as error:
        sys.exit(f"Emberwatch cannot start: {error}. Check EMBERWATCH_HOME and the other settings (docs/operate.md).")


def is_ready() -> bool:
    """Was it started?"""
    return apps.ready
