"""The pages of the practice network. Anyone may be anyone: it is a stage, and nothing on it is real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from emberwatch.practice import actions, cast, log, rules, shown
from emberwatch.practice.models import Account, Post
from emberwatch.practice.pulse import pulse
from emberwatch.practice.rules import NotAllowed
from emberwatch.practice.wire import Saying

COOKIE = "practice_persona"
_LONGEST_LOOK = 20

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for everyone, where what is not there is told as a 404."""

    @wraps(view)
    def shown_to_all(request: HttpRequest, **place: Any) -> HttpResponse:
        # Read first: what is said while the page is made must still count as new to it.
        request.META["practice.seq"] = log.last_seq()
        try:
            return view(request, **place)
        except actions.NotThere as error:
            return _render(request, "practice/sorry.html", {"title": "Not here", "why": str(error)}, status=404)
        except NotAllowed as error:
            return _render(request, "practice/sorry.html", {"title": "Not possible", "why": str(error)}, status=422)

    return login_not_required(never_cache(shown_to_all))


@page
@require_GET
def timeline(request: HttpRequest) -> HttpResponse:
    """Everything said in public, newest talk first."""
    return _timeline(request)


@page
@require_GET
def thread(request: HttpRequest, post_id: int) -> HttpResponse:
    """One talk, with a form to answer the post that was asked for."""
    return _thread(request, post_id)


@page
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Post, answer or send a private message as the visitor's persona."""
    text, parent, to = (request.POST.get(name, "") for name in ("text", "reply_to", "private_to"))
    reply_to = int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 19 else None
    who = _visitor(request)
    if to:
        reply_to = _last_message(who, to)
    try:
        post = actions.say(_saying(who, text, reply_to, to), now=datetime.now(UTC))
    except NotAllowed as error:
        return _again(request, reply_to, to, text, str(error))
    if to:
        return redirect("practice:conversation", handle=to)
    where = reverse("practice:thread", args=[reply_to]) if reply_to else reverse("practice:timeline")
    return redirect(f"{where}#post-{post.id}")


@page
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, post_id: int) -> HttpResponse:
    """Change the words of one's own post."""
    who = _visitor(request)
    post = actions.find(post_id, for_eyes_of=who)
    words, wrong = request.POST.get("text", post.text), ""
    if request.method == "POST":
        try:
            actions.edit(post_id, words, by=who, now=datetime.now(UTC))
            return redirect(f"{reverse('practice:thread', args=[post_id])}#post-{post_id}")
        except NotAllowed as error:
            wrong = str(error)
    if post.author_id != who.id:
        raise NotAllowed("Only the one who wrote it may change it. Choose that persona first.")
    given = {"post": post, "draft": words, "wrong": wrong}
    return _render(request, "practice/edit.html", given, 422 if wrong else 200)


