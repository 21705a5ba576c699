"""Everything that can be done on the practice network; the only writer of its rows."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from emberwatch.practice import rules
from emberwatch.practice.log import Log, writing
from emberwatch.practice.models import Account, Like, Network, Post, Repost, Token
from emberwatch.practice.rules import NotAllowed
from emberwatch.practice.wire import Saying


class NotThere(LookupError):
    """There is no such post, or it was deleted, or it is not for the asker's eyes."""


def open_account(handle: str, name: str, *, now: datetime, followers: int = 0, bio: str = "") -> tuple[Account, str]:
    """A company's account and a new token for it; tokens issued earlier go on working.

    Raises NotAllowed when the handle belongs to a customer.
    """
    handle = rules.clean_handle(handle)
    wanted = {"name": rules.clean_name(name, handle), "is_company": True, "joined_at": now,
              "followers": followers, "bio": bio[:200]}  # fmt: skip
    account = _found_or_made(handle, wanted)
    if not account.is_company:
        raise NotAllowed(f"@{handle} is a customer on this network. Choose another handle for the company.")
    token = secrets.token_urlsafe(32)
    Token.objects.create(account=account, digest=_digest(token), created_at=now)
    return account, token


def account_of(token: str) -> Account | None:
    """Whose token that is, None when nobody's."""
    found = Token.objects.select_related("account").filter(digest=_digest(token)).first()
    return found.account if found else None


def join(handle: str, name: str, *, now: datetime, followers: int = 0, bio: str = "") -> Account:
    """The customer of that handle, new if need be. Raises NotAllowed for a company's handle."""
    handle = rules.clean_handle(handle)
    wanted = {"name": rules.clean_name(name, handle), "joined_at": now, "followers": followers, "bio": bio[:200]}
    account = _found_or_made(handle, wanted)
    if account.is_company:
        raise NotAllowed(f"@{handle} is a company's account and speaks through its own desk. Choose another name.")
    return account


def say(saying: Saying, *, now: datetime) -> Post:
    """Write one post or private message; a repeated key gives back the first. Raises NotAllowed and NotThere."""
    return say_many([saying], now=now)[0]


def say_many(sayings: Sequence[Saying], *, now: datetime) -> list[Post]:
    """Write all of them in order or, when one is refused, none; the fast way for thousands."""
    texts = [rules.clean_text(saying.text) for saying in sayings]
    with writing() as log:
        people = _people(sayings, now)
        parents = _parents(sayings)
        keyed = _already_written(sayings, people)
        written: list[Post] = []
        fresh: list[Post] = []
        for saying, text in zip(sayings, texts, strict=True):
            author = people[rules.clean_handle(saying.handle)]
            post = keyed.get((author.id, saying.key)) if saying.key else None
            if post is None:
                post = _new_post(saying, text, author, people, parents, seq=log.next_seq(), now=now)
                log.tell_post(post, "post", post.created_at)
                fresh.append(post)
                if saying.key:
                    keyed[author.id, saying.key] = post
            written.append(post)
        Post.objects.bulk_create(fresh)
        _count_answers(log, fresh, parents, now)
    return written


def edit(post_id: int, text: str, *, by: Account, now: datetime) -> Post:
    """Change the words of one's own post; the same words again change nothing. Raises NotAllowed and NotThere."""
    words = rules.clean_text(text)
    with writing() as log:
        post = _own(post_id, by)
        if post.text != words:
            post.text, post.edited_at, post.version = words, now, log.next_seq()
            post.save(update_fields=["text", "edited_at", "version"])
            log.tell_post(post, "edit", now)
    return post


def delete(post_id: int, *, by: Account, now: datetime) -> None:
    """Take back one's own post; its words are forgotten. Raises NotAllowed and NotThere."""
    with writing() as log:
        post = _own(post_id, by)
        post.text, post.deleted_at, post.version = "", now, log.next_seq()
        # The key stays, or a late repeat of the same request would bring the post back.
        post.save(update_fields=["text", "deleted_at", "version"])
        log.tell_delete(post, now)
        parent = post.reply_to
        if parent is not None and post.private_to_id is None:
            _recount(log, parent, "reply", now, replies=-1)


