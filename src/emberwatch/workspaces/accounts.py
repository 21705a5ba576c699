"""How people come in: by invitation only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves; a manager or operator invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
