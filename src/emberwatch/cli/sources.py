"""`emberwatch sources`: where we listen, how well each place is heard, and what it sent that nobody could read."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from typing import Annotated, Any

import httpx
import typer
from django.db import IntegrityError

from emberwatch.channels.interface import Condition, Health, Tools
from emberwatch.channels.registry import channel, open_channel
from emberwatch.channels.spec import Spec
from emberwatch.cli import place
from emberwatch.cli.telling import Json, document, lines, table, words
from emberwatch.cli.trouble import FAILED, WRONG_USE, Stop
from emberwatch.engine.clock import now
from emberwatch.listening.actions import sources as actions
from emberwatch.listening.health import SourceHealth, health
from emberwatch.listening.models import Aside, Brand, Source
from emberwatch.workspaces.models import Workspace

sources = typer.Typer(no_args_is_help=True, help="Where we listen: list, add, check, pause, resume, back-fill.")

BY = "command line"
Name = Annotated[str, typer.Argument(help="The source's name, from `sources list`.", metavar="SOURCE")]
_SHOWN = 200


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(sources, name="sources")


@sources.command("list")
def list_sources(workspace: place.In = "", as_json: Json = False) -> None:
    """Every source and how well it is heard, those in trouble first.

    Example: emberwatch sources list --json
    """
    where = place.workspace(workspace)
    rows = [_row(one) for one in health(where, now())]
    if as_json:
        lines(rows)
        return
    columns = {"name": "Source", "channel": "Channel", "hearing": "Heard", "heard": "Posts", "refused": "Refused",
               "last_contact_at": "Last contact", "words": "In words"}  # fmt: skip
    table(rows, columns, empty="Nothing is listened to yet: emberwatch sources add --help")


@sources.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="practice, bluesky, email, feed or webform.", metavar="CHANNEL")],
    name: Annotated[str, typer.Argument(help="What people call it.")],
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting: key=value. Several times.")] = None,
    hidden: Annotated[
        list[str] | None,
        typer.Option("--secret", help="A secret setting, asked for here or read from standard input, one a line."),
    ] = None,
    brand: Annotated[str, typer.Option(help="Everything heard there is about this brand.")] = "",
    workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Listen to one more place. Secrets never stand on a command line, where others could read them.

    Example: emberwatch sources add bluesky Bluesky --set handle=larkfield.example --secret app_password
    """
    where, spec = place.workspace(workspace), channel(kind).spec
    values = _values(spec, settings or []) | {key: _asked(spec, key) for key in hidden or []}
    about = Brand.objects.within(where).filter(name__iexact=brand).first() if brand else None
    if brand and about is None:
        raise Stop(f"There is no brand named {brand!r} in {where.slug}. Nothing was added.", WRONG_USE)
    if missing := [f"{one.name} ({one.metadata['label']})" for one in _required(spec) if one.name not in values]:
        raise Stop(f"{spec.label} also needs {', '.join(missing)}. Nothing was added.", WRONG_USE)
    try:
        made = actions.add_source(where, kind, name, values, by=BY, now=now(), brand=about)
    except IntegrityError:
        raise Stop(f"There is a source named {name!r} already. Choose another name; nothing was added.") from None
    _tell(where, made, f"{made.name} is listened to from now on. Try it: emberwatch sources check {name!r}", as_json)


@sources.command("check")
def check(name: Name, workspace: place.In = "", as_json: Json = False) -> int:
    """Ask a network whether it still knows us. Exit code 1 when it does not.

    Example: emberwatch sources check "Care mailbox"
    """
    source = _one(place.workspace(workspace), name)
    found = asyncio.run(_checked(source))
    if as_json:
        document({"source": source.name, **dataclasses.asdict(found)})
    else:
        words(f"{source.name}: {found.condition}. {found.message}")
    return 0 if found.condition is Condition.OK else FAILED


@sources.command("pause")
def pause(name: Name, workspace: place.In = "", as_json: Json = False) -> None:
    """Stop listening there until resumed; what is said meanwhile is heard afterwards.

    Example: emberwatch sources pause Commons
    """
    where = place.workspace(workspace)
    source = _one(where, name)
    actions.pause(source, by=BY, now=now())
    _tell(where, source, f"{source.name} is paused.", as_json)


@sources.command("resume")
def resume(name: Name, workspace: place.In = "", as_json: Json = False) -> None:
    """Listen again from where it stopped.

    Example: emberwatch sources resume Commons
    """
    where = place.workspace(workspace)
    source = _one(where, name)
    actions.resume(source, by=BY, now=now())
    _tell(where, source, f"{source.name} is listened to again.", as_json)


