"""Keeps a file that a person sent us, so that the engine can read it."""

from __future__ import annotations

import re
import shutil
import uuid
from pathlib import Path
from typing import Protocol

from django.conf import settings

from emberwatch.workspaces.models import Workspace

MOST_BYTES = 2 * 1024**3
"""The largest file taken from a browser; larger ones go in by `emberwatch import`."""


class Upload(Protocol):
    """A file as the web framework hands it over."""

    name: str | None
    size: int | None

    def chunks(self, chunk_size: int | None = None) -> object:
        """Its bytes, piece by piece."""
        ...


class NotKept(ValueError):
    """The file could not be stored; the message says why. Nothing of it was kept."""


def keep_upload(workspace: Workspace, upload: Upload) -> Path:
    """Write the file under the installation's own folder, piece by piece, under its own (tamed) name.

    Raises NotKept when it is empty, too large, or the disk refuses it.
    """
    size = upload.size or 0
    if size == 0:
        raise NotKept("The file is empty. Choose another one.")
    if size > MOST_BYTES:
        raise NotKept(
            f"The file has {size / 1024**3:.1f} GB; a browser can send {MOST_BYTES // 1024**3} GB. Nothing was kept."
            " Copy it to the server and use the command `emberwatch import` instead."
        )
    folder = Path(settings.MEDIA_ROOT) / "imports" / str(workspace.pk) / uuid.uuid4().hex
    try:
        folder.mkdir(parents=True)
        with open(folder / tame(upload.name or "posts"), "wb") as kept:
            for chunk in upload.chunks():  # type: ignore[attr-defined]
                kept.write(chunk)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NotKept(
            f"The file could not be written to disk ({error.strerror or error}). Nothing was kept and nothing imported."
            " Ask whoever runs the server to make room, then try again."
        ) from error
    return folder / tame(upload.name or "posts")


def tame(name: str) -> str:
    """A file name that cannot lead anywhere: letters, digits, dot, dash and underscore, at most 80 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^\w.-]+", "-", last).strip(".-")[-80:] or "posts"
