"""`emberwatch import`: posts from a file, through the same pipeline as everything that is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from django.db import DatabaseError, transaction

from emberwatch.cases.models import CasePost
from emberwatch.channels.errors import BadCursor
from emberwatch.channels.interface import Tools
from emberwatch.channels.registry import open_channel
from emberwatch.cli import place
from emberwatch.cli.telling import Json, document, progress, words
from emberwatch.cli.trouble import SET_ASIDE, STOPPED, WRONG_USE, Stop, say
from emberwatch.engine.clock import now
from emberwatch.engine.pipeline import take, understand
from emberwatch.engine.workers import take_back_leases, worker_name
from emberwatch.listening.actions import sources
from emberwatch.listening.actions.brands import save_brand
from emberwatch.listening.models import Brand, Source
from emberwatch.vocabulary.posts import Batch
from emberwatch.workspaces.models import Workspace

BY = "command line"
_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. `posts` and `refused` are this run's; `cases` are all that hold posts of the file."""

    source: str
    posts: int
    known: int
    refused: int
    cases: int
    finished: bool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    file: Annotated[Path, typer.Argument(help="NDJSON (one JSON object a line) or CSV, in UTF-8.")],
    brand: Annotated[str, typer.Option(help="Every post in the file is about this brand.")] = "",
    create_brand: Annotated[bool, typer.Option("--create-brand", help="Make the brand if there is none.")] = False,
    network: Annotated[str, typer.Option(help="Where the posts were written, such as x or phone.")] = "file",
    format_: Annotated[str, typer.Option("--format", help="auto, ndjson or csv.")] = "auto",
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="Which column holds what: text=body. May be given several times.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="For dates that name no zone, such as Europe/Dublin.")] = "UTC",
    source: Annotated[str, typer.Option(help="Name under which the import is listed. Default: the file's.")] = "",
    workspace: place.In = "",
    as_json: Json = False,
) -> int:
    """Import posts from a file; complaints and questions in it become cases.

    Each post is stored once however often the file is imported; an import that was cut off goes on where it stopped.
    Lines that cannot be read are set aside with the reason and hold nothing up (exit code 3).

    Example: emberwatch import week.csv --brand Larkfield --create-brand --map text=body --timezone Europe/Dublin
    """
    where = place.workspace(workspace)
    _check(file, format_)
    settings: dict[str, Any] = {
        "path": str(file.resolve()), "network": network, "format": format_,
        "columns": "\n".join(columns or []), "zone": timezone,
    }  # fmt: skip
    chosen = _brand(where, brand, create=create_brand)
    reading = _source(where, source or file.name, settings, chosen)
    done = _read(reading, file, quiet=as_json)
    _tell(done, file, as_json=as_json)
    return STOPPED if not done.finished else SET_ASIDE if done.refused else 0


def _check(file: Path, format_: str) -> None:
    if format_ not in ("auto", "ndjson", "csv"):
        raise Stop(f"There is no format {format_!r}: use auto, ndjson or csv.", WRONG_USE)
    if file.is_dir():
        raise Stop(f"{file} is a folder. Name one NDJSON or CSV file. Nothing was imported.")
    with file.open("rb"):
        pass


def _brand(workspace: Workspace, name: str, *, create: bool) -> Brand | None:
    if not name:
        return None
    rows = Brand.objects.within(workspace)
    found: Brand | None = rows.filter(name__iexact=name).first()
    if found is None and create:
        return save_brand(workspace, name, {"terms": [name]}, by=BY, now=now())
    if found is None:
        known = ", ".join(rows.order_by("name").values_list("name", flat=True)) or "none yet"
        raise Stop(f"There is no brand named {name!r} ({known}). Add --create-brand to make it.", WRONG_USE)
    return found


def _source(workspace: Workspace, name: str, settings: dict[str, Any], brand: Brand | None) -> Source:
    """The source of this file, held by us: the one from before, or a new one. Raises Stop when it is being read."""
    rows = Source.objects.within(workspace).select_related("workspace")
    same = [one for one in rows.filter(channel="file") if one.config.get("path") == settings["path"]]
    take_back_leases(now())
    # In one transaction, so that a running engine does not begin to read it before we hold it.
    with transaction.atomic():
        if same:
            found: Source = same[0]
            if found.config != settings:
                sources.change_source(found, found.name, settings, by=BY, now=now())
            sources.set_brand(found, brand, by=BY, now=now())
            sources.resume(found, by=BY, now=now())
        else:
            free = _free_name(set(rows.values_list("name", flat=True)), name)
            found = sources.add_source(workspace, "file", free, settings, by=BY, now=now(), brand=brand)
        if not _hold(found):
            raise Stop(
                f"{found.name} is being imported by another process. `emberwatch sources list` shows how far it is."
            )
    return found


def _free_name(taken: set[str], name: str) -> str:
    number = 2
    free = name[:120]
    while free in taken:
        free, number = f"{name[:110]} ({number})", number + 1
    return free


def _hold(source: Source) -> bool:
    return sources.lease(source, worker_name(), now=now(), lasts=_LEASE)


def _read(source: Source, file: Path, *, quiet: bool) -> Imported:
    before = (source.heard, source.refused)
    told, finished = 0, True
    try:
        with progress(f"Importing {file.name}", quiet=quiet) as step:
            for batch in _batches(source):
                take(source, batch, now=now)
                told += len(batch.events)
                step(batch.done or 0, batch.total, f"{told:,} posts")
                _hold(source)
        understand(source.workspace_id, now=now)
        sources.end(source, now=now())
    except KeyboardInterrupt:
        finished = False
        sources.pause(source, by=BY, now=now())
    except BaseException:
        # A database that takes no more takes this neither; the lease then ends by itself.
        with suppress(DatabaseError):
            sources.pause(source, by=BY, now=now())
        raise
    finally:
        with suppress(DatabaseError):
            sources.release(source, worker_name())
    mine = Source.objects.within(source.workspace_id).get(pk=source.pk)
    cases = CasePost.objects.within(source.workspace_id).filter(post__source=source).values("case").distinct().count()
    posts = mine.heard - before[0]
    return Imported(source.name, posts, told - posts, mine.refused - before[1], cases, finished)


def _batches(source: Source) -> Iterator[Batch]:
    """The file's batches in turn; a file that was replaced since is read from its top again."""
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient()
        channel = open_channel("file", source.settings(), Tools(client, now))
        batches = channel.fetch(source.cursor)
        try:
            while True:
                try:
                    batch = runner.run(_next(batches))
                except BadCursor as error:
                    sources.rewind(source, by=BY, now=now(), cursor=error.restart)
                    batches = channel.fetch(error.restart)
                    continue
                if batch is None:
                    return
                yield batch
        finally:
            runner.run(client.aclose())


async def _next(batches: AsyncIterator[Batch]) -> Batch | None:
    return await anext(batches, None)


def _tell(done: Imported, file: Path, *, as_json: bool) -> None:
    if not done.finished:
        say(f"Stopped. {done.posts:,} posts are in; the same command goes on where this one stopped.")
    if as_json:
        document(done)
        return
    again = f" ({done.known:,} were known already)" if done.known else ""
    words(f"{done.posts:,} posts from {file.name}{again}; {done.cases:,} cases hold posts of this file.")
    if done.refused:
        words(
            f"{done.refused:,} lines could not be read and were set aside with the reason:"
            f' emberwatch sources refused "{done.source}"'
        )
