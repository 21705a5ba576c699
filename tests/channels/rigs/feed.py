"""A blog on the bench: Django's own syndication framework with its ETag and gzip middleware, in a process of its own.

`python -m tests.channels.rigs.feed PORT FOLDER` serves it; the rig writes posts and faults into the folder.
"""

from __future__ import annotations

import ctypes
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from emberwatch.channels._feed_parse import parse_feed
from emberwatch.conformance.rig import Fault
from emberwatch.vocabulary.acts import Thread
from emberwatch.vocabulary.posts import Event, Ref, Refusal

ADDRESS = "https://blog.example/feed.xml"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


class Rig:
    """Saying something publishes an entry."""

    name: ClassVar[str] = "feed"
    fixtures: ClassVar[Path] = Path(__file__).parents[1] / "fixtures" / "feed"
    faults: ClassVar[frozenset[Fault]] = frozenset(Fault) - {Fault.TIMEOUT_AFTER_ACCEPT}

    def __init__(self) -> None:
        self._posts: list[dict[str, str]] = []
        self._port = 0

    async def start(self) -> None:
        self._kept = tempfile.TemporaryDirectory(prefix="emberwatch-feed-")
        self._folder = Path(self._kept.name)
        self._write()
        self._port = free_port()
        command = [sys.executable, "-m", "tests.channels.rigs.feed", str(self._port), str(self._folder)]
        self._server = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 - nothing else runs yet
        await self.say("the first entry", author="tom")
        wait_for(self._port)

    async def stop(self) -> None:
        self._server.terminate()
        self._server.wait(10)
        self._kept.cleanup()

    def settings(self) -> dict[str, Any]:
        return {"url": f"http://127.0.0.1:{self._port}/feed.xml"}

    def parse(self, raw: bytes) -> list[Event | Refusal]:
        parsed = parse_feed(raw, url=ADDRESS, now=NOW)
        return [*parsed.events, *parsed.refused]

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None) -> Ref:
        now = datetime.now(UTC).isoformat()
        guid = f"tag:blog.example,2026:{len(self._posts)}"
        self._posts.append({"id": guid, "text": text, "author": author, "published": now, "updated": now})
        self._write()
        return Ref("feed", "127.0.0.1/feed.xml", "post", guid)

    async def edit(self, ref: Ref, text: str) -> None:
        post = next(post for post in self._posts if post["id"] == ref.id)
        post |= {"text": text, "updated": datetime.now(UTC).isoformat()}
        self._write()

    async def delete(self, ref: Ref) -> None:
        raise NotImplementedError("a feed does not tell of deletions")

    async def thread(self, ref: Ref) -> Thread:
        raise NotImplementedError("a feed is not answered")

    async def ours(self) -> list[str]:
        raise NotImplementedError("a feed is not answered")

    def fail(self, fault: Fault) -> None:
        (self._folder / "fault").write_text(fault)

    def _write(self) -> None:
        new = self._folder / "posts.new"
        new.write_text(json.dumps(self._posts))
        new.replace(self._folder / "posts.json")


def free_port() -> int:
    """A port of the loopback that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int, seconds: float = 20.0) -> None:
    """Return as soon as something listens there; fail when nothing does in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


def serve(port: int, folder: Path) -> None:
    """Serve the blog until killed, or until the process that started us is gone."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    from wsgiref.simple_server import WSGIServer, make_server

    from django.conf import settings
    from django.contrib.syndication.views import Feed
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path
    from django.utils.feedgenerator import Atom1Feed

    class Blog(Feed):  # type: ignore[type-arg]
        feed_type, title, link, description = Atom1Feed, "A blog about lids", "/", "Lids."

        def items(self) -> list[dict[str, str]]:
            posts: list[dict[str, str]] = json.loads((folder / "posts.json").read_text())
            return posts[::-1]

        def item_title(self, item: dict[str, str]) -> str:
            return "On lids"

        def item_description(self, item: dict[str, str]) -> str:
            return f"<p>{escaped(item['text'])}</p>"

        def item_link(self, item: dict[str, str]) -> str:
            return f"/{item['id'].rpartition(':')[2]}"

        def item_guid(self, item: dict[str, str]) -> str:
            return item["id"]

        def item_author_name(self, item: dict[str, str]) -> str:
            return item["author"]

        def item_pubdate(self, item: dict[str, str]) -> datetime:
            return datetime.fromisoformat(item["published"])

        def item_updateddate(self, item: dict[str, str]) -> datetime:
            return datetime.fromisoformat(item["updated"])

    def feed(request: HttpRequest) -> HttpResponse:
        whole = Blog()(request)
        armed = folder / "fault"
        if not armed.exists():
            return whole
        fault = Fault(armed.read_text())
        armed.unlink()
        match fault:
            case Fault.TOO_MANY_UNTIL:
                return HttpResponse("wait", status=429, headers={"Retry-After": "7"})
            case Fault.CUT_JSON:
                return HttpResponse(whole.content[: len(whole.content) // 2], content_type="application/atom+xml")
            case Fault.ERROR_IN_200:
                return HttpResponse('{"error": "something went wrong"}', content_type="application/json")
            case Fault.HTML_PAGE:
                return HttpResponse("<!doctype html><html><body>We will be back soon</body></html>")
        return HttpResponse(fault, status={Fault.UNAUTHORISED: 401, Fault.TOO_MANY: 429}.get(fault, 503))

    middleware = ["django.middleware.gzip.GZipMiddleware", "django.middleware.http.ConditionalGetMiddleware"]
    settings.configure(
        ALLOWED_HOSTS=["*"], ROOT_URLCONF=(path("feed.xml", feed),), MIDDLEWARE=middleware, USE_TZ=True,
        INSTALLED_APPS=[], SECRET_KEY="bench",
    )  # fmt: skip
    application = get_wsgi_application()
    with make_server("127.0.0.1", port, application, server_class=WSGIServer) as server:
        server.serve_forever()


def escaped(text: str) -> str:
    """Plain words as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
