"""The care form on our own pages: a person writes without an account, and we answer on their case page."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qsl

import msgspec
from email_validator import EmailNotValidError, validate_email

from emberwatch.channels._abilities import cannot, check_length, denied, verb
from emberwatch.channels.errors import BadSignature, Refused
from emberwatch.channels.interface import Challenge, Condition, Health, RawRequest, Tools
from emberwatch.channels.spec import Can, Limit, Measure, Proof, Spec, setting
from emberwatch.vocabulary.acts import Action, Allowed, Denied, Gone, Private, Receipt, Snapshot, Thread, Unknown
from emberwatch.vocabulary.posts import Author, Batch, Event, EventKind, Origin, Ref

TOKEN_FIELD = "token"  # noqa: S105 - the name of a field
HONEYPOT_FIELD = "website"
YOUNGEST = timedelta(seconds=2)
OLDEST = timedelta(hours=24)
MESSAGE_LIMIT = Limit(5_000, Measure.GRAPHEMES)

_MOST_BODY = 200_000
_SHORTEST_SECRET = 16
_AGAIN = "Please load the page again and send your message once more; what you wrote has not been stored."


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """The settings of one form. `previous_secret` lets pages that are open while the secret changes still be sent."""

    secret: str = setting("Signing secret", help="At least 16 characters; made for you.", secret=True)
    form: str = setting("Form", help="Its short name in the address of the page.", default="care")
    previous_secret: str = setting(
        "Signing secret before", help="Still accepted for a day after a change.", default="", secret=True, advanced=True
    )


class Filled(msgspec.Struct, frozen=True):
    """A form as the person filled it in, cleaned and checked."""

    message: str
    name: str = ""
    email: str = ""
    order: str = ""


def issue_token(secret: str, *, form: str, now: datetime, nonce: str) -> str:
    """The hidden field of a freshly shown form.

    `nonce` must be random and new for each page shown (16 characters or more): it makes the post's id, so two
    people with the same nonce would be taken for one.
    """
    told = f"{form}|{int(now.timestamp() * 1000)}|{nonce}"
    return f"{_base64(told.encode())}.{_base64(_sign(secret, told))}"


def open_token(token: str, *, secrets: Sequence[str], form: str, now: datetime) -> str:
    """The id that the token gives its post.

    Raises BadSignature, with words for the person, when it was not issued by us for this form, or is younger than
    2 seconds or older than 24 hours.
    """
    body, _, signature = token.partition(".")
    try:
        told, signed = _unbase64(body).decode(), _unbase64(signature)
    except ValueError:
        raise BadSignature(f"This form did not come from our page. {_AGAIN}") from None
    if not any(hmac.compare_digest(signed, _sign(secret, told)) for secret in secrets if secret):
        raise BadSignature(f"This form did not come from our page, or it was changed on its way. {_AGAIN}")
    name, milliseconds, _ = told.split("|", 2)
    if name != form:
        raise BadSignature(f"This form belongs to another page. {_AGAIN}")
    age = now - datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    if age > OLDEST:
        raise BadSignature(f"This page was open for more than a day. {_AGAIN}")
    if age < YOUNGEST:
        raise BadSignature("That was quicker than a person can write. Please wait a moment, then press send again.")
    return hashlib.blake2b(told.encode(), digest_size=15).hexdigest()


def check_fields(fields: Mapping[str, str]) -> Filled:
    """The fields of a form, cleaned. Raises Refused whose `code` names the field that must be mended."""
    message = _tidy(fields.get("message", ""), lines=True)
    if not message:
        raise Refused("Please write your message; the field is empty.", code="message", permanent=False)
    if not MESSAGE_LIMIT.allows(message):
        raise Refused(
            f"Your message has {MESSAGE_LIMIT.length(message):,} characters; {MESSAGE_LIMIT.most:,} fit in one. "
            "Please shorten it, or send the rest in a second message.",
            code="message", permanent=False,
        )  # fmt: skip
    for field, most in (("name", 200), ("email", 254), ("order", 64)):
        if len(_tidy(fields.get(field, ""))) > most:
            raise Refused(f"That {field} is too long: {most} characters are the most.", code=field, permanent=False)
    return Filled(
        message=message,
        name=_tidy(fields.get("name", "")),
        email=_address(_tidy(fields.get("email", ""))),
        order=_tidy(fields.get("order", "")),
    )


def parse_form(filled: Filled, *, form: str, post: str, now: datetime) -> Event:
    """A checked form as a private Event. Someone who leaves no address is a different person each time."""
    return Event(
        kind=EventKind.UPSERT,
        ref=Ref("webform", form, "post", post),
        author=Author(id=filled.email.casefold() or f"visitor-{post}", handle=filled.email, name=filled.name),
        private=True,
        title=f"Order {filled.order}" if filled.order else "",
        text=filled.message,
        created_at=now,
        origin=Origin.WEBHOOK,
        raw=msgspec.json.encode(filled),
    )


class WebForm:
    """Hears the care form by webhook; what we write back is shown on the person's case page, so nothing leaves us."""

    spec: ClassVar[Spec] = Spec(
        name="webform", label="Care form", config=Config, can=frozenset({Can.WEBHOOK, Can.PRIVATE}),
        icon="message-square-heart", summary="The form on your own care page. No account needed to write.",
        private=Limit(5_000, Measure.GRAPHEMES), interval=timedelta(days=3650), proof=Proof.OWN,
        notes=("An answer appears on the person's case page.",),
    )  # fmt: skip

    def __init__(self, config: Config, tools: Tools) -> None:
        self._config, self._tools = config, tools

    async def check(self) -> Health:
        """Is the form safely signed?"""
        if len(self._config.secret) < _SHORTEST_SECRET:
            why = "The signing secret is too short to be safe. Make a new one in the settings."
            return Health(Condition.DEGRADED, why, account=self._config.form)
        return Health(Condition.OK, "The form is ready.", account=self._config.form)

    def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """There is nothing to fetch: forms come when they are sent."""
        raise cannot(self.spec, "fetch")

    def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """There is nothing to listen to: forms come when they are sent."""
        raise cannot(self.spec, "stream")

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """The post in a form that was sent. Raises BadSignature for a forged one, Refused for one to be mended."""
        if request.method.upper() != "POST" or len(request.body) > _MOST_BODY:
            raise BadSignature(f"This is not what our form sends. {_AGAIN}")
        try:
            pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=30)
        except ValueError:
            raise BadSignature(f"This is not what our form sends. {_AGAIN}") from None
        fields = dict(pairs)
        now, config = self._tools.now(), self._config
        post = open_token(
            fields.get(TOKEN_FIELD, ""), secrets=(config.secret, config.previous_secret), form=config.form, now=now
        )
        if fields.get(HONEYPOT_FIELD):
            raise BadSignature(f"A field that people cannot see was filled in. Leave it empty. {_AGAIN}")
        return [parse_form(check_fields(fields), form=config.form, post=post, now=now)]

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """A private answer, always."""
        return Allowed() if isinstance(action, Private) else denied(self.spec, action)

    async def act(self, action: Action, key: str) -> Receipt:
        """Done as soon as it is asked: the case page shows the stored reply. A repeat gives the same receipt."""
        if not isinstance(action, Private):
            raise cannot(self.spec, verb(action))
        check_length(self.spec, self.spec.private, action.text)
        return self._receipt(key)

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """Always done: there is no network between us and the case page."""
        if not isinstance(action, Private):
            raise cannot(self.spec, verb(action))
        return self._receipt(key)

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """Raises Unsupported: a form that was sent cannot change."""
        raise cannot(self.spec, "probe")

    def _receipt(self, key: str) -> Receipt:
        return Receipt(Ref("webform", self._config.form, "message", key), at=self._tools.now())


def _tidy(value: str, *, lines: bool = False) -> str:
    """Without control characters and outer space; line breaks stay only where they may."""
    whole = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "\n\t" if lines else ""
    return "".join(
        letter if letter in kept or unicodedata.category(letter) not in ("Cc", "Cs") else " " for letter in whole
    ).strip()


def _address(written: str) -> str:
    if not written:
        return ""
    try:
        return validate_email(written, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(
            "That does not look like an e-mail address. Please correct it, or leave it empty.",
            code="email", permanent=False,
        ) from None  # fmt: skip


def _sign(secret: str, told: str) -> bytes:
    return hmac.new(secret.encode(), b"emberwatch-form\x00" + told.encode(), hashlib.sha256).digest()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