def repost(post_id: int, *, by: Account, now: datetime, wanted: bool = True) -> Post:
    """Pass a public post on, or take that back when not `wanted`; doing it twice counts once."""
    with writing() as log:
        post = _public(post_id)
        if _mark(Repost.objects.filter(post=post, account=by), Repost(post=post, account=by, at=now), wanted):
            _recount(log, post, "repost" if wanted else "unrepost", now, by=by, reposts=1 if wanted else -1)
    return post


def like(post_id: int, *, by: Account, now: datetime, wanted: bool = True) -> Post:
    """Like a post, or no longer when not `wanted`; doing it twice counts once."""
    with writing() as log:
        post = find(post_id, for_eyes_of=by)
        if _mark(Like.objects.filter(post=post, account=by), Like(post=post, account=by, at=now), wanted):
            _recount(log, post, "like" if wanted else "unlike", now, by=by, likes=1 if wanted else -1)
    return post


def crowd(post_id: int, *, reposts: int = 0, likes: int = 0, now: datetime) -> Post:
    """Let a nameless crowd pass a post on and like it, as in a storm."""
    with writing() as log:
        post = _public(post_id)
        _recount(log, post, "crowd", now, reposts=reposts, likes=likes)
    return post


def hide(post_id: int, *, by: Account, now: datetime) -> Post:
    """Fold away a reply under one's own company's post. Raises NotAllowed anywhere else."""
    with writing():
        post = _public(post_id)
        if not by.is_company or not _stands_under(post, by):
            raise NotAllowed("A company may hide only replies that stand under its own posts.")
        post.hidden_by = by
        post.save(update_fields=["hidden_by"])
    return post


def find(post_id: int, *, for_eyes_of: Account | None) -> Post:
    """A post that stands and that the asker may see. Raises NotThere."""
    post = _whole().filter(pk=post_id, deleted_at=None).first()
    allowed = post and (post.private_to_id is None or (for_eyes_of and for_eyes_of.id in _between(post)))
    if post is None or not allowed:
        raise NotThere("There is no such post, or it was deleted.")
    return post


def by_key(key: str, *, by: Account) -> Post:
    """The post that an account wrote under a key, even if it was deleted since. Raises NotThere."""
    post = _whole().filter(author=by, key=key).first()
    if post is None:
        raise NotThere("Nothing was posted under that key.")
    return post


def look_up(ids: Iterable[int], *, for_eyes_of: Account) -> dict[int, Post]:
    """Those of the posts that stand and that the asker may see."""
    found = _whole().filter(pk__in=list(ids), deleted_at=None)
    return {post.id: post for post in found if post.private_to_id is None or for_eyes_of.id in _between(post)}


def take_turns(count: int) -> range:
    """The next `count` beats of the story that nobody has told yet; each is given out once."""
    with writing():
        network = Network.objects.get(pk=1)
        turns = range(network.told, network.told + count)
        network.told = turns.stop
        network.save(update_fields=["told"])
    return turns


def _found_or_made(handle: str, wanted: dict[str, Any]) -> Account:
    found = Account.objects.filter(handle=handle).first()
    if found is None:
        with writing():
            found, _ = Account.objects.get_or_create(handle=handle, defaults=wanted)
    return found


