"""The practice network in a process of its own, worked through its HTTP API."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any, ClassVar

import httpx
import msgspec

from emberwatch.channels.practice import NETWORK, parse_event
from emberwatch.conformance.rig import Fault
from emberwatch.vocabulary.acts import Thread
from emberwatch.vocabulary.posts import Author, Event, Ref, Refusal
from tests.servers.processes import free_port, guarded, temporary_folder, wait_until

SECRET = "only-for-this-test"
_KINDS = {Fault.TIMEOUT_AFTER_ACCEPT: "dropped_after_accept"}


class Rig:
    """Commons on loopback with an empty SQLite file, the company being @larkfield."""

    name: ClassVar[str] = NETWORK
    fixtures: ClassVar[Path] = Path(__file__).parent.parent / "fixtures" / NETWORK
    faults: ClassVar[frozenset[Fault]] = frozenset(Fault)

    def __init__(self, database: str = "") -> None:
        self._open = contextlib.ExitStack()
        self._database = database
        self.base_url = ""
        self.token = ""

    async def start(self) -> None:
        """Start the process and open the company's account."""
        self.start_process()

    def start_process(self) -> None:
        """The same, for tests that have no loop."""
        folder = self._open.enter_context(temporary_folder("emberwatch-practice-"))
        port, log = free_port(), folder / "practice.log"
        database = self._database or str(folder / "practice.sqlite3")
        command = [sys.executable, "-m", "emberwatch.practice", "serve", "--port", str(port), "--database", database]
        environment = {**os.environ, "PRACTICE_SECRET": SECRET}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        process = self._open.enter_context(guarded(command, folder=folder, environment=environment, log=log))
        self.base_url = f"http://127.0.0.1:{port}/practice"
        self._stage = self._open.enter_context(
            httpx.Client(base_url=f"{self.base_url}/api/v1", headers={"X-Practice-Secret": SECRET}, timeout=30)
        )
        wait_until(self._answers, process, log, what="The practice network")
        self.token = self.backstage("POST", "/accounts", handle="larkfield", name="Larkfield")["token"]

    async def stop(self) -> None:
        """End the process."""
        self.stop_process()

    def stop_process(self) -> None:
        """The same, for tests that have no loop."""
        self._open.close()

    def settings(self) -> dict[str, Any]:
        """For `open_channel`."""
        return {"base_url": self.base_url, "handle": "larkfield", "token": self.token}

    def parse(self, raw: bytes) -> list[Event | Refusal]:
        """A fixture holds a list of log entries."""
        return [parse_event(each, handle="larkfield", base_url="") for each in msgspec.json.decode(raw)]

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None) -> Ref:
        """A customer posts."""
        told = self.backstage("POST", "/people/posts", handle=author, text=text, reply_to=parent and parent.id)
        return Ref(NETWORK, "", "post", told["id"])

    async def edit(self, ref: Ref, text: str) -> None:
        """Its author changes a post."""
        self.backstage("PATCH", f"/people/posts/{ref.id}", text=text)

    async def delete(self, ref: Ref) -> None:
        """Its author takes a post back."""
        self.backstage("DELETE", f"/people/posts/{ref.id}")

    async def thread(self, ref: Ref) -> Thread:
        """The thread as its log entry tells it."""
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {self.token}"}) as http:
            answer = await http.get(f"{self.base_url}/api/v1/posts/{ref.id}")
        post = answer.raise_for_status().json()
        who = post["author"]
        root = Ref(NETWORK, "", "post", post["root"]) if post["root"] else None
        return Thread(target=ref, root=root, author=Author(who["id"], who["handle"], who["name"], who["followers"]),
                      private=post["private_to"] is not None)  # fmt: skip

    async def ours(self) -> list[str]:
        """What @larkfield has standing."""
        return [post["text"] for post in self.backstage("GET", "/accounts/larkfield/posts")["posts"]]

    def fail(self, fault: Fault) -> None:
        """The network drops the connection where it would else be silent for long: the same to us, only sooner."""
        self.backstage("POST", "/faults", kind=_KINDS.get(fault, fault.value), seconds=1)

    def backstage(self, method: str, path: str, **body: Any) -> Any:
        """One call with the network's own secret."""
        return self._stage.request(method, path, json=body).raise_for_status().json()

    def _answers(self) -> bool:
        try:
            return self._stage.get("/me").status_code == 401
        except httpx.TransportError:
            return False
