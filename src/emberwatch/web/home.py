"""Where this installation keeps its files, and the keys it made for itself."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def home() -> Path:
    """The folder for the database, keys and backups: EMBERWATCH_HOME, or `var` in the working folder."""
    folder = Path(os.environ.get("EMBERWATCH_HOME") or "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def kept_secret(name: str, *, bytes_long: int = 48) -> str:
    """A random secret made once and kept in `home()/name`, readable by its owner only.

    Two processes that start together agree: the file appears whole or not at all, and the first one wins.
    """
    path = home() / name
    if not path.exists():
        draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(bytes_long))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
