"""Where the practice network stands when it runs alone: the same place as beside the desk."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("practice/", include("emberwatch.practice.urls"))]
