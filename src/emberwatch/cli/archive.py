"""The backup archive: a tar.gz of the database, uploaded files and, if asked, keys, with a manifest of checksums."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import msgspec
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from emberwatch.cli import database_copies as copies
from emberwatch.cli.place import home
from emberwatch.cli.telling import Step
from emberwatch.cli.trouble import Stop

KEYS = ("secret.key", "credentials.key", "practice.key", "practice-sign-in.txt")
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds. `files` maps each part to its SHA-256; `key_print` tells whether the stored
    credentials belong to a key without revealing it."""

    made_at: datetime
    emberwatch: str
    database: str
    migrations: list[str]
    files: dict[str, str]
    key_print: str
    with_keys: bool

    def told(self) -> dict[str, Any]:
        """What a person or program may want to know of it."""
        return {"made_at": self.made_at, "database": self.database, "parts": sorted(self.files), "keys": self.with_keys}


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: where the things replaced were kept, and whose keys the credentials need:
    "same", "restored" or "other"."""

    kept: list[Path]
    keys: str


def write(file: Path, *, with_keys: bool, now: datetime, step: Step) -> Manifest:
    """Write an archive of everything; it appears under its name only when it is whole."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    with tempfile.TemporaryDirectory(prefix="emberwatch-backup-", dir=file.absolute().parent) as folder:
        database = copies.write(Path(folder), step)
        parts = {database.name: database, **_uploads()}
        if with_keys:
            parts |= {f"keys/{name}": home() / name for name in KEYS if (home() / name).exists()}
        manifest = Manifest(
            made_at=now, emberwatch=version("emberwatch"), database=connection.vendor, migrations=_applied(),
            files={name: _sum(path) for name, path in parts.items()}, key_print=_key_print(), with_keys=with_keys,
        )  # fmt: skip
        about = Path(folder) / _MANIFEST
        about.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
                _pack(out, {_MANIFEST: about, **parts}, step)
                out.flush()
                os.fsync(out.fileno())
            os.replace(draft, file)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def put_back(file: Path, *, force: bool, now: datetime, step: Step) -> Restored:
    """Verify an archive, then put it in place. Raises Stop, with nothing touched, when it is damaged, does not fit
    this installation, or something would be replaced without `force`."""
    with tempfile.TemporaryDirectory(prefix="restore-", dir=home()) as name:
        folder = Path(name)
        manifest = _unpacked(file, folder, step)
        _fits(manifest)
        if not force and not copies.is_empty():
            raise Stop(
                "There is a database here already, and nothing was touched. Add --force to replace it;"
                " what is here is kept beside under another name."
            )
        stamp = f"{now:%Y%m%d-%H%M%S}"
        kept = copies.put_back(folder, stamp, step)
        kept += [old for part in ("files",) if (old := _swap(folder / part, home() / part, stamp))]
        for key in KEYS:
            if old := _swap(folder / "keys" / key, home() / key, stamp):
                kept.append(old)
    whose = "same" if manifest.key_print == _key_print() else "restored" if manifest.with_keys else "other"
    return Restored(kept, whose)


def _pack(out: BinaryIO, parts: dict[str, Path], step: Step) -> None:
    total = sum(path.stat().st_size for path in parts.values())
    done = 0
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
        for name, path in parts.items():
            tar.add(path, name, recursive=False)
            done += path.stat().st_size
            step(done, total, name)


def _unpacked(file: Path, folder: Path, step: Step) -> Manifest:
    """The archive's parts in `folder`, each checked against the manifest. Raises Stop."""
    damaged = f"{file} is damaged or no Emberwatch backup ({{}}). Nothing was touched; use another backup."
    try:
        with tarfile.open(file, "r:gz") as tar:
            for member in tar:
                _unpack(tar, member, folder)
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except (tarfile.TarError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise Stop(damaged.format(error)) from error
    except OSError as error:
        if error.errno is None or (isinstance(error, FileNotFoundError) and _MANIFEST in str(error.filename)):
            raise Stop(damaged.format(error)) from error
        raise
    for number, (name, expected) in enumerate(manifest.files.items(), 1):
        part = folder / name
        if not part.is_file() or _sum(part) != expected:
            raise Stop(damaged.format(f"{name} does not have its checksum"))
        step(number, len(manifest.files), name)
    return manifest


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One plain file into `folder`. Raises TarError for anything else, such as a link or a way out of the folder."""
    name = PurePosixPath(member.name)
    inside = tar.extractfile(member) if member.isfile() else None
    if inside is None or name.is_absolute() or ".." in name.parts:
        raise tarfile.TarError(f"{member.name} is no plain file")
    to = folder / name
    to.parent.mkdir(parents=True, exist_ok=True)
    with inside, os.fdopen(os.open(to, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(inside, out, _CHUNK)


def _fits(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise Stop(
            f"This backup is of {manifest.database}, and EMBERWATCH_DATABASE_URL names {connection.vendor}."
            " Nothing was touched; point it at the same kind of database."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Stop(
            f"This backup was made by a newer Emberwatch ({manifest.emberwatch}; {newer[0]} is unknown here)."
            " Nothing was touched; install that version first."
        )


def _swap(new: Path, place: Path, stamp: str) -> Path | None:
    """Move `new` to `place`; what stood there and differs is moved beside, and where to is returned."""
    if not new.exists() or (new.is_file() and place.is_file() and new.read_bytes() == place.read_bytes()):
        return None
    kept = None
    if place.exists():
        kept = place.with_name(f"{place.name}.replaced-{stamp}")
        os.replace(place, kept)
    shutil.move(new, place)
    return kept


def _uploads() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    return {f"files/{path.relative_to(root)}": path for path in sorted(root.rglob("*")) if path.is_file()}


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def _key_print() -> str:
    return hashlib.blake2b(f"print of {settings.CREDENTIALS_KEY}".encode(), digest_size=8).hexdigest()


def _sum(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
