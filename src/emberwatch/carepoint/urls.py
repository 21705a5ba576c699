"""The public addresses of the care point."""

from __future__ import annotations

from django.urls import URLPattern, path

from emberwatch.carepoint import pages

urlpatterns: list[URLPattern] = [
    path("case/<str:token>/", pages.case, name="care_case"),
    path("<slug:slug>/<slug:key>/", pages.form, name="care_form"),
]
