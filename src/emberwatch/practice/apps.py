"""The Django app of the practice network."""

from __future__ import annotations

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Everything of the practice network lives under the label `practice`."""

    name = "emberwatch.practice"
    label = "practice"
    verbose_name = "Commons (practice network)"
    default_auto_field = "django.db.models.BigAutoField"
