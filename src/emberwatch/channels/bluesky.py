"""Bluesky: hears mentions, replies, quotes and search terms; answers, likes and takes back in public."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from emberwatch.channels import _bluesky_compose as compose
from emberwatch.channels import _bluesky_poll as poll
from emberwatch.channels._abilities import cannot, check_length, denied, verb
from emberwatch.channels._bluesky_hear import Ears
from emberwatch.channels._bluesky_live import Stream
from emberwatch.channels._bluesky_names import LIKE, NETWORK, POST, Uri, key_for, micros_of, page_of, record_ref
from emberwatch.channels._bluesky_parse import counts, moment
from emberwatch.channels._bluesky_session import Session
from emberwatch.channels.errors import AuthExpired, ChannelError, Refused, Unreachable
from emberwatch.channels.interface import Challenge, Condition, Health, RawRequest, Tools
from emberwatch.channels.spec import Can, Proof, Spec, setting
from emberwatch.vocabulary.acts import (
    Action,
    Allowed,
    Delete,
    Denied,
    Gone,
    Like,
    Receipt,
    Reply,
    Snapshot,
    Thread,
    Unknown,
)
from emberwatch.vocabulary.posts import Batch, Event, Ref

_POSTS_A_CALL = 25
_INDEX_LAG = timedelta(minutes=2)


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """Settings of a Bluesky source."""

    handle: str = setting("Handle", help="The company's account, such as larkfield.bsky.social.")
    app_password: str = setting(
        "App password",
        help="Made in Bluesky under Settings, Privacy and security, App passwords. Not the account's own password.",
        secret=True,
    )
    search: str = setting(
        "Search terms",
        help="One a line. Posts with these words are heard even when nobody mentions the account.",
        default="",
        kind="lines",
    )
    service: str = setting(
        "Server", help="Where the account lives.", default="https://bsky.social", kind="url", advanced=True
    )
    stream: str = setting(
        "Live stream",
        help="A firehose (wss://bsky.network) or Jetstream (an address ending in /subscribe) hears posts and deletions "
        "at once. Empty: the account's notifications and searches are read every few seconds.",
        default="",
        kind="url",
        advanced=True,
    )


class Bluesky:
    """One account on Bluesky or on any server of the same protocol."""

    spec: ClassVar[Spec] = Spec(
        name=NETWORK,
        label="Bluesky",
        config=Config,
        can=frozenset({Can.FETCH, Can.STREAM, Can.PROBE, Can.REPLY, Can.LIKE, Can.DELETE}),
        summary="Mentions, replies, quotes and search terms; answers in public.",
        icon="cloud",
        public=compose.LIMIT,
        interval=timedelta(seconds=30),
        scopes=("app password without access to direct messages",),
        proof=Proof.REAL_SERVER,
        notes=(
            "Deletions are heard at once with a live stream, otherwise when a post is next looked at.",
            "Jetstream is read by its documented shape; the firehose was run against a real server.",
            "The first reading goes back 20,000 posts for each list.",
        ),
    )

    def __init__(self, config: Config, tools: Tools) -> None:
        self._tools = tools
        self._session = Session(tools, service=config.service, handle=config.handle, password=config.app_password)
        terms = tuple(dict.fromkeys(line.strip() for line in config.search.splitlines() if line.strip()))
        self._ears = Ears(self._session, tools, terms=terms, stream=_stream(config), beat=self.spec.interval / 3)

    async def check(self) -> Health:
        """Are we signed in, and is the account in order?"""
        try:
            answer = await self._session.query("com.atproto.server.getSession")
        except AuthExpired as error:
            return Health(Condition.REAUTH, str(error))
        except ChannelError as error:
            return Health(Condition.DEGRADED, str(error))
        handle = str(answer.get("handle", ""))
        if answer.get("active") is False:
            state = str(answer.get("status") or "not active")
            return Health(Condition.DEGRADED, f"Bluesky says that this account is {state}.", account=handle)
        return Health(Condition.OK, account=handle)

    def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Mentions, replies, quotes and search results since `cursor`, list by list, oldest first."""
        return self._ears.catch_up(poll.read_place(cursor), overlap=poll.FAR_BACK)

    def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The same as it happens, with deletions if a live stream is set; first whatever was missed."""
        return self._ears.listen(poll.read_place(cursor))

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """Bluesky sends none."""
        raise cannot(self.spec, Can.WEBHOOK)

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """Would Bluesky take this now? Only the author's own limit on replies stands in the way."""
        if verb(action) not in self.spec.can:
            return denied(self.spec, action)
        if isinstance(action, Reply) and thread.private:
            return Denied("This talk is private, and Bluesky's replies are public. Answer where the customer wrote.")
        if isinstance(action, Reply) and _replies_closed(thread.raw):
            return Denied("The author has limited who may reply to this post.")
        return Allowed()

    async def act(self, action: Action, key: str) -> Receipt:
        """Do it once: the record's own key derives from `key`, so a repeat meets the first one."""
        if verb(action) not in self.spec.can:
            raise cannot(self.spec, verb(action))
        match action:
            case Reply(thread=thread, text=text):
                return await self._write(POST, key, await self._answer(thread, text))
            case Like(thread=thread):
                subject, _ = await self._strong(thread.target)
                return await self._write(LIKE, key, compose.like_record(subject, now=self._tools.now()))
            case Delete(ref=ref):
                uri = await self._own(ref)
                place = {"repo": uri.did, "collection": uri.collection, "rkey": uri.rkey}
                await self._session.act("com.atproto.repo.deleteRecord", place)
                return Receipt(ref, at=self._tools.now())
        raise cannot(self.spec, verb(action))

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """Is the record that this action writes there (or, for a deletion, no longer there)?"""
        if verb(action) not in self.spec.can:
            raise cannot(self.spec, verb(action))
        try:
            if isinstance(action, Delete):
                found = await self._record(await self._own(action.ref))
                return Gone() if found else Receipt(action.ref)
            uri = Uri((await self._session.who()).did, LIKE if isinstance(action, Like) else POST, key_for(key))
            record = await self._record(uri)
        except ChannelError as error:
            return Unknown(str(error))
        return _receipt(uri, at=moment(record["value"].get("createdAt"))) if record else Gone()

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """Text and counts of each post as they are now. Raises RateLimited and AuthExpired."""
        found: dict[Ref, Snapshot | Gone | Unknown] = {}
        for start in range(0, len(refs), _POSTS_A_CALL):
            found |= await self._look(refs[start : start + _POSTS_A_CALL])
        return found

    async def _look(self, refs: Sequence[Ref]) -> dict[Ref, Snapshot | Gone | Unknown]:
        posts = [ref for ref in refs if (uri := Uri.read(ref.id)) is not None and uri.collection == POST]
        found: dict[Ref, Snapshot | Gone | Unknown] = dict.fromkeys(refs, Unknown("This is not a post on Bluesky."))
        if not posts:
            return found
        try:
            answer = await self._session.query("app.bsky.feed.getPosts", uris=[ref.id for ref in posts])
        except (Unreachable, Refused) as error:
            return found | dict.fromkeys(posts, Unknown(str(error)))
        views = {view.get("uri"): view for view in answer.get("posts", ()) if isinstance(view, dict)}
        for ref in posts:
            found[ref] = _snapshot(views[ref.id]) if ref.id in views else await self._absent(ref)
        return found

    async def _absent(self, ref: Ref) -> Snapshot | Gone | Unknown:
        """Why a post is not shown to us: it is gone, kept from us, or so new that only its own server knows it."""
        uri = Uri.read(ref.id)
        if uri is None:
            return Unknown("This is not a post on Bluesky.")
        try:
            record = await self._record(uri)
            if record is not None and self._new(uri):
                return _snapshot({"record": record["value"]})
            if record is not None:
                return Unknown("The post is there, but kept from us: a block or a decision of moderation.")
            return Gone() if await self._surely(uri) else Unknown("The post is not there, or too new to be seen.")
        except (Unreachable, Refused) as error:
            return Unknown(f"Bluesky does not show us this post and does not say why: {error}")

    async def _surely(self, uri: Uri) -> bool:
        """Can the absence of a record be believed? The account's own server knows at once what it holds; of others we
        hear through an index, which may be some moments behind."""
        if not self._new(uri):
            return True
        try:
            await self._session.query("com.atproto.sync.getRepoStatus", did=uri.did)
        except Refused:
            return False
        return True

    def _new(self, uri: Uri) -> bool:
        """Is the record too new for the network's index to be trusted about it?"""
        age = self._tools.now() - datetime.fromtimestamp(micros_of(uri.rkey) / 1e6, UTC)
        return abs(age) < _INDEX_LAG

    async def _answer(self, thread: Thread, text: str) -> dict[str, Any]:
        check_length(self.spec, self.spec.public, text)
        if len(text.encode()) > compose.MOST_BYTES:
            raise Refused(
                f"The message has {len(text.encode()):,} bytes; Bluesky takes {compose.MOST_BYTES:,} at most. "
                "Nothing was sent; shorten it.",
                code="too_long",
            )
        parent, record = await self._strong(thread.target)
        reply = record.get("reply")
        root = reply.get("root") if isinstance(reply, Mapping) else None
        return compose.reply_record(
            text, root=root or parent, parent=parent, dids=await self._dids(text), now=self._tools.now()
        )

    async def _dids(self, text: str) -> dict[str, str]:
        """Who the handles in `text` belong to; one that nobody has stays plain text."""
        found: dict[str, str] = {}
        for handle in compose.handles(text):
            try:
                answer = await self._session.query("com.atproto.identity.resolveHandle", handle=handle)
            except Refused:
                continue
            if isinstance(did := answer.get("did"), str):
                found[handle] = did
        return found

    async def _strong(self, ref: Ref) -> tuple[dict[str, str], Mapping[str, Any]]:
        """The exact version of a post that is there now, as {uri, cid}, and its record."""
        uri = Uri.read(ref.id)
        if uri is None:
            raise Refused(f"{ref} does not name a post on Bluesky. Nothing was sent.", code="not_a_post")
        record = await self._record(uri)
        if record is None:
            raise Refused(
                "The post was deleted by its author meanwhile, so it cannot be answered. Nothing was sent; "
                "the answer is kept here. Close the case, or reach the customer another way.",
                code="target_gone",
                permanent=await self._surely(uri),
            )
        return {"uri": str(uri), "cid": str(record["cid"])}, record["value"]

    async def _record(self, uri: Uri) -> dict[str, Any] | None:
        """A record with its `value` and `cid`, None if the network says that it is not there."""
        try:
            answer = await self._session.query(
                "com.atproto.repo.getRecord", repo=uri.did, collection=uri.collection, rkey=uri.rkey
            )
        except Refused as error:
            if error.code == "RecordNotFound":
                return None
            raise
        if not isinstance(answer.get("value"), Mapping) or not isinstance(answer.get("cid"), str):
            raise Unreachable(f"{self._session.host} gave a record without its content. We try again.")
        return answer

    async def _write(self, collection: str, key: str, record: Mapping[str, Any]) -> Receipt:
        uri = Uri((await self._session.who()).did, collection, key_for(key))
        body = {"repo": uri.did, "collection": collection, "rkey": uri.rkey, "record": record, "swapRecord": None}
        try:
            await self._session.act("com.atproto.repo.putRecord", body)
        except Refused as error:
            # "Only if nothing is there yet" failed: an earlier try was accepted after all, and stays as it is.
            if error.code != "InvalidSwap":
                raise
        return _receipt(uri, at=self._tools.now())

    async def _own(self, ref: Ref) -> Uri:
        uri = Uri.read(ref.id)
        if uri is None or uri.did != (await self._session.who()).did:
            raise Refused(
                "Only what our own account wrote can be deleted on Bluesky. Nothing was done.", code="not_ours"
            )
        return uri


def _stream(config: Config) -> Stream | None:
    """Which stream to listen to. That of the account's own server is small enough to be read from its beginning."""
    address = config.stream.strip()
    if not address:
        return None
    return Stream(address, whole=urlsplit(address).netloc == urlsplit(config.service.strip()).netloc)


def _receipt(uri: Uri, *, at: datetime | None) -> Receipt:
    return Receipt(record_ref(uri), at=at, url=page_of(uri) if uri.collection == POST else "")


def _snapshot(view: Mapping[str, Any]) -> Snapshot:
    record = view.get("record")
    text = record.get("text") if isinstance(record, Mapping) else None
    return Snapshot(version=0, text=text if isinstance(text, str) else "", counts=counts(view))


def _replies_closed(raw: bytes) -> bool:
    """Did the network tell us, with the post, that we may not reply?"""
    try:
        item = msgspec.json.decode(raw) if raw else {}
    except msgspec.DecodeError:
        return False
    viewer = item.get("viewer") if isinstance(item, dict) else None
    return isinstance(viewer, dict) and viewer.get("replyDisabled") is True
