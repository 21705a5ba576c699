"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from emberwatch.listening.pages import adding, brands, imports, learnt, refused, sources, topics, understanding

urlpatterns: list[URLPattern] = [
    path("sources/", sources.listed, name="sources"),
    path("sources/new/", adding.choose, name="source_choose"),
    path("sources/new/<slug:kind>/", adding.add, name="source_add"),
    path("sources/new/<slug:kind>/check/", adding.check_new, name="source_check_new"),
    path("sources/<int:pk>/", sources.show, name="source"),
    path("sources/<int:pk>/health/", sources.progress, name="source_health"),
    path("sources/<int:pk>/check/", adding.check_kept, name="source_check"),
    path("sources/<int:pk>/pause/", sources.pause, name="source_pause"),
    path("sources/<int:pk>/resume/", sources.resume, name="source_resume"),
    path("sources/<int:pk>/backfill/", sources.backfill, name="source_backfill"),
    path("sources/<int:pk>/refused/", refused.listed, name="source_refused"),
    path("sources/<int:pk>/refused/<int:aside>/", refused.raw, name="source_refused_raw"),
    path("imports/new/", imports.new, name="import"),
    path("settings/brands/", brands.listed, name="brands"),
    path("settings/brands/new/", brands.edit, name="brand_new"),
    path("settings/brands/try/", brands.tried, name="brand_try"),
    path("settings/brands/<int:pk>/", brands.edit, name="brand"),
    path("settings/learnt/", learnt.listed, name="learnt"),
    path("settings/topics/", topics.listed, name="topics"),
    path("settings/topics/<int:pk>/", topics.show, name="topic"),
    path("settings/topics/<int:pk>/rename/", topics.rename, name="topic_rename"),
    path("settings/topics/<int:pk>/drop/", topics.drop, name="topic_drop"),
    path("settings/thresholds/", understanding.thresholds, name="thresholds"),
    path("settings/thresholds/try/", understanding.try_thresholds, name="thresholds_try"),
    path("settings/words/", understanding.words, name="own_words"),
]
