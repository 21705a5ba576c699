"""Takes in what a visitor sends: checked by the channel, stored once, left for the engine to understand."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import httpx
import msgspec
from django.http import HttpRequest
from django.utils.timezone import now as this_moment

from emberwatch.channels.errors import BadSignature
from emberwatch.channels.interface import RawRequest, Tools
from emberwatch.channels.registry import open_channel
from emberwatch.listening.actions.store import MOST_TEXT, store
from emberwatch.listening.models import Post, Source
from emberwatch.listening.rules import storable, uid_of
from emberwatch.vocabulary.posts import Author, Batch, Event


class SentBefore(Exception):
    """The page that was sent had been sent before, with other words; `post` is what it brought then."""

    def __init__(self, post: Post) -> None:
        super().__init__(
            "This page was sent once before, with other words, and that message is safe with us."
            " What you wrote now is below: press Send again and it goes as a message of its own."
        )
        self.post = post


def receive(source: Source, request: HttpRequest, *, now: datetime, answers: Post | None = None) -> Post:
    """The stored post of a form; `answers` is the first message of the conversation it goes on with.

    A form sent twice with the same words is one post. Raises BadSignature or Refused from the channel, with words for
    the person, and SentBefore.
    """
    event = _event(source, request)
    if answers is not None:
        author = Author(answers.author_id, answers.author_handle, answers.author_name)
        event = msgspec.structs.replace(event, parent=answers.ref, root=answers.ref, author=author, title="")
    store(source, Batch((event,)), now=now)
    post: Post = Post.objects.within(source.workspace_id).get(uid=uid_of(event.ref))
    if post.text != storable(event.text)[:MOST_TEXT]:
        raise SentBefore(post)
    return post


def _event(source: Source, request: HttpRequest) -> Event:
    channel = open_channel(source.channel, source.settings(), _tools())
    headers = {name.lower(): value for name, value in request.headers.items()}
    heard = channel.webhook(RawRequest(request.method or "", headers, request.GET.dict(), request.body))
    if not isinstance(heard, list) or len(heard) != 1:
        raise BadSignature("This is not what our form sends.")
    return heard[0]


@cache
def _tools() -> Tools:
    """The form needs no network; a channel is always given the means."""
    return Tools(httpx.AsyncClient(), this_moment)
