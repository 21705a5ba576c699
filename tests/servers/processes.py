"""Processes that never outlive the test run, even when it is killed with no chance to tidy up."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

# The shell leaves a watcher behind and becomes the server itself. The watcher reads a pipe that only we hold:
# its end means that we let go or died, so the server is asked to stop and its folder goes.
_GUARD = """
folder=$1; shift
exec 3<&0 </dev/null
( cat <&3 >/dev/null
  kill -INT $$ 2>/dev/null
  tries=0
  while kill -0 $$ 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL $$ 2>/dev/null
  [ -n "$folder" ] && rm -rf -- "$folder"
) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
"""


class StartFailed(RuntimeError):
    """A server was there but did not start; the message ends with what it said."""


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def temporary_folder(prefix: str, *, owner: str | None = None) -> Iterator[Path]:
    """A fresh folder with a short path, given to `owner` (an account name) if one is named, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def guarded(
    command: Sequence[str | Path],
    *,
    folder: Path,
    user: str | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path,
    stdout: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` until the block ends, or until this process dies in any way.

    `folder` is removed if we die; `log` takes what the server says (standard output too, unless `stdout` is
    given). The signal to stop is SIGINT, which every server here takes as "stop at once, tidily".
    """
    with log.open("ab") as said:
        process = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", str(folder), *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=said if stdout is None else stdout,
            stderr=said,
            user=user,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, *, what: str, seconds: float = 30
) -> None:
    """Return once `ready()` is true. Raises StartFailed with the end of `log` if the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            state = "ended" if process.poll() is not None else f"was not ready after {seconds:.0f} s"
            raise StartFailed(f"{what} {state}. It said:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)
