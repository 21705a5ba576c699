"""Emberwatch itself as a real process: started, watched, killed, started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.servers.databases import fresh_database
from tests.servers.processes import StartFailed, free_port, temporary_folder

EMBERWATCH = Path(sys.executable).with_name("emberwatch")


class Desk:
    """One installation. `url` is where it is served; `home` holds its files; `log` what it said."""

    def __init__(self, home: Path, environment: Mapping[str, str], *options: str, command: str = "run") -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**environment, "EMBERWATCH_PUBLIC_URL": self.url}
        self.log = home / "said.log"
        self._command = [str(EMBERWATCH), command, "--port", str(self.port), *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, seconds: float = 90) -> None:
        """Start it and return once it answers."""
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                self._command, cwd=self.home, env=dict(self.environment), stdout=said, stderr=said,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/accounts/login/", timeout=5)
                return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StartFailed(f"Emberwatch did not start. It said:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it without a chance to tidy up (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End it and all that it started, if it was started at all."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self, *, seconds: float = 10) -> int:
        """Ask it to stop (SIGINT) and return its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of this installation and return what it said."""
        return subprocess.run(
            [str(EMBERWATCH), *arguments], env=dict(self.environment), cwd=self.home, input=text, capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip

    @property
    def password(self) -> str:
        """The password of the practice people."""
        words = (self.home / "practice-sign-in.txt").read_text().split()
        return words[-1]


@contextlib.contextmanager
def desk(*options: str, server: str | None = None, start: bool = True) -> Iterator[Desk]:
    """A fresh installation, gone at the end. `server` names a PostgreSQL to use instead of this run's database."""
    with temporary_folder("emberwatch-desk-") as home, fresh_database(home, server=server) as environment:
        one = Desk(home, environment, *options)
        if start:
            one.start()
        try:
            yield one
        finally:
            one.end()
