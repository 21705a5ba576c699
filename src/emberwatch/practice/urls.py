"""Addresses of the practice network: pages for people, and the HTTP API."""

from __future__ import annotations

from django.urls import path

from emberwatch.practice import api, backstage, pages

app_name = "practice"

urlpatterns = [
    path("", pages.timeline, name="timeline"),
    path("live/", pages.live, name="live"),
    path("say/", pages.say, name="say"),
    path("persona/", pages.persona, name="persona"),
    path("messages/", pages.messages, name="messages"),
    path("messages/<str:handle>/", pages.conversation, name="conversation"),
    path("post/<int:post_id>/", pages.thread, name="thread"),
    path("post/<int:post_id>/edit/", pages.edit, name="edit"),
    path("post/<int:post_id>/delete/", pages.delete, name="delete"),
    path("post/<int:post_id>/repost/", pages.repost, name="repost"),
    path("post/<int:post_id>/like/", pages.like, name="like"),
    path("@<str:handle>/", pages.profile, name="profile"),
    path("api/v1/me", api.me_view),
    path("api/v1/events", api.events_view),
    path("api/v1/posts", api.posts_view),
    path("api/v1/posts/lookup", api.lookup_view),
    path("api/v1/posts/by-key/<str:key>", api.by_key_view),
    path("api/v1/posts/<int:post_id>", api.post_view),
    path("api/v1/posts/<int:post_id>/like", api.like_view),
    path("api/v1/posts/<int:post_id>/hide", api.hide_view),
    path("api/v1/posts/<int:post_id>/marks", api.marks_view),
    path("api/v1/accounts", backstage.accounts_view),
    path("api/v1/accounts/<str:handle>/posts", backstage.account_posts_view),
    path("api/v1/people/posts", backstage.people_posts_view),
    path("api/v1/people/posts/<int:post_id>", backstage.people_post_view),
    path("api/v1/people/reactions", backstage.reactions_view),
    path("api/v1/faults", backstage.faults_view),
]
