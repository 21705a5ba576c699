"""The addresses of the mentions."""

from __future__ import annotations

from django.urls import URLPattern, path

from emberwatch.web.mentions import pages

urlpatterns: list[URLPattern] = [
    path("mentions/", pages.listed, name="mentions"),
    path("mentions/<int:pk>/case/", pages.open_case, name="mention_case"),
]
