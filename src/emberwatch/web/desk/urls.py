"""The addresses of the desk."""

from __future__ import annotations

from django.urls import path

from emberwatch.web.desk import pages

urlpatterns = [
    path("inbox", pages.inbox, name="inbox"),
    path("coverage", pages.coverage, name="coverage"),
    path("cases/<int:number>", pages.case, name="case"),
    path("cases/<int:number>/changes", pages.changes, name="case-changes"),
]
