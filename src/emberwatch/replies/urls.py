"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from emberwatch.replies import pages

urlpatterns = [
    path("cases/<int:number>/draft", pages.draft, name="reply-draft"),
    path("cases/<int:number>/replies", pages.send, name="reply-send"),
    path("cases/<int:number>/replies/<int:reply>/retry", pages.retry, name="reply-retry"),
    path("cases/<int:number>/replies/<int:reply>/arrived", pages.arrived, name="reply-arrived"),
    path("cases/<int:number>/replies/<int:reply>/take-back", pages.take_back, name="reply-take-back"),
]
