"""The addresses of the desk."""

from __future__ import annotations

from django.urls import path

from emberwatch.web.desk import correcting, pages, reading

urlpatterns = [
    path("inbox", pages.inbox, name="inbox"),
    path("coverage", pages.coverage, name="coverage"),
    path("cases/<int:number>", pages.case, name="case"),
    path("cases/<int:number>/changes", pages.changes, name="case-changes"),
    path("cases/<int:number>/posts/<int:post>/closely", reading.closely, name="case-post-closely"),
    path("posts/<int:pk>/understood", correcting.understood, name="post-understood"),
    path("posts/<int:pk>/correct", correcting.correct, name="post-correct"),
    path("learnt/<int:pk>/undo", correcting.undo, name="learnt-undo"),
]
