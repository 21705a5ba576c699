"""Drafting an answer, sending it, and the ways on when one did not go out."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from emberwatch.cases.models import Case
from emberwatch.cases.pages import deed, done, number_in, refused
from emberwatch.replies.actions import deliver, write
from emberwatch.replies.outbox import replies_of
from emberwatch.workspaces.access import Desk
from emberwatch.workspaces.rules import Ability


@deed(Ability.ANSWER)
def draft(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Keep what was typed so far."""
    write.save_draft(
        desk.workspace, case, desk.person, _way(request), _text(request), now=timezone.now()
    )
    return HttpResponse(status=204)


@deed(Ability.ANSWER)
def send(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Hand the answer to the outbox; the text is kept as a draft first, so that a refusal loses nothing."""
    seen = number_in(request, "seen_version")
    text, way, now = _text(request), _way(request), timezone.now()
    write.save_draft(desk.workspace, case, desk.person, way, text, now=now)
    if seen is None:
        raise ValueError("The page does not say what you had seen of the case. Reload it; your text is kept.")
    write.send(desk.workspace, case.pk, text, way=way, by=desk.person, seen_version=seen, now=now)
    return done(then={"replyKept": ""})


def _text(request: HttpRequest) -> str:
    """What was typed, with the line ends people typed: browsers send two characters for one."""
    return request.POST.get("text", "").replace("\r\n", "\n")


def _way(request: HttpRequest) -> str:
    return "private" if request.POST.get("way") == "private" else "public"


@deed(Ability.ANSWER)
def retry(request: HttpRequest, desk: Desk, case: Case, reply: int) -> HttpResponse:
    """Try a failed answer again, or one that did not arrive."""
    if not write.retry(desk.workspace, _of(desk, case, reply), by=desk.person, now=timezone.now()):
        return refused(request, "That answer waits for no decision any more: somebody, or the network, settled it.")
    return done()


@deed(Ability.ANSWER)
def arrived(request: HttpRequest, desk: Desk, case: Case, reply: int) -> HttpResponse:
    """A person saw on the network that an unclear answer did arrive."""
    if not deliver.arrived(desk.workspace, _of(desk, case, reply), now=timezone.now()):
        return refused(request, "That answer is no longer unclear: somebody, or the network, settled it.")
    return done()


@deed(Ability.ANSWER)
def take_back(request: HttpRequest, desk: Desk, case: Case, reply: int) -> HttpResponse:
    """Take an answer back before it is sent; its text becomes the draft again."""
    mine = _of(desk, case, reply)
    if not write.cancel(desk.workspace, mine, by=desk.person, now=timezone.now()):
        return refused(request, "Too late to take it back: it is being sent, or has been.")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _of(desk: Desk, case: Case, reply: int) -> int:
    if not replies_of(desk.workspace, case).filter(pk=reply).exists():
        raise Http404("There is no such answer in this case.")
    return reply
