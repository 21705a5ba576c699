"""`emberwatch cases`: the inbox, and what people do to a case."""

from __future__ import annotations

from typing import Annotated

import typer

from emberwatch.cases import inbox
from emberwatch.cases.actions import merge as merging
from emberwatch.cases.actions import work
from emberwatch.cases.conversation import conversation
from emberwatch.cases.models import Case
from emberwatch.cases.states import CHOOSABLE_OUTCOMES, Outcome
from emberwatch.cli import place
from emberwatch.cli.case_words import answers_of, entry_row, row, show
from emberwatch.cli.telling import Json, document, lines, table, words
from emberwatch.cli.trouble import WRONG_USE, Stop
from emberwatch.engine.clock import now
from emberwatch.listening.models import Brand
from emberwatch.workspaces.models import Membership, Workspace
from emberwatch.workspaces.rules import Ability

cases = typer.Typer(no_args_is_help=True, help="The inbox: look, assign, note, tag, close, merge, split.")

Key = Annotated[str, typer.Argument(help="The case: EW-12, #12 or 12.", metavar="CASE")]
Seen = Annotated[
    int | None, typer.Option("--seen", help="Refuse if the case has changed since this version (see `cases show`).")
]
_OUTCOMES = ", ".join(CHOOSABLE_OUTCOMES)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(cases, name="cases")


