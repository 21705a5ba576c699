"""Gathers what a page shows: talks in order, with what the visitor may do to each post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from emberwatch.practice import rules
from emberwatch.practice.models import Account, Like, Post, Repost

PAGE = 25
MOST_IN_THREAD = 500
SHOWN_IN_TIMELINE = 6
DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """One post on a page; `passed_on_by` names a few of those who reposted it."""

    post: Post
    depth: int
    mine: bool
    liked: bool
    reposted: bool
    passed_on_by: tuple[str, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """A post with what was answered; `more` counts the answers left out."""

    items: tuple[Shown, ...]
    root: Post
    more: int = 0


def timeline(visitor: Account | None, *, before: int | None = None, words: str = "") -> tuple[list[Talk], int | None]:
    """The newest talks (or posts that hold `words`), and the id to go on from when there are more."""
    roots = _public().filter(Q(deleted_at=None) | Q(replies__gt=0))
    roots = roots.filter(text__icontains=words, deleted_at=None) if words else roots.filter(root=None)
    if before is not None:
        roots = roots.filter(id__lt=before)
    page = list(roots.order_by("-id")[: PAGE + 1])
    more = page[PAGE - 1].id if len(page) > PAGE else None
    return talks(page[:PAGE], visitor, with_answers=not words), more


def talks(roots: Sequence[Post], visitor: Account | None, *, with_answers: bool) -> list[Talk]:
    """The talks that these posts began, each cut after a few answers."""
    answers: dict[int, list[Post]] = defaultdict(list)
    if with_answers:
        for post in _public().filter(root__in=[post.id for post in roots]).order_by("id")[:MOST_IN_THREAD]:
            if post.root_id is not None:
                answers[post.root_id].append(post)
    ordered = {root.id: _standing([root, *answers[root.id]]) for root in roots}
    cut = {key: places[: SHOWN_IN_TIMELINE + 1] for key, places in ordered.items()}
    marks = _Marks([post for places in cut.values() for post, _ in places], visitor)
    return [
        Talk(tuple(marks.shown(post, depth) for post, depth in cut[root.id]), root, _left_out(ordered, cut, root))
        for root in roots if cut[root.id]
    ]  # fmt: skip


def thread(root: Post, visitor: Account | None) -> Talk:
    """The whole talk."""
    answers = _public().filter(root=root).order_by("id")[:MOST_IN_THREAD]
    places = _standing([root, *answers])
    marks = _Marks([post for post, _ in places], visitor)
    return Talk(tuple(marks.shown(post, depth) for post, depth in places), root)


def profile(account: Account, visitor: Account | None) -> list[Talk]:
    """What someone wrote in public, newest first."""
    return talks(list(_public().filter(author=account, deleted_at=None).order_by("-id")[:PAGE]), visitor,
                 with_answers=False)  # fmt: skip


def messages(one: Account, other: Account) -> list[Post]:
    """The private talk of two, oldest first."""
    between = Q(author=one, private_to=other) | Q(author=other, private_to=one)
    newest = Post.objects.filter(between).select_related("author").order_by("-id")[:200]
    return list(reversed(newest))


def busiest_words(most: int = 6) -> list[str]:
    """The hashtags used most in the newest posts."""
    texts = _public().filter(deleted_at=None, text__contains="#").order_by("-id").values_list("text", flat=True)[:200]
    tally: dict[str, int] = defaultdict(int)
    for text in texts:
        for tag in {each.lower() for each in rules.hashtags(text)}:
            tally[tag] += 1
    return sorted(tally, key=lambda tag: (-tally[tag], tag))[:most]


def _public() -> QuerySet[Post]:
    return Post.objects.filter(private_to=None).select_related("author", "hidden_by")


def _standing(posts: Sequence[Post]) -> list[tuple[Post, int]]:
    """Thread order without deleted posts that nothing answers."""
    places = rules.in_thread_order(posts)
    needed: set[int | None] = set()
    kept: list[tuple[Post, int]] = []
    for post, depth in reversed(places):
        if post.deleted_at is None or post.id in needed:
            needed.add(post.reply_to_id)
            kept.append((post, depth))
    return kept[::-1]


def _left_out(ordered: dict[int, list[tuple[Post, int]]], cut: dict[int, list[tuple[Post, int]]], root: Post) -> int:
    return len(ordered[root.id]) - len(cut[root.id])


class _Marks:
    """Who liked and passed on the posts of one page, read at once."""

    def __init__(self, posts: Sequence[Post], visitor: Account | None) -> None:
        ids = [post.id for post in posts]
        self._visitor = visitor
        self._liked = set(Like.objects.filter(account=visitor, post__in=ids).values_list("post_id", flat=True))
        self._reposters: dict[int, list[Account]] = defaultdict(list)
        passed_on = [post.id for post in posts if post.reposts]
        for mark in Repost.objects.filter(post__in=passed_on).select_related("account").order_by("-id")[:1_000]:
            self._reposters[mark.post_id].append(mark.account)

    def shown(self, post: Post, depth: int) -> Shown:
        """A post as this visitor sees it."""
        by = self._reposters[post.id]
        return Shown(
            post=post,
            depth=min(depth, DEEPEST),
            mine=self._visitor is not None and post.author_id == self._visitor.id,
            liked=post.id in self._liked,
            reposted=self._visitor in by,
            passed_on_by=tuple(account.name for account in by[:2]),
            folded=post.hidden_by_id is not None and post.author != self._visitor,
        )
