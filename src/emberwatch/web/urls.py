"""Every address of the desk. Those under /w/<slug>/ belong to one workspace."""

from __future__ import annotations

from django.urls import include, path

from emberwatch.web import live, start

urlpatterns = [
    path("", start.home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("care/", include("emberwatch.carepoint.urls")),
    path("practice/", include("emberwatch.practice.urls")),
    path(
        "w/<slug:slug>/",
        include([
            path("live", live.live, name="live"),
            path("", include("emberwatch.web.desk.urls")),
            path("", include("emberwatch.cases.urls")),
            path("", include("emberwatch.replies.urls")),
            path("", include("emberwatch.listening.urls")),
            path("", include("emberwatch.workspaces.urls")),
            path("", include("emberwatch.cases.settings_urls")),
            path("", include("emberwatch.web.mentions.urls")),
            path("", include("emberwatch.web.setup.urls")),
        ]),
    ),
]  # fmt: skip
handler404 = "emberwatch.web.start.not_found"
handler403 = "emberwatch.web.start.forbidden"
handler500 = "emberwatch.web.start.broken"
