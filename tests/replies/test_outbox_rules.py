"""What an attempt's end means, as a table; nothing that may have gone out is sent again unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emberwatch.channels.errors import (
    Ambiguous,
    AuthExpired,
    ChannelError,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from emberwatch.channels.spec import Can, Limit, Measure, Spec
from emberwatch.replies.rules import ASK_AFTER, CannotSay, after_failure, after_vain_look, check_text, ways
from emberwatch.replies.states import Sending
from tests.making import NOON

SECOND = timedelta(seconds=1)
BOTH = Spec("x", "X", object, frozenset({Can.REPLY, Can.PRIVATE}), public=Limit(5, Measure.GRAPHEMES))
MAIL = Spec("m", "Mail", object, frozenset({Can.PRIVATE}))
READS = Spec("f", "Feed", object, frozenset({Can.FETCH}))


@pytest.mark.parametrize(
    ("error", "attempts", "state", "again"),
    [
        (Unreachable("down"), 1, Sending.QUEUED, SECOND),
        (Unreachable("down"), 4, Sending.QUEUED, 8 * SECOND),
        (Unreachable("down"), 12, Sending.FAILED, None),
        (RateLimited("wait", NOON + 90 * SECOND), 1, Sending.QUEUED, 90 * SECOND),
        (RateLimited("wait", NOON - 90 * SECOND), 1, Sending.QUEUED, SECOND),
        (RateLimited("wait"), 3, Sending.QUEUED, 4 * SECOND),
        (Refused("no"), 1, Sending.FAILED, None),
        (Refused("busy", permanent=False), 1, Sending.QUEUED, SECOND),
        (AuthExpired("who?"), 1, Sending.FAILED, None),
        (Unsupported("cannot"), 1, Sending.FAILED, None),
        (Ambiguous("silence"), 1, Sending.UNCLEAR, 5 * SECOND),
        (ChannelError("something new"), 1, Sending.UNCLEAR, 5 * SECOND),
    ],
)
def test_after_failure(error: ChannelError, attempts: int, state: Sending, again: timedelta | None) -> None:
    what = after_failure(error, attempts=attempts, now=NOON)
    assert (what.state, what.again) == (state, NOON + again if again is not None else None)
    assert str(error) in what.problem


def test_a_look_that_finds_nothing_certain_is_repeated_then_a_person_is_asked() -> None:
    assert after_vain_look("?", attempts=1, now=NOON).state is Sending.UNCLEAR
    assert after_vain_look("?", attempts=ASK_AFTER, now=NOON).state is Sending.ASKING


@pytest.mark.parametrize(
    ("spec", "private_thread", "expected"),
    [(BOTH, False, ["public", "private"]), (BOTH, True, ["private"]), (MAIL, True, ["private"]), (READS, False, [])],
)
def test_a_private_talk_is_never_answered_in_public(spec: Spec, private_thread: bool, expected: list[str]) -> None:
    assert ways(spec, private_thread=private_thread) == expected


@pytest.mark.parametrize(
    ("spec", "way", "text", "says"),
    [
        (BOTH, "public", "   ", "empty"),
        (BOTH, "public", "123456", "1 graphemes too long"),
        (BOTH, "public", "👨‍👩‍👧‍👦" * 5, None),
        (MAIL, "public", "hello", "Answer privately instead"),
        (READS, "public", "hello", "by hand"),
    ],
)
def test_check_text(spec: Spec, way: str, text: str, says: str | None) -> None:
    if says is None:
        check_text(spec, way, text, private_thread=False)
    else:
        with pytest.raises(CannotSay, match=says):
            check_text(spec, way, text, private_thread=False)