@sources.command("backfill")
def backfill(name: Name, workspace: place.In = "", as_json: Json = False) -> None:
    """Read a source again from as far back as its network keeps. What is known is not doubled.

    Example: emberwatch sources backfill Commons
    """
    where = place.workspace(workspace)
    source = _one(where, name)
    actions.rewind(source, by=BY, now=now())
    _tell(where, source, f"{source.name} is read again from the beginning by whatever runs the engine.", as_json)


@sources.command("refused")
def refused(
    name: Name, limit: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = 40,
    workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """What came from a source and could not be read: the line, the reason, and how it begins.

    Example: emberwatch sources refused week.csv
    """
    where = place.workspace(workspace)
    found = Aside.objects.within(where).filter(source=_one(where, name)).order_by("-id")[:limit]
    rows = [
        {"at": bad.at, "line": bad.line, "reason": bad.reason, "raw": bytes(bad.raw).decode("utf-8", "replace")}
        for bad in found
    ]
    if as_json:
        lines(rows)
        return
    short = [{**bad, "raw": str(bad["raw"])[:_SHOWN]} for bad in rows]
    table(short, {"line": "Line", "reason": "Why", "raw": "How it begins"}, empty="Everything could be read.")


def _values(spec: Spec, pairs: list[str]) -> dict[str, Any]:
    """Settings from key=value, each as the type its field has. Raises Stop."""
    fields = {field.name: field for field in dataclasses.fields(spec.config)}
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key not in fields:
            known = ", ".join(fields)
            raise Stop(f"--set {pair}: write key=value with one of these keys: {known}. Nothing was added.", WRONG_USE)
        if fields[key].metadata.get("secret"):
            raise Stop(f"{key} is a secret: use --secret {key} and it is asked for. Nothing was added.", WRONG_USE)
        values[key] = _typed(fields[key], value)
    return values


def _typed(field: Any, value: str) -> Any:
    kind = field.metadata.get("kind")
    if kind == "boolean":
        if value.lower() not in ("true", "false", "yes", "no", "1", "0"):
            raise Stop(f"{field.name} is yes or no, not {value!r}. Nothing was added.", WRONG_USE)
        return value.lower() in ("true", "yes", "1")
    if kind == "number":
        if not value.isdecimal():
            raise Stop(f"{field.name} is a whole number, not {value!r}. Nothing was added.", WRONG_USE)
        return int(value)
    choices = [choice for choice, _ in field.metadata.get("choices", ())]
    if choices and value not in choices:
        raise Stop(f"{field.name} is one of {', '.join(choices)}, not {value!r}. Nothing was added.", WRONG_USE)
    return value


def _asked(spec: Spec, key: str) -> str:
    known = [field.name for field in dataclasses.fields(spec.config) if field.metadata.get("secret")]
    if key not in known:
        raise Stop(f"{spec.label} has no secret {key!r}; it has: {', '.join(known) or 'none'}.", WRONG_USE)
    if sys.stdin.isatty():
        return str(typer.prompt(key, hide_input=True))
    return sys.stdin.readline().rstrip("\n")


def _required(spec: Spec) -> list[Any]:
    return [field for field in dataclasses.fields(spec.config) if field.default is dataclasses.MISSING]


async def _checked(source: Source) -> Health:
    async with httpx.AsyncClient(timeout=30) as http:
        return await open_channel(source.channel, source.settings(), Tools(http, now)).check()


def _one(workspace: Workspace, name: str) -> Source:
    rows = Source.objects.within(workspace)
    found: Source | None = rows.filter(name=name).first() or rows.filter(name__iexact=name).first()
    if found is None:
        known = ", ".join(rows.order_by("name").values_list("name", flat=True)) or "none"
        raise Stop(f"There is no source named {name!r} in {workspace.slug}. There are: {known}.", WRONG_USE)
    return found


def _row(one: SourceHealth) -> dict[str, Any]:
    source = one.source
    return {
        "name": source.name, "channel": source.channel, "hearing": one.hearing, "words": one.words,
        "brand": source.brand.name if source.brand else None, "heard": source.heard, "refused": source.refused,
        "done": source.done, "total": source.total, "last_contact_at": source.last_contact_at,
        "last_post_at": source.last_post_at, "problem": source.problem,
    }  # fmt: skip


def _tell(workspace: Workspace, source: Source, said: str, as_json: bool) -> None:
    if as_json:
        document(next(_row(one) for one in health(workspace, now()) if one.source.pk == source.pk))
    else:
        words(said)
