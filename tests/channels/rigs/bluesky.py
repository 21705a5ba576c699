"""Bluesky on a bench: its real test network, behind a door that can be made to fail once."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import msgspec

from emberwatch.channels._bluesky_compose import facets, timestamp
from emberwatch.channels._bluesky_live import read_firehose
from emberwatch.channels._bluesky_names import POST, Uri, post_ref
from emberwatch.channels._bluesky_parse import parse
from emberwatch.vocabulary.acts import Thread
from emberwatch.vocabulary.posts import Author, Event, Origin, Ref, Refusal
from tests.channels.rig import Fault
from tests.channels.rigs.bluesky_door import Door
from tests.servers import ServerMissing
from tests.servers.bluesky import Account, Network, bluesky, find_missing

# Who we were on the network when the fixtures were recorded.
RECORDED_DID = "did:plc:s4ecm7wz53acfy2g5s5nr57g"


class Rig:
    """The network, its accounts and its hands. Customers always mention our account, so that we hear them."""

    name: ClassVar[str] = "bluesky"
    fixtures: ClassVar[Path] = Path(__file__).parents[1] / "fixtures" / "bluesky"
    faults: ClassVar[frozenset[Fault]] = frozenset(Fault)

    def __init__(self) -> None:
        self._running = contextlib.ExitStack()
        self._tokens: dict[str, str] = {}
        self.search = ""

    @property
    def unavailable(self) -> str:
        """Why the network cannot run on this machine; empty when it can."""
        missing: ServerMissing | None = find_missing()
        return str(missing) if missing else ""

    async def start(self) -> None:
        """Start the network (about 8 s) and the door before it."""
        self.network: Network = self._running.enter_context(bluesky())
        self._http = httpx.AsyncClient(timeout=20)
        self.door = Door(self.network.pds)
        await self.door.open()

    async def stop(self) -> None:
        """Stop everything that `start` started."""
        await self.door.close()
        await self._http.aclose()
        self._running.close()

    def settings(self) -> dict[str, Any]:
        """Settings of our own account, through the door."""
        return {
            "handle": self.us.handle, "app_password": self.us.app_password, "service": self.door.url,
            "stream": self.door.url, "search": self.search,
        }  # fmt: skip

    @property
    def us(self) -> Account:
        """Our own account."""
        return self.network.accounts["larkfield"]

    def parse(self, raw: bytes) -> list[Event | Refusal]:
        """A recorded answer, item or commit in JSON, or a frame of the firehose."""
        payloads = [msgspec.json.decode(raw)] if raw.startswith(b"{") else read_firehose(raw).commits
        found = [parse(payload, our_did=RECORDED_DID, origin=Origin.POLL) for payload in payloads]
        return [*(event for one in found for event in one.events), *(no for one in found for no in one.refused)]

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None, mention: bool = True) -> Ref:
        """A post of that account; a root post mentions us unless told otherwise."""
        words = f"{text} @{self.us.handle}" if mention and parent is None else text
        record = self.record(words)
        if parent is not None:
            record["reply"] = await self._reply_to(parent)
        return await self.post(record, author=author)

    def record(self, text: str) -> dict[str, Any]:
        """A post record as a customer's app would write it."""
        dids = {account.handle: account.did for account in self.network.accounts.values()}
        return {"$type": POST, "text": text, "createdAt": timestamp(datetime.now(UTC)), "facets": facets(text, dids)}

    async def post(self, record: dict[str, Any], *, author: str = "mara", rkey: str | None = None) -> Ref:
        """Write any post record as that account, under a key of its own if one is given."""
        did = self.network.accounts[author].did
        body = {"repo": did, "collection": POST, "record": record, **({"rkey": rkey} if rkey else {})}
        answer = await self.call(author, "com.atproto.repo.createRecord", body=body)
        return post_ref(answer["uri"])

    async def edit(self, ref: Ref, text: str) -> None:
        """Bluesky has no edits."""
        raise NotImplementedError("posts on Bluesky cannot be changed")

    async def delete(self, ref: Ref) -> None:
        """Its author takes the post back."""
        uri = Uri.read(ref.id)
        assert uri is not None
        author = next(name for name, account in self.network.accounts.items() if account.did == uri.did)
        body = {"repo": uri.did, "collection": uri.collection, "rkey": uri.rkey}
        await self.call(author, "com.atproto.repo.deleteRecord", body=body)

    async def thread(self, ref: Ref) -> Thread:
        """The thread to answer that post in."""
        uri = Uri.read(ref.id)
        assert uri is not None
        return Thread(target=ref, author=Author(uri.did))

    async def ours(self) -> list[str]:
        """The texts of our own account's posts, oldest first."""
        posts = await self.our_posts()
        return [post["value"]["text"] for post in posts]

    async def our_posts(self) -> list[dict[str, Any]]:
        """Our own account's posts as the server holds them, oldest first."""
        records: list[dict[str, Any]] = []
        cursor = None
        while True:
            params = {"repo": self.us.did, "collection": POST, "limit": 100, **({"cursor": cursor} if cursor else {})}
            answer = await self.call("larkfield", "com.atproto.repo.listRecords", params=params)
            records += answer["records"]
            cursor = answer.get("cursor")
            if not cursor:
                return sorted(records, key=lambda record: str(record["value"]["createdAt"]))

    def fail(self, fault: Fault) -> None:
        """The next request through the door fails in that way; a lost answer waits for the next write."""
        self.door.fail(fault)

    async def call(
        self, name: str, method: str, *, params: dict[str, Any] | None = None, body: Any = None
    ) -> dict[str, Any]:
        """An XRPC call as that account, past the door."""
        headers = {"authorization": f"Bearer {await self._token(name)}"}
        url = f"{self.network.pds}/xrpc/{method}"
        if body is None:
            response = await self._http.get(url, params=params, headers=headers)
        else:
            response = await self._http.post(url, json=body, headers=headers)
        response.raise_for_status()
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer

    async def upload(self, name: str, content: bytes, mime: str) -> dict[str, Any]:
        """Upload a picture as that account; the blob to put into a record."""
        headers = {"authorization": f"Bearer {await self._token(name)}", "content-type": mime}
        url = f"{self.network.pds}/xrpc/com.atproto.repo.uploadBlob"
        response = await self._http.post(url, content=content, headers=headers)
        response.raise_for_status()
        blob: dict[str, Any] = response.json()["blob"]
        return blob

    async def _token(self, name: str) -> str:
        if name not in self._tokens:
            account = self.network.accounts[name]
            body = {"identifier": account.handle, "password": account.password}
            response = await self._http.post(f"{self.network.pds}/xrpc/com.atproto.server.createSession", json=body)
            response.raise_for_status()
            self._tokens[name] = response.json()["accessJwt"]
        return self._tokens[name]

    async def strong(self, ref: Ref) -> dict[str, str]:
        """A post as {uri, cid}."""
        uri = Uri.read(ref.id)
        assert uri is not None
        params = {"repo": uri.did, "collection": uri.collection, "rkey": uri.rkey}
        answer = await self.call("mara", "com.atproto.repo.getRecord", params=params)
        return {"uri": answer["uri"], "cid": answer["cid"]}

    async def _reply_to(self, parent: Ref) -> dict[str, Any]:
        uri = Uri.read(parent.id)
        assert uri is not None
        params = {"repo": uri.did, "collection": uri.collection, "rkey": uri.rkey}
        answer = await self.call("mara", "com.atproto.repo.getRecord", params=params)
        here = {"uri": answer["uri"], "cid": answer["cid"]}
        return {"root": answer["value"].get("reply", {}).get("root", here), "parent": here}
