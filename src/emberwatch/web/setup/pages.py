"""The front page of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emberwatch.listening.models import Brand, Correction, Source
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.models import Membership
from emberwatch.workspaces.rules import Ability


@dataclass(frozen=True, slots=True)
class Card:
    """One part of the settings: where it is, what it is for, what stands there, and what is still to be done."""

    path: str
    icon: str
    label: str
    what: str
    stands: str = ""
    to_do: str = ""


@desk_page()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All settings on one page, with what is still to be set up first."""
    cards = _cards(desk)
    return render(request, "web/setup/index.html", {"cards": cards, "to_do": [card for card in cards if card.to_do]})


def _cards(desk: Desk) -> list[Card]:
    workspace = desk.workspace
    brands = Brand.objects.within(workspace).count()
    sources = Source.objects.within(workspace).count()
    people = Membership.objects.within(workspace).count()
    cards = [
        Card("sources/", "radio", "Sources", "The networks, mailboxes and forms you listen to and answer in.",
             _many(sources, "source"), "" if sources else "Add a source, so that something is heard."),
        Card("settings/brands/", "tag", "Brands", "The words by which a post is known to be about you.",
             _many(brands, "brand"), "" if brands else "Write down the words customers use for you."),
        Card("settings/people/", "users", "People", "Who works here, and what each may do.",
             _many(people, "person", "people"), "" if people > 1 else "Invite a colleague."),
    ]  # fmt: skip
    if desk.may(Ability.CONFIGURE):
        set_up = bool({"week", "targets", "always", "zone"} & workspace.policy.keys())
        lessons = Correction.objects.within(workspace).filter(undone_at=None).count()
        cards += [
            Card("settings/hours/", "clock", "Hours and deadlines",
                 "When your desk is open, and how soon a customer hears from you.",
                 "" if set_up else "standard hours", "" if set_up else "Look over the standard hours and deadlines."),
            Card("settings/priority/", "arrow-up-wide-narrow", "Priority", "What counts for how much in the queue."),
            Card("settings/learnt/", "graduation-cap", "What was learnt",
                 "What colleagues set right, and what follows from it.", _many(lessons, "lesson") if lessons else ""),
            Card("settings/topics/", "signpost", "Departments and products",
                 "Whose a post is, and what it is about, taught by example."),
            Card("settings/thresholds/", "sliders-horizontal", "Thresholds",
                 "How sure we must be before a post is called a complaint, angry or spam."),
            Card("settings/words/", "book-a", "Own words",
                 "Shapes of your order numbers, competitors and places."),
            Card("imports/new/", "file-up", "Import a file",
                 "Posts, calls or letters written down elsewhere, as NDJSON or CSV."),
        ]  # fmt: skip
    return [
        *cards,
        Card("settings/profile/", "user", "Your profile", "Your name, time zone, look, password and two-step sign-in."),
    ]


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
