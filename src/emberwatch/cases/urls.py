"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from emberwatch.cases import pages

urlpatterns = [
    path("cases/<int:number>/assign", pages.assign, name="case-assign"),
    path("cases/<int:number>/tags", pages.tags, name="case-tags"),
    path("cases/<int:number>/severity", pages.severity, name="case-severity"),
    path("cases/<int:number>/note", pages.note, name="case-note"),
    path("cases/<int:number>/wait", pages.wait, name="case-wait"),
    path("cases/<int:number>/close", pages.close, name="case-close"),
    path("cases/<int:number>/reopen", pages.reopen, name="case-reopen"),
    path("cases/<int:number>/merge", pages.merge, name="case-merge"),
    path("cases/<int:number>/split", pages.split, name="case-split"),
    path("cases/<int:number>/presence", pages.presence, name="case-presence"),
    path("views", pages.save_view, name="view-save"),
    path("views/<int:view>/drop", pages.drop_view, name="view-drop"),
]
