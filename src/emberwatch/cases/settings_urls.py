"""The addresses of this room's settings."""

from __future__ import annotations

from django.urls import URLPattern, path

from emberwatch.cases import settings_pages

urlpatterns: list[URLPattern] = [
    path("settings/hours/", settings_pages.hours, name="hours"),
    path("settings/priority/", settings_pages.priority, name="priority"),
    path("settings/priority/preview/", settings_pages.priority_preview, name="priority-preview"),
]
