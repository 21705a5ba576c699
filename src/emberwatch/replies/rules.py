"""Pure decisions of the outbox: may it go, and what does an attempt's end mean?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from emberwatch.channels.errors import (
    Ambiguous,
    AuthExpired,
    ChannelError,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from emberwatch.channels.spec import Can, Limit, Spec
from emberwatch.replies.states import Sending

GIVE_UP_AFTER = 12
LOOK_AGAIN = timedelta(seconds=5)
ASK_AFTER = 4
"""Look-ups that found nothing certain before a person is asked."""


class CannotSay(ValueError):
    """The text cannot go out like this; the message says why and what to do."""


def ways(spec: Spec, *, private_thread: bool) -> list[str]:
    """The ways one can answer on this network: "public", "private", the natural one first."""
    can_public = Can.REPLY in spec.can and not private_thread
    can_private = Can.PRIVATE in spec.can or (Can.PRIVATE_REPLY in spec.can and not private_thread)
    return [way for way, can in (("public", can_public), ("private", can_private)) if can]


def limit_for(spec: Spec, way: str) -> Limit | None:
    """The network's limit for that way of answering."""
    return spec.private if way == "private" else spec.public


def check_text(spec: Spec, way: str, text: str, *, private_thread: bool) -> None:
    """Raises CannotSay if the network would refuse the text, or a private talk would be answered in public."""
    able = ways(spec, private_thread=private_thread)
    if way not in able:
        told = f"Answer {able[0]}ly instead." if able else "Answer where the customer can be reached, by hand."
        raise CannotSay(f"{spec.label} does not allow a {way} answer here. {told}")
    if not text.strip():
        raise CannotSay("The answer is empty. Write something, then send it.")
    limit = limit_for(spec, way)
    if limit is not None and not limit.allows(text):
        over = limit.length(text) - limit.most
        raise CannotSay(f"The answer is {over} {limit.measure.value} too long for {spec.label} ({limit.most} at most).")


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a reply after an attempt: its state, when to look at it again, and what to tell."""

    state: Sending
    again: datetime | None = None
    problem: str = ""


def after_failure(error: ChannelError, *, attempts: int, now: datetime) -> Next:
    """What an attempt that ended in `error` leads to. Only what certainly did not go out is tried again."""
    said = str(error)
    if isinstance(error, Ambiguous):
        return Next(Sending.UNCLEAR, now + LOOK_AGAIN, said)
    if isinstance(error, (Unsupported,)) or (isinstance(error, Refused) and error.permanent):
        return Next(Sending.FAILED, None, said)
    if isinstance(error, AuthExpired):
        return Next(Sending.FAILED, None, f"{said} An operator must sign the source in again; then try again.")
    if attempts >= GIVE_UP_AFTER:
        return Next(Sending.FAILED, None, f"{said} Tried {attempts} times.")
    if isinstance(error, RateLimited) and error.until is not None:
        return Next(Sending.QUEUED, max(error.until, now + timedelta(seconds=1)), said)
    if isinstance(error, (RateLimited, Refused, Unreachable)):
        return Next(Sending.QUEUED, now + backoff(attempts), said)
    return Next(Sending.UNCLEAR, now + LOOK_AGAIN, said)


def after_vain_look(reason: str, *, attempts: int, now: datetime) -> Next:
    """What follows when a look-up could not tell whether the answer went out: look again, then ask a person."""
    if attempts >= ASK_AFTER:
        return Next(Sending.ASKING, None, reason)
    return Next(Sending.UNCLEAR, now + LOOK_AGAIN * attempts, reason)


def backoff(attempts: int) -> timedelta:
    """The pause before the next attempt: 1, 2, 4 ... seconds, never over five minutes."""
    return min(timedelta(seconds=2 ** max(0, attempts - 1)), timedelta(minutes=5))