@page
@require_POST
def delete(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take back one's own post."""
    actions.delete(post_id, by=_visitor(request), now=datetime.now(UTC))
    return _back(request)


@page
@require_POST
def repost(request: HttpRequest, post_id: int) -> HttpResponse:
    """Pass a post on, or no longer."""
    wanted = request.POST.get("undo") != "1"
    actions.repost(post_id, by=_visitor(request), now=datetime.now(UTC), wanted=wanted)
    return _back(request, post_id)


@page
@require_POST
def like(request: HttpRequest, post_id: int) -> HttpResponse:
    """Like a post, or no longer."""
    wanted = request.POST.get("undo") != "1"
    actions.like(post_id, by=_visitor(request), now=datetime.now(UTC), wanted=wanted)
    return _back(request, post_id)


@page
@require_POST
def persona(request: HttpRequest) -> HttpResponse:
    """Choose who to be: one of the cast, or anyone by a name and handle of one's own."""
    now = datetime.now(UTC)
    role = next((role for role in cast.CAST if role.handle == request.POST.get("role")), None)
    if role:
        who = actions.join(role.handle, role.name, followers=role.followers, bio=role.bio, now=now)
    else:
        name, handle = request.POST.get("name", ""), request.POST.get("handle", "")
        who = actions.join(handle or name.replace(" ", "."), name, followers=50, now=now)
    answer = _back(request)
    answer.set_signed_cookie(COOKIE, who.handle, max_age=30 * 86_400, httponly=True, samesite="Lax",
                             path=reverse("practice:timeline"))  # fmt: skip
    return answer


@page
@require_GET
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Someone, and what they wrote."""
    account = _account(handle)
    given = {"account": account, "talks": shown.profile(account, _who(request))}
    return _render(request, "practice/profile.html", given)


@page
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """The companies one can write to in private."""
    return _render(request, "practice/messages.html", {})


@page
@require_GET
def conversation(request: HttpRequest, handle: str) -> HttpResponse:
    """The visitor's private talk with a company."""
    return _conversation(request, handle)


@login_not_required
@require_GET
async def live(request: HttpRequest) -> HttpResponse:
    """Answers as soon as the log reaches past `after`, or after a while without."""
    given = request.GET.get("after", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        return JsonResponse({"seq": await sync_to_async(log.last_seq)()})
    await pulse().beyond(int(given), _LONGEST_LOOK)
    return JsonResponse({"seq": await sync_to_async(log.last_seq)()})


def _timeline(request: HttpRequest, draft: str = "", wrong: str = "") -> HttpResponse:
    asked, words = request.GET.get("before", ""), request.GET.get("q", "").strip().replace("\0", "")[:80]
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    talks, more = shown.timeline(_who(request), before=before, words=words)
    given = {"talks": talks, "more": more, "words": words, "before": before, "draft": draft, "wrong": wrong}
    return _render(request, "practice/timeline.html", given, 422 if wrong else 200)


def _thread(request: HttpRequest, post_id: int, draft: str = "", wrong: str = "") -> HttpResponse:
    post = Post.objects.select_related("root__author", "author").filter(pk=post_id, private_to=None).first()
    if post is None:
        raise actions.NotThere("There is no such post.")
    given = {"talk": shown.thread(post.root or post, _who(request)), "post": post, "draft": draft, "wrong": wrong}
    return _render(request, "practice/thread.html", given, 422 if wrong else 200)


def _conversation(request: HttpRequest, handle: str, draft: str = "", wrong: str = "") -> HttpResponse:
    company, who = _account(handle), _who(request)
    if not company.is_company:
        raise NotAllowed("Private messages go to companies only.")
    given = {"company": company, "talk": shown.messages(who, company) if who else [], "draft": draft, "wrong": wrong}
    return _render(request, "practice/conversation.html", given, 422 if wrong else 200)


def _again(request: HttpRequest, reply_to: int | None, to: str, draft: str, wrong: str) -> HttpResponse:
    """The page the words came from, with the words and what was wrong with them."""
    if to:
        return _conversation(request, to, draft, wrong)
    return _thread(request, reply_to, draft, wrong) if reply_to else _timeline(request, draft, wrong)


def _saying(who: Account, text: str, reply_to: int | None, to: str) -> Saying:
    return Saying(handle=who.handle, text=text, reply_to=reply_to, private_to=to or None)


def _last_message(who: Account, company: str) -> int | None:
    """What a private message answers: the newest one of that talk, so that it stays one talk."""
    talk = shown.messages(who, _account(company))
    return talk[-1].id if talk else None


def _account(handle: str) -> Account:
    account = Account.objects.filter(handle=handle.lower()).first()
    if account is None:
        raise actions.NotThere(f"Nobody here is called @{handle[:40]}.")
    return account


def _who(request: HttpRequest) -> Account | None:
    """The visitor's persona if it has ever done anything here."""
    return Account.objects.filter(handle=_handle(request), is_company=False).first()


def _visitor(request: HttpRequest) -> Account:
    """The visitor's persona, made now if need be."""
    role = next((role for role in cast.CAST if role.handle == _handle(request)), None)
    now = datetime.now(UTC)
    if role is None:
        return actions.join(_handle(request), "", now=now)
    return actions.join(role.handle, role.name, followers=role.followers, bio=role.bio, now=now)


def _handle(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, default=cast.YOU.handle))


def _back(request: HttpRequest, post_id: int | None = None) -> HttpResponse:
    """To the page the form stood on, or to the timeline."""
    place = request.POST.get("back", "")
    home = reverse("practice:timeline")
    safe = place.startswith(home) and not any(c in place for c in "\\\r\n") and "//" not in place
    return redirect((place if safe else home) + (f"#post-{post_id}" if post_id else ""))


def _render(request: HttpRequest, template: str, given: dict[str, Any], status: int = 200) -> HttpResponse:
    who = _who(request)
    role = next((role for role in cast.CAST if role.handle == _handle(request)), cast.YOU)
    companies = Account.objects.filter(is_company=True).order_by("handle")[:8]
    frame = {
        "me": who or role,
        "cast": cast.CAST,
        "companies": companies,
        "tags": shown.busiest_words(),
        "seq": request.META["practice.seq"],
        "most": rules.MOST_GRAPHEMES,
        "back": request.get_full_path(),
    }
    return render(request, template, {**frame, **given}, status=status)
