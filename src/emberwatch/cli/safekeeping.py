"""`emberwatch backup` and `emberwatch restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emberwatch.cli import archive, usage
from emberwatch.cli import database_copies as copies
from emberwatch.cli.telling import Json, document, progress, words
from emberwatch.cli.trouble import Stop
from emberwatch.engine.clock import now


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as monday.tar.gz.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the keys in too: whoever has the file can then act as you.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write everything into one file with checksums, while Emberwatch goes on running.

    Without --with-keys keep credentials.key elsewhere: without it the networks must be signed in to anew.

    Example: emberwatch backup /backups/monday.tar.gz
    """
    if file.is_dir():
        raise Stop(f"{file} is a folder. Name a file in it, such as {file / 'emberwatch.tar.gz'}.")
    if file.exists() and not force:
        raise Stop(f"{file} is there already and was not touched. Choose another name, or add --force.")
    if copies.is_empty():
        raise Stop("There is no database to back up yet. `emberwatch run` makes one when it starts.")
    with progress(f"Writing {file.name}", quiet=as_json) as step:
        manifest = archive.write(file, with_keys=with_keys, now=now(), step=step)
    size = file.stat().st_size
    if as_json:
        document({"file": str(file), "bytes": size, **manifest.told()})
        return
    words(f"{file} holds everything ({size / 1e6:,.1f} MB, {len(manifest.files)} parts with checksums).")
    if not with_keys:
        words("The keys are not in it. Keep credentials.key elsewhere, or use --with-keys.")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `emberwatch backup` wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace what is here; it is kept beside under another name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in place. Checksums are verified before anything is touched; Emberwatch must not be running.

    Example: emberwatch restore /backups/monday.tar.gz --force
    """
    with usage.alone(), progress(f"Reading {file.name}", quiet=as_json) as step:
        done = archive.put_back(file, force=force, now=now(), step=step)
    if as_json:
        document({"file": str(file), "replaced": [str(path) for path in done.kept], "keys": done.keys})
        return
    words(f"Restored from {file}.")
    for path in done.kept:
        words(f"What was here before is kept: {path}")
    if done.keys == "other":
        words(
            "The credentials in it were stored with another key. Put that credentials.key into"
            " the home folder, or enter each source's credentials again."
        )
