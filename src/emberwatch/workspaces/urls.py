"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from emberwatch.workspaces import pages

urlpatterns: list[URLPattern] = [
    path("settings/people/", pages.people, name="people"),
    path("settings/people/invite/", pages.invite, name="person_invite"),
    path("settings/people/<int:pk>/role/", pages.change, name="person_role"),
    path("settings/people/<int:pk>/remove/", pages.remove, name="person_remove"),
    path("settings/profile/", pages.profile, name="profile"),
]
