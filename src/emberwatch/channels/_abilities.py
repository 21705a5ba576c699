"""What a channel says when it is asked for more than its network can do."""

from __future__ import annotations

from emberwatch.channels.errors import Refused, Unsupported
from emberwatch.channels.spec import Limit, Spec
from emberwatch.vocabulary.acts import Action, Denied


def cannot(spec: Spec, what: str) -> Unsupported:
    """The error for an ability that the spec does not declare; raise it before any network call."""
    return Unsupported(f"{spec.label} cannot {what.replace('_', ' ')}: the network does not offer it.")


def verb(action: Action) -> str:
    """The name of an action as `Can` spells it."""
    return str(action.__struct_config__.tag)


def denied(spec: Spec, action: Action) -> Denied:
    """The answer of `may` for an action that the spec does not declare."""
    return Denied(str(cannot(spec, verb(action))))


def check_length(spec: Spec, limit: Limit | None, text: str) -> None:
    """Raise Refused for a text that is empty or longer than `limit`, before anything is sent."""
    if not text.strip():
        raise Refused(f"The message for {spec.label} is empty. Nothing was sent; write something first.", code="empty")
    if limit is not None and not limit.allows(text):
        raise Refused(
            f"The message has {limit.length(text):,} {limit.measure}; {spec.label} takes {limit.most:,} at most. "
            "Nothing was sent; shorten it.",
            code="too_long",
        )