@cases.command("list")
def list_cases(
    box: Annotated[str, typer.Option(help=f"One of: {', '.join(inbox.Box)}.")] = inbox.Box.NEEDS_US.value,
    sort: Annotated[str, typer.Option(help=f"One of: {', '.join(inbox.Sort)}.")] = inbox.Sort.PRIORITY.value,
    network: Annotated[str, typer.Option(help="Only from this network.")] = "",
    severity: Annotated[int, typer.Option(help="At least this severe.", min=0, max=4)] = 0,
    language: Annotated[str, typer.Option(help="Only in this language, such as de.")] = "",
    brand: Annotated[str, typer.Option(help="Only about this brand.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    query: Annotated[str, typer.Option("--query", "-q", help="Only with these words in what was said.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = inbox.PAGE,
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """The cases of the inbox, the most urgent first.

    Example: emberwatch cases list --severity 3 --network x --json
    """
    where = place.workspace(workspace)
    for given, known in ((box, inbox.Box), (sort, inbox.Sort)):
        if given not in set(known):
            raise Stop(f"There is no {given!r}; there are {', '.join(known)}.", WRONG_USE)
    me = place.person(where, by, Ability.SEE).pk if by or box == inbox.Box.MINE else 0
    view = inbox.View.read({
        "box": box, "sort": sort, "network": network, "severity": str(severity or ""), "language": language,
        "brand": _brand(where, brand), "tag": tag, "q": query,
    })  # fmt: skip
    found = inbox.cases(where, view, me).select_related("workspace", "assignee", "brand")
    rows = [row(case) for case in found[:limit]]
    if as_json:
        lines(rows)
        return
    columns = {"key": "Case", "priority": "Prio", "customer": "Customer", "network": "Network", "title": "About",
               "state": "State", "due_at": "Due (UTC)", "assignee": "Whose"}  # fmt: skip
    table(rows, columns, empty=f"Nothing in {inbox.Box(box).label!r} that fits.")


@cases.command("show")
def show_case(key: Key, workspace: place.In = "", as_json: Json = False) -> None:
    """One case with all that was said, noted and done, oldest first.

    Example: emberwatch cases show EW-12
    """
    where = place.workspace(workspace)
    case = find(where, key)
    entries = [entry_row(one) for one in conversation(where, case)] + answers_of(where, case)
    entries.sort(key=lambda entry: entry["at"])
    if as_json:
        document({**row(case), "entries": entries})
    else:
        show(case, entries)


@cases.command("assign")
def assign(
    key: Key, to: Annotated[str, typer.Argument(help="A member's e-mail address, or `nobody`.")],
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Give a case to somebody, or to nobody.

    Example: emberwatch cases assign EW-12 ana@larkfield.example
    """
    where = place.workspace(workspace)
    member = Membership.objects.within(where).filter(person__email=to.lower()).select_related("person").first()
    if member is None and to != "nobody":
        raise Stop(f"{to} is no member of {where.slug}. `emberwatch people list` shows who is.", WRONG_USE)
    person, case = place.person(where, by, Ability.WORK), find(where, key)
    done = work.assign(where, case.pk, member.person if member else None, by=person, now=now())
    _tell(done, f"{done.key} is given to {to}.", as_json=as_json)


@cases.command("note")
def note(
    key: Key, text: Annotated[str, typer.Argument(help="For colleagues only; it can never be sent out.")],
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Leave a word for colleagues.

    Example: emberwatch cases note EW-12 "She called; wants a new rail, not the money."
    """
    where = place.workspace(workspace)
    person, case = place.person(where, by, Ability.NOTE), find(where, key)
    if not text.strip():
        raise Stop("The note is empty. Write something; nothing was saved.", WRONG_USE)
    work.write_note(where, case.pk, text, by=person, now=now())
    _tell(find(where, key), f"Noted on {case.key}, for colleagues only.", as_json=as_json)


@cases.command("tag")
def tag_case(
    key: Key,
    tags: Annotated[list[str] | None, typer.Argument(help="All the tags it shall have; none clears them.")] = None,
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Set the tags of a case.

    Example: emberwatch cases tag EW-12 delivery crib
    """
    where = place.workspace(workspace)
    person, case = place.person(where, by, Ability.WORK), find(where, key)
    done = work.retag(where, case.pk, tags or [], by=person, now=now())
    _tell(done, f"{done.key} is tagged: {', '.join(done.tags) or 'not at all'}.", as_json=as_json)


@cases.command("close")
def close(
    key: Key, outcome: Annotated[str, typer.Option(help=f"How it ended: {_OUTCOMES}.")],
    note: Annotated[str, typer.Option(help="A word on how it ended.")] = "",
    seen: Seen = None, by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """End a case with its outcome.

    Example: emberwatch cases close EW-12 --outcome compensated --note "New crib sent"
    """
    where = place.workspace(workspace)
    if outcome not in CHOOSABLE_OUTCOMES:
        raise Stop(f"There is no outcome {outcome!r}. Choose one of: {_OUTCOMES}. The case stays open.", WRONG_USE)
    person, case = place.person(where, by, Ability.CLOSE), find(where, key)
    done = work.close(where, case.pk, Outcome(outcome), by=person, seen_version=seen, now=now(), note=note)
    _tell(done, f"{done.key} is closed: {Outcome(outcome).label.lower()}.", as_json=as_json)


@cases.command("reopen")
def reopen(key: Key, by: place.As = "", workspace: place.In = "", as_json: Json = False) -> None:
    """Begin a closed case again.

    Example: emberwatch cases reopen EW-12
    """
    where = place.workspace(workspace)
    person, case = place.person(where, by, Ability.CLOSE), find(where, key)
    done = work.reopen(where, case.pk, by=person, now=now())
    _tell(done, f"{done.key} is open again.", as_json=as_json)


@cases.command("merge")
def merge(
    key: Key, into: Annotated[str, typer.Argument(help="The case that takes in everything.")],
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Move everything of one case into another.

    Example: emberwatch cases merge EW-13 EW-12
    """
    where = place.workspace(workspace)
    person = place.person(where, by, Ability.WORK)
    source, target = find(where, key), find(where, into)
    done = merging.merge(where, source.pk, target.pk, by=person, now=now())
    _tell(done, f"{source.key} is now part of {done.key}.", as_json=as_json)


@cases.command("split")
def split(
    key: Key, posts: Annotated[list[int], typer.Argument(help="Numbers of the posts that go (see `cases show`).")],
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Make some posts of a case a case of their own.

    Example: emberwatch cases split EW-12 4711 4712
    """
    where = place.workspace(workspace)
    person, case = place.person(where, by, Ability.WORK), find(where, key)
    done = merging.split(where, case.pk, posts, by=person, now=now())
    _tell(done, f"{len(posts)} posts of {case.key} are now {done.key}.", as_json=as_json)


def find(workspace: Workspace, key: str) -> Case:
    """The case of that key or number. Raises Stop."""
    number = key.upper().removeprefix(f"{workspace.prefix}-").removeprefix("#").strip()
    rows = Case.objects.within(workspace).select_related("workspace", "customer", "assignee", "brand", "merged_into")
    found: Case | None = rows.filter(number=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    if found is None:
        raise Stop(f"There is no case {key} in {workspace.slug}. `emberwatch cases list` shows those there are.")
    return found


def _brand(workspace: Workspace, name: str) -> str:
    if not name:
        return ""
    found = Brand.objects.within(workspace).filter(name__iexact=name).first()
    if found is None:
        raise Stop(f"There is no brand named {name!r} in {workspace.slug}.", WRONG_USE)
    return str(found.pk)


def _tell(case: Case, said: str, *, as_json: bool) -> None:
    if as_json:
        document(row(case))
    else:
        words(said)
