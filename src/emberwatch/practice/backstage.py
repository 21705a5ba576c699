"""The HTTP API for those who run the stage: accounts, customers' posts in bulk, crowds and faults."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from emberwatch.practice import actions, faults, wire
from emberwatch.practice.doors import Call, Wrong, backstage_door, read
from emberwatch.practice.models import Account, Post

MOST_AT_ONCE = 1_000


class NewAccount(msgspec.Struct, frozen=True):
    """A company's account to be opened."""

    handle: str
    name: str = ""
    followers: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)] = 0
    bio: str = ""


class Many(msgspec.Struct, frozen=True):
    """Posts written in order, all or none."""

    posts: Annotated[list[wire.Saying], msgspec.Meta(max_length=MOST_AT_ONCE)]


class NewText(msgspec.Struct, frozen=True):
    """New words for a post."""

    text: str


class Crowd(msgspec.Struct, frozen=True):
    """Reactions to one post: by a person where `handle` is given, else by a nameless crowd of that size."""

    post: wire.PostId
    handle: str = ""
    reposts: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    likes: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


def open_account(call: Call) -> dict[str, Any]:
    """A company's account and a fresh token for it."""
    new = call.read(NewAccount)
    account, token = actions.open_account(new.handle, new.name, followers=new.followers, bio=new.bio, now=call.now)
    return {"account": wire.person(account), "token": token}


def people_posts(call: Call) -> Any:
    """Customers write: one post, or many under `posts`."""
    if "posts" in read(call.body, dict[str, msgspec.Raw]):
        sayings = call.read(Many).posts
        _only_customers(sayings)
        return {"posts": [wire.post_view(post) for post in actions.say_many(sayings, now=call.now)]}
    saying = call.read(wire.Saying)
    _only_customers([saying])
    return wire.post_view(actions.say(saying, now=call.now))


def edit(call: Call, post_id: int) -> wire.PostView:
    """The author of a post changes it."""
    return wire.post_view(actions.edit(post_id, call.read(NewText).text, by=_author(post_id), now=call.now))


def delete(call: Call, post_id: int) -> dict[str, Any]:
    """The author of a post takes it back."""
    actions.delete(post_id, by=_author(post_id), now=call.now)
    return {"id": str(post_id), "deleted": True}


def reactions(call: Call) -> dict[str, Any]:
    """Someone, or a crowd, passes a post on and likes it."""
    wanted = call.read(Crowd)
    post_id = wanted.post
    if not wanted.handle:
        post = actions.crowd(post_id, reposts=wanted.reposts, likes=wanted.likes, now=call.now)
        return {"counts": wire.counts(post)}
    who = actions.join(wanted.handle, "", now=call.now)
    if wanted.reposts:
        actions.repost(post_id, by=who, now=call.now)
    if wanted.likes:
        actions.like(post_id, by=who, now=call.now)
    return {"counts": wire.counts(actions.find(post_id, for_eyes_of=who))}


def account_posts(call: Call, handle: str) -> dict[str, Any]:
    """Everything that an account has standing, private messages included, oldest first."""
    found = Post.objects.filter(author__handle=handle, deleted_at=None).order_by("id")
    return {"posts": [wire.post_view(post) for post in found.select_related("author", "private_to")]}


def arm(call: Call) -> dict[str, Any]:
    """Arm a fault."""
    faults.arm(call.read(faults.Order))
    return {"armed": True}


def disarm(call: Call) -> dict[str, Any]:
    """Forget every armed fault."""
    faults.disarm()
    return {"armed": False}


def _only_customers(sayings: list[wire.Saying]) -> None:
    handles = {saying.handle.strip().removeprefix("@").lower() for saying in sayings}
    if Account.objects.filter(handle__in=handles, is_company=True).exists():
        raise Wrong(422, "not_allowed", "A company speaks with its own token, not backstage.")


def _author(post_id: int) -> Account:
    post = Post.objects.select_related("author").filter(pk=post_id, deleted_at=None).first()
    if post is None:
        raise actions.NotThere("There is no such post, or it was deleted.")
    return post.author


accounts_view = backstage_door(POST=open_account)
people_posts_view = backstage_door(POST=people_posts)
people_post_view = backstage_door(PATCH=edit, DELETE=delete)
reactions_view = backstage_door(POST=reactions)
account_posts_view = backstage_door(GET=account_posts)
faults_view = backstage_door(POST=arm, DELETE=disarm)
