"""`emberwatch run`, `work` and `practice`: the processes that stay."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from django.conf import settings
from rich.console import RenderableType

from emberwatch.cli import opening
from emberwatch.cli.place import bring_up_to_date, home
from emberwatch.cli.telling import console, words
from emberwatch.cli.trouble import Stop
from emberwatch.cli.usage import in_use
from emberwatch.engine.clock import now
from emberwatch.engine.embedded import Engine
from emberwatch.practice.storyteller import tell_next

Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes any that is free.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on. Any but loopback also needs EMBERWATCH_HOSTS.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(run)
    app.command("work")(work)
    app.command("practice")(practice)


def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    engine: Annotated[bool, typer.Option(help="Listen, send and watch the clock in this process too.")] = True,
    practice: Annotated[bool, typer.Option(help="Open a workspace to practise in where there is none.")] = True,
    story: Annotated[bool, typer.Option(help="Let invented people go on talking on the practice network.")] = True,
) -> None:
    """Serve the desk, listen and send, in one process. Ctrl-C stops cleanly.

    Example: emberwatch run --port 8080
    """
    with _bound(host, port) as door, in_use("run"):
        url = f"http://{_reachable(host)}:{door.getsockname()[1]}"
        bring_up_to_date()
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        if practice:
            opening.open_practice_workspace(url, story=story)
        _serve(door, Engine() if engine else None, opening.greeting(url), story=story and practice)


class _Server(uvicorn.Server):
    """Greets once it can be reached. Tells the engine to finish as soon as it is told to: the engine's own long calls
    to the practice network would otherwise hold the doors open."""

    def __init__(self, config: uvicorn.Config, engine: Engine | None, greeting: RenderableType) -> None:
        super().__init__(config)
        self._engine = engine
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The doors are open from here on."""
        await super().startup(sockets)
        console().print(self._greeting)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal asks us to stop."""
        if self._engine is not None:
            self._engine.stop(within=0)
        super().handle_exit(sig, frame)


def _serve(door: socket.socket, engine: Engine | None, greeting: RenderableType, *, story: bool) -> None:
    server = _Server(
        uvicorn.Config(
            "emberwatch.web.asgi:application", log_level="warning", access_log=False, lifespan="off",
            timeout_graceful_shutdown=2, timeout_keep_alive=65,
        ),
        engine,
        greeting,
    )  # fmt: skip
    ended = threading.Event()
    # uvicorn raises again the signal that stopped it; this makes a service manager's the same as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if engine is not None:
            engine.start()
        if story:
            threading.Thread(target=_tell_on, args=(ended,), name="story", daemon=True).start()
        server.run(sockets=[door])
    except KeyboardInterrupt:
        pass
    finally:
        ended.set()
        if engine is not None:
            engine.stop()
    words("Stopped.")


def _tell_on(ended: threading.Event) -> None:
    """The talk on the practice network goes on, beat by beat, where this installation has one."""
    if not opening.is_there():
        return
    pause = 30.0
    while not ended.wait(pause):
        pause = min(max(tell_next(now()).total_seconds(), 5.0), 600.0)


def work() -> None:
    """Listen, send and watch the clock, without serving the desk: for more processes beside `run --no-engine`.

    Example: emberwatch work
    """
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with in_use("work"):
        bring_up_to_date()
        engine = Engine()
        engine.start()
        words("Listening and sending. Ctrl-C stops.")
        ended.wait()
        engine.stop()
    words("Stopped.")


def practice(port: Port = 8010) -> None:
    """Serve only the practice network, with a database of its own, for another Emberwatch to listen to.

    Example: emberwatch practice --port 8010
    """
    with _bound("127.0.0.1", port) as door:
        free = door.getsockname()[1]
    words(f"The practice network is at http://127.0.0.1:{free}/practice/ - Ctrl-C stops.")
    command = [sys.executable, "-m", "emberwatch.practice", "serve", "--port", str(free)]
    command += ["--database", str(home() / "practice.sqlite3")]
    sys.stdout.flush()
    os.execve(  # noqa: S606 - our own interpreter, in our place
        sys.executable, command, {**os.environ, "PRACTICE_SECRET": settings.PRACTICE_SECRET}
    )


def _bound(host: str, port: int) -> socket.socket:
    """A socket of ours on that port, so that nothing is begun when another program has it. Raises Stop."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(2048)
    except OSError as error:
        door.close()
        if error.errno == errno.EADDRINUSE:
            raise Stop(
                f"Port {port} on {host} is taken by another program, perhaps by an Emberwatch that is running already."
                f" Stop that one, or choose another port: emberwatch run --port {port % 65535 + 1}"
            ) from None
        if error.errno == errno.EACCES:
            raise Stop(f"Port {port} may not be opened by this user. Choose one above 1023.") from None
        raise Stop(f"{host} is no address of this machine ({error.strerror}). Leave --host away to listen here only.") \
            from None
    return door


def _reachable(host: str) -> str:
    """The address by which this machine reaches itself when it listens on `host`."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