def _digest(token: str) -> str:
    """Tokens are 256 random bits, so a plain digest cannot be guessed back and needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _whole() -> QuerySet[Post]:
    return Post.objects.select_related("author", "private_to", "reply_to__author", "root__author")


def _between(post: Post) -> set[int | None]:
    return {post.author_id, post.private_to_id}


def _public(post_id: int) -> Post:
    post = find(post_id, for_eyes_of=None)
    if post.private_to_id is not None:
        raise NotThere("There is no such public post.")
    return post


def _own(post_id: int, by: Account) -> Post:
    post = find(post_id, for_eyes_of=by)
    if post.author_id != by.id:
        raise NotAllowed("Only the one who wrote it may change or delete it.")
    return post


def _stands_under(post: Post, author: Account) -> bool:
    """Does any post above this one come from `author`?"""
    above = post.reply_to
    while above is not None:
        if above.author_id == author.id:
            return True
        above = above.reply_to
    return False


def _people(sayings: Iterable[Saying], now: datetime) -> dict[str, Account]:
    """Writers and private recipients by handle; customers who are new are made."""
    wanted = {rules.clean_handle(saying.handle): saying for saying in sayings}
    recipients = {rules.clean_handle(saying.private_to) for saying in sayings if saying.private_to}
    known = {account.handle: account for account in Account.objects.filter(handle__in=wanted.keys() | recipients)}
    new = [
        Account(handle=handle, name=rules.clean_name(saying.name, handle), joined_at=now,
                followers=min(max(saying.followers or 0, 0), rules.MOST_FOLLOWERS))
        for handle, saying in wanted.items() if handle not in known
    ]  # fmt: skip
    Account.objects.bulk_create(new)
    return known | {account.handle: account for account in new}


def _parents(sayings: Iterable[Saying]) -> dict[int, Post]:
    ids = {saying.reply_to for saying in sayings if saying.reply_to is not None}
    return {post.id: post for post in _whole().filter(pk__in=ids)} if ids else {}


def _already_written(sayings: Iterable[Saying], people: dict[str, Account]) -> dict[tuple[int, str | None], Post]:
    keys = {saying.key for saying in sayings if saying.key}
    if not keys:
        return {}
    found = _whole().filter(author__in=people.values(), key__in=keys)
    return {(post.author_id, post.key): post for post in found}


def _new_post(
    saying: Saying, text: str, author: Account, people: dict[str, Account], parents: dict[int, Post],
    *, seq: int, now: datetime,
) -> Post:  # fmt: skip
    to = people.get(rules.clean_handle(saying.private_to)) if saying.private_to else None
    if saying.private_to and (to is None or to.is_company == author.is_company):
        raise NotAllowed("Private messages go between a customer and a company that is on this network.")
    parent = parents.get(saying.reply_to) if saying.reply_to is not None else None
    if saying.reply_to is not None and (parent is None or not _answerable(parent, author, to)):
        raise NotThere("The post you answer is not there any more. Nothing was posted.")
    if saying.at is not None and (saying.at.tzinfo is None or saying.at > now):
        raise NotAllowed("`at` must carry a time zone and not lie in the future.")
    return Post(
        id=seq, version=seq, author=author, text=text, private_to=to, reply_to=parent,
        root=(parent.root or parent) if parent else None, key=saying.key or None, created_at=saying.at or now,
    )  # fmt: skip


def _answerable(parent: Post, author: Account, to: Account | None) -> bool:
    """May a post answer `parent`? A private message is answered only in private, between the same two."""
    if parent.private_to_id is None:
        return parent.deleted_at is None or to is not None
    return to is not None and _between(parent) == {author.id, to.id}


def _count_answers(log: Log, fresh: Iterable[Post], parents: dict[int, Post], now: datetime) -> None:
    answered = Counter(post.reply_to_id for post in fresh if post.private_to_id is None)
    for post_id, times in answered.items():
        if post_id is not None:
            _recount(log, parents[post_id], "reply", now, replies=times)


def _recount(
    log: Log, post: Post, because: str, now: datetime, *, by: Account | None = None,
    reposts: int = 0, likes: int = 0, replies: int = 0,
) -> None:  # fmt: skip
    """Change a post's counts and tell of it; only called while the log is held, so no count is lost."""
    post.reposts = max(0, post.reposts + reposts)
    post.likes = max(0, post.likes + likes)
    post.replies = max(0, post.replies + replies)
    post.save(update_fields=["reposts", "likes", "replies"])
    if post.deleted_at is None:
        log.tell_counts(post, because, now, by)


def _mark(existing: QuerySet[Repost] | QuerySet[Like], row: Repost | Like, wanted: bool) -> bool:
    """Make or remove a mark; True when that changed something."""
    if wanted == existing.exists():
        return False
    if wanted:
        row.save()
    else:
        existing.delete()
    return True
