"""The HTTP API for companies' software: the log, and what a company may do. README.md describes it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from asgiref.sync import sync_to_async

from emberwatch.practice import actions, log, wire
from emberwatch.practice.doors import Call, Wrong, company_door
from emberwatch.practice.pulse import pulse

LONGEST_WAIT = 25
LARGEST_PAGE = 500


class NewPost(msgspec.Struct, frozen=True):
    """What a company posts; `key` is its own name for the post, unique for ever."""

    text: str
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reply_to: wire.PostId | None = None
    private_to: str | None = None


class NewText(msgspec.Struct, frozen=True):
    """New words for a post."""

    text: str


class Ids(msgspec.Struct, frozen=True):
    """Posts asked after."""

    ids: Annotated[list[wire.PostId], msgspec.Meta(max_length=LARGEST_PAGE)]


def me(call: Call) -> wire.Person:
    """The company that the token belongs to."""
    return wire.person(call.company)


async def events(call: Call) -> bytes:
    """Log entries after a number, oldest first, waiting for one up to `wait` seconds."""
    after = call.number("after", 0, 2**62)
    wait = call.number("wait", 0, LONGEST_WAIT)
    limit = max(1, call.number("limit", 200, LARGEST_PAGE))
    bodies, reached = await sync_to_async(_page)(call, after, limit)
    if not bodies and wait and await pulse().beyond(reached, wait):
        bodies, reached = await sync_to_async(_page)(call, after, limit)
    return f'{{"events":[{",".join(bodies)}],"next":{reached}}}'.encode()


def post(call: Call) -> wire.PostView:
    """Write a post, a reply or a private message, once for each key."""
    new = call.read(NewPost)
    saying = wire.Saying(
        handle=call.company.handle, text=new.text, key=new.key, private_to=new.private_to,
        reply_to=new.reply_to,
    )  # fmt: skip
    return wire.post_view(actions.say(saying, now=call.now))


def one(call: Call, post_id: int) -> wire.PostView:
    """A post as it stands."""
    return wire.post_view(actions.find(post_id, for_eyes_of=call.company))


def edit(call: Call, post_id: int) -> wire.PostView:
    """Change one's own words."""
    return wire.post_view(actions.edit(post_id, call.read(NewText).text, by=call.company, now=call.now))


def delete(call: Call, post_id: int) -> dict[str, Any]:
    """Take back one's own post."""
    actions.delete(post_id, by=call.company, now=call.now)
    return {"id": str(post_id), "deleted": True}


def like(call: Call, post_id: int) -> dict[str, Any]:
    """Like a post, once."""
    actions.like(post_id, by=call.company, now=call.now)
    return _marks(call, post_id)


def hide(call: Call, post_id: int) -> dict[str, Any]:
    """Fold away a reply under the company's own post."""
    actions.hide(post_id, by=call.company, now=call.now)
    return _marks(call, post_id)


def marks(call: Call, post_id: int) -> dict[str, Any]:
    """What the company did to a post."""
    return _marks(call, post_id)


def by_key(call: Call, key: str) -> wire.PostView:
    """What was posted under a key, even if it was deleted since."""
    return wire.post_view(actions.by_key(key, by=call.company))


def lookup(call: Call) -> dict[str, Any]:
    """Many posts at once; those that are not there are missing from the answer."""
    found = actions.look_up(call.read(Ids).ids, for_eyes_of=call.company)
    return {"posts": {str(post_id): wire.post_view(found[post_id]) for post_id in found}}


def _page(call: Call, after: int, limit: int) -> tuple[list[str], int]:
    if after > log.last_seq():
        raise Wrong(410, "unknown_place", "The log does not reach that far: the network was begun anew. Start from 0.")
    return log.read(after, limit, call.company)


def _marks(call: Call, post_id: int) -> dict[str, Any]:
    found = actions.find(post_id, for_eyes_of=call.company)
    liked = found.liked.filter(account=call.company).exists()
    return {"id": str(post_id), "liked": liked, "hidden": found.hidden_by_id == call.company.id}


me_view = company_door(GET=me)
events_view = company_door(GET=events)
posts_view = company_door(POST=post)
post_view = company_door(GET=one, PATCH=edit, DELETE=delete)
like_view = company_door(POST=like)
hide_view = company_door(POST=hide)
marks_view = company_door(GET=marks)
by_key_view = company_door(GET=by_key)
lookup_view = company_door(POST=lookup)
