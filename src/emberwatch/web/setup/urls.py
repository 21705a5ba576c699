"""The address of the settings' front page."""

from __future__ import annotations

from django.urls import URLPattern, path

from emberwatch.web.setup import pages

urlpatterns: list[URLPattern] = [path("settings/", pages.index, name="settings")]
